import { Body1, Button, Caption1, Link, MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { RecoveryRun } from '../../../../shared/contract/recovery.ts';
import { t } from '../../../i18n/translate.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobProgress } from '../../../ui/job-progress.tsx';
import { type RestoreStep, stepToMend } from './plan.ts';

interface RunStepProps {
  readonly run: RecoveryRun;
  readonly onCancel: () => void;
  /** Forgets how it ended, and goes to a step. */
  readonly onBack: (step: RestoreStep) => void;
}

/** A recovery while it runs, or why it did not come to its end. */
export function RunStep({ run, onCancel, onBack }: RunStepProps) {
  const { state } = run;
  if (state === 'failed' || state === 'cancelled' || state === 'interrupted') {
    const mend = state === 'failed' ? stepToMend(run.error) : undefined;
    return (
      <>
        {state === 'failed' && <ErrorNote error={run.error} />}
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{t(`setup.restore.run.${state}`)}</MessageBarBody>
        </MessageBar>
        {run.from !== null && run.target !== null && (
          <Body1>{t('setup.restore.run.fetched', { folder: run.target })}</Body1>
        )}
        {mend !== undefined && (
          <Link as="button" type="button" onClick={() => onBack(mend)}>
            {t('setup.restore.run.mend', { step: t(`setup.restore.steps.${mend}`) })}
          </Link>
        )}
        <div>
          <Button appearance="primary" onClick={() => onBack('where')}>
            {t('setup.restore.run.again')}
          </Button>
        </div>
      </>
    );
  }
  const phase = run.phase === '' ? t('setup.restore.run.begins') : run.phase;
  const error = null; // told above, once it has ended
  return (
    <>
      <Body1>{t('setup.restore.run.text')}</Body1>
      <Body1 role="status">{ownerText(run)}</Body1>
      {state === 'succeeded' ? (
        <Body1>{t('setup.restore.run.opening')}</Body1>
      ) : (
        <JobProgress job={{ ...run, error, kind: 'recover', phase, state }} onCancel={onCancel} />
      )}
      {state === 'cancelling' && <Caption1>{t('setup.restore.run.cancelling')}</Caption1>}
    </>
  );
}

function ownerText({ owner, from }: RecoveryRun): string {
  if (owner === null)
    return from === null ? t('setup.restore.run.begins') : t('setup.restore.run.fetching', { from });
  const name = owner.tenantId === null ? t('setup.restore.run.own') : (owner.name ?? owner.tenantId);
  return owner.of === null ? name : t('setup.restore.run.owner', { ...owner, of: owner.of, name });
}
