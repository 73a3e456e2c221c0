import { Button, MessageBar, MessageBarBody, Spinner } from '@fluentui/react-components';
import { useEffect } from 'react';
import { t } from '../../../i18n/translate.ts';
import { useJob } from '../../../rpc/use-job.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobProgress } from '../../../ui/job-progress.tsx';

interface RunStepProps {
  readonly jobId: string;
  readonly onDone: () => void;
  readonly onBack: () => void;
}

/** Step 6: the restore on its way. */
export function RunStep({ jobId, onDone, onBack }: RunStepProps) {
  const { job, failure, ended, cancel } = useJob(jobId);
  const done = job?.state === 'succeeded';
  useEffect(() => {
    if (done) onDone();
  }, [done, onDone]);
  return (
    <div role="status">
      <ErrorNote error={failure} />
      {job === undefined && failure === undefined && <Spinner label={t('common.loading')} />}
      {job && !ended && (
        <>
          <p>{t('restore.run.text')}</p>
          <JobProgress job={job} onCancel={() => void cancel()} />
        </>
      )}
      {job && ended && !done && (
        <>
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>{t('restore.run.failed')}</MessageBarBody>
          </MessageBar>
          <ErrorNote error={job.error} />
          <Button onClick={onBack}>{t('restore.run.back')}</Button>
        </>
      )}
    </div>
  );
}
