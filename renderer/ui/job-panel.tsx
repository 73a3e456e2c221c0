import { Body1, Button, MessageBar, MessageBarBody, makeStyles } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { Job } from '../../shared/contract/suite.ts';
import { t } from '../i18n/translate.ts';
import { useJob } from '../rpc/use-job.ts';
import { ErrorNote } from './error-note.tsx';
import { JobProgress } from './job-progress.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '8px' },
  close: { alignSelf: 'flex-start' },
});

interface JobPanelProps {
  readonly jobId: string;
  /** What is shown when it has succeeded. */
  readonly done: (job: Job) => ReactNode;
  /** Takes the panel away, once the job has ended. */
  readonly onClose?: (() => void) | undefined;
}

/** A job that was started here, followed to its end: progress and cancel, then its result or why it failed. */
export function JobPanel({ jobId, done, onClose }: JobPanelProps) {
  const styles = useStyles();
  const { job, failure, ended, cancel } = useJob(jobId);
  return (
    <div role="status" className={styles.root}>
      <ErrorNote error={failure} />
      {job && job.state !== 'succeeded' && <JobProgress job={job} onCancel={() => void cancel()} />}
      {job && (job.state === 'cancelled' || job.state === 'interrupted') && (
        <MessageBar intent="warning">
          <MessageBarBody>{t(`words.jobState.${job.state}`)}</MessageBarBody>
        </MessageBar>
      )}
      {job?.state === 'succeeded' && done(job)}
      {job === undefined && failure === undefined && <Body1>{t('common.loading')}</Body1>}
      {(ended || failure) && onClose && (
        <Button className={styles.close} onClick={onClose}>
          {t('common.close')}
        </Button>
      )}
    </div>
  );
}
