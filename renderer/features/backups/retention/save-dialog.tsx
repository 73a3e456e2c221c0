import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { keepsLess, type RetentionPolicy } from '../../../../shared/retention.ts';
import { t } from '../../../i18n/translate.ts';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { changedRules, ruleOptions } from './draft.ts';
import { type Subject, subjectOption } from './subject.ts';

interface SaveDialogProps {
  readonly owner: Subject;
  readonly before: RetentionPolicy;
  readonly after: RetentionPolicy;
  /** Snapshots that the new policy lets go. */
  readonly goes: number;
  readonly onSubmit: (reason: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** What a changed policy means, before it is saved. */
export function SaveDialog({ owner, before, after, goes, onSubmit, onClose }: SaveDialogProps) {
  const less = keepsLess(after, before);
  return (
    <ReasonDialog
      title={t('retention.save.title')}
      submit={t('retention.save.submit')}
      command={`holdfast backup retention set ${subjectOption(owner)} ${ruleOptions(after)}`}
      onSubmit={onSubmit}
      onClose={onClose}
    >
      <ul>
        {changedRules(before, after).map((change) => (
          <li key={change.rule}>
            {t('retention.save.change', {
              rule: t(`retention.policy.rules.${change.rule}`),
              before: change.before,
              after: change.after,
            })}
          </li>
        ))}
      </ul>
      <MessageBar intent={less ? 'warning' : 'info'} layout="multiline">
        <MessageBarBody>
          {less ? t('retention.save.less', { count: goes }) : t('retention.save.more')}
        </MessageBarBody>
      </MessageBar>
    </ReasonDialog>
  );
}
