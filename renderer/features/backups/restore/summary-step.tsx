import {
  Button,
  Field,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  Textarea,
} from '@fluentui/react-components';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { problem } from '../../../ui/problem.ts';
import { Time } from '../../../ui/time.tsx';
import type { RestoreDraft } from './draft.ts';
import { type Plan, totals } from './plan.ts';

interface SummaryStepProps {
  readonly draft: RestoreDraft;
  readonly plan: Plan;
  readonly tenants: ReadonlyMap<string, Tenant>;
  readonly snapshotTime: string;
  /** The plan is a few minutes old at most. */
  readonly fresh: boolean;
  readonly tried: boolean;
  readonly onReason: (reason: string) => void;
  readonly onAgain: () => void;
}

/** Step 5: everything that was chosen, in words and numbers, and why. */
export function SummaryStep(props: SummaryStepProps) {
  const { draft, plan, tenants, snapshotTime, fresh, tried, onReason, onAgain } = props;
  const { added, changed, lost } = totals(plan);
  const own = draft.source === 'installation';
  return (
    <>
      <Facts
        facts={[
          [t('restore.summary.what'), ownerName(own ? null : (draft.source ?? null), tenants)],
          [
            t('restore.summary.snapshot'),
            <span key="snapshot">
              <Time value={snapshotTime} /> (<code>{draft.snapshot?.slice(0, 12)}</code>)
            </span>,
          ],
          [t('restore.summary.to'), draft.to === 'folder' ? draft.folder : t('restore.summary.inPlace')],
          [t('restore.summary.rows'), formatCount(plan.rows)],
          [t('restore.summary.files'), formatCount(plan.files)],
          [t('restore.summary.size'), formatBytes(plan.bytes)],
          [
            t('restore.summary.changes'),
            draft.to === 'folder'
              ? t('restore.summary.none')
              : t('restore.summary.changeText', { added, changed, lost }),
          ],
        ]}
      />
      <Field
        label={t('restore.summary.reason')}
        hint={t('restore.summary.reasonHint')}
        required
        {...problem(tried && draft.reason.trim().length < 3 ? t('restore.summary.reasonHint') : undefined)}
      >
        <Textarea value={draft.reason} onChange={(_, { value }) => onReason(value)} maxLength={1000} />
      </Field>
      <CommandLine command={commandOf(draft)} />
      {!fresh && (
        <MessageBar intent="warning">
          <MessageBarBody>{t('restore.conflicts.again')}</MessageBarBody>
          <MessageBarActions>
            <Button onClick={onAgain}>{t('restore.conflicts.again')}</Button>
          </MessageBarActions>
        </MessageBar>
      )}
    </>
  );
}

function commandOf({ source, snapshot, to, folder, reason }: RestoreDraft): string {
  const what = source === 'installation' ? '--installation' : `--tenant ${source}`;
  const where = to === 'folder' ? `folder:${shellWord(folder.trim())}` : 'in-place';
  return `holdfast restore run ${what} --snapshot ${snapshot?.slice(0, 12)} --to ${where} --reason ${shellWord(reason.trim() || 'REASON')}`;
}
