import { Spinner } from '@fluentui/react-components';
import { useEffect } from 'react';
import { t } from '../../../i18n/translate.ts';
import { useJob } from '../../../rpc/use-job.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobProgress } from '../../../ui/job-progress.tsx';
import { cancelMeaning } from './fate.ts';
import type { RestoreDraft } from './restore-draft.ts';
import type { Step } from './steps.ts';
import { Unfinished } from './unfinished.tsx';

interface RunStepProps {
  readonly draft: RestoreDraft;
  readonly jobId: string;
  readonly onDone: () => void;
  readonly onBack: (to: Step) => void;
  /** Another job goes on with it. */
  readonly onResumed: (jobId: string) => void;
}

/** Step 6: the restore on its way, and what cancelling means at this moment. */
export function RunStep({ draft, jobId, onDone, onBack, onResumed }: RunStepProps) {
  const { job, failure, ended, cancel } = useJob(jobId);
  const done = job?.state === 'succeeded';
  useEffect(() => {
    if (done) onDone();
  }, [done, onDone]);
  const meaning = job && cancelMeaning(job, draft.to);
  return (
    <>
      <ErrorNote error={failure} />
      {job === undefined && failure === undefined && <Spinner label={t('common.loading')} />}
      {job && !ended && meaning && (
        <>
          <JobProgress job={job} onCancel={meaning === 'too-late' ? undefined : () => void cancel()} />
          <p role="status">{t(`restore.run.cancel.${meaning}`)}</p>
        </>
      )}
      {job && ended && !done && <Unfinished draft={draft} job={job} onBack={onBack} onResumed={onResumed} />}
    </>
  );
}
