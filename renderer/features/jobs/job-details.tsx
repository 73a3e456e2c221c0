import { Body1, Button, Caption1, makeStyles, Spinner, Tooltip, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import type { Job } from '../../../shared/contract/suite.ts';
import { useAllowed } from '../../app/session.tsx';
import { t } from '../../i18n/translate.ts';
import { useJob } from '../../rpc/use-job.ts';
import { CommandLine } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { nextStepOf } from '../../ui/job-next.ts';
import { JobProgress } from '../../ui/job-progress.tsx';
import { jobKindText, jobTones } from '../../ui/job-words.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { isResumable, ResumeRestore } from '../../ui/resume-restore.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TenantName } from '../../ui/tenant-name.tsx';
import { Time } from '../../ui/time.tsx';
import { durationText } from './columns.tsx';
import { resultSentences } from './result-sentences.ts';

const useStyles = makeStyles({
  result: { display: 'flex', flexDirection: 'column', gap: '6px', overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground3, overflowWrap: 'anywhere' },
  running: { display: 'flex', flexDirection: 'column', gap: '8px' },
});

interface JobDetailsProps {
  readonly jobId: string;
  readonly operatorName: (id: string) => string;
}

/** One job, followed while it runs: what it does, what it brought or why it failed, and where to go on. */
export function JobDetails({ jobId, operatorName }: JobDetailsProps) {
  const styles = useStyles();
  const followed = useJob(jobId);
  const { job, failure } = followed;
  if (job === undefined) {
    return failure ? <ErrorNote error={failure} /> : <Spinner label={t('common.loading')} />;
  }
  const next = nextStepOf(job.kind, job.tenantId);
  const sentences = job.state === 'succeeded' ? resultSentences(job) : [];
  return (
    <>
      {job.endedAt === null && <Running job={job} cancel={followed.cancel} />}
      {job.endedAt !== null && job.error && (
        <div className={styles.result}>
          <ErrorNote error={job.error} />
          <Caption1 className={styles.quiet}>
            {t('jobs.details.cause', { message: job.error.message })}
          </Caption1>
        </div>
      )}
      {sentences.length > 0 && (
        <section className={styles.result} aria-label={t('jobs.details.result')}>
          {sentences.map((sentence) => (
            <Body1 key={sentence}>{sentence}</Body1>
          ))}
        </section>
      )}
      {isResumable(job) && <ResumeRestore key={job.id} jobId={job.id} />}
      {job.endedAt !== null && next && (
        <div>
          <LinkButton size="small" href={next.href}>
            {t(next.label)}
          </LinkButton>
        </div>
      )}
      <Facts
        facts={[
          [t('jobs.details.kind'), jobKindText(job.kind)],
          [
            t('jobs.details.state'),
            <StateBadge key="state" tone={jobTones[job.state]} text={t(`words.jobState.${job.state}`)} />,
          ],
          ...(job.tenantId === null
            ? []
            : [[t('jobs.details.tenant'), <TenantName key="tenant" id={job.tenantId} />] as const]),
          [
            t('jobs.details.by'),
            job.requestedBy === null ? t('jobs.details.bySchedule') : operatorName(job.requestedBy),
          ],
          [t('jobs.details.created'), <Time key="created" value={job.createdAt} />],
          [
            t('jobs.details.started'),
            <Time key="started" value={job.startedAt} missing={t('common.notYet')} />,
          ],
          [t('jobs.details.ended'), <Time key="ended" value={job.endedAt} missing={t('common.notYet')} />],
          [t('jobs.details.duration'), durationText(job) ?? '–'],
          [t('jobs.details.id'), <Identifier key="id" value={job.id} />],
        ]}
      />
      <CommandLine command={`holdfast job show ${job.id}`} />
    </>
  );
}

function Running({ job, cancel }: { readonly job: Job; readonly cancel: () => Promise<void> }) {
  const styles = useStyles();
  const mayCancel = useAllowed('jobs:write');
  const [error, setError] = useState<unknown>();
  const button = (
    <Button disabled={!mayCancel || job.state === 'cancelling'} onClick={() => void cancel().catch(setError)}>
      {t('jobs.details.cancel')}
    </Button>
  );
  return (
    <div className={styles.running} role="status">
      <JobProgress job={job} />
      <div>
        {mayCancel ? (
          button
        ) : (
          <Tooltip content={t('jobs.details.mayNotCancel')} relationship="description">
            {button}
          </Tooltip>
        )}
      </div>
      <Caption1 className={styles.quiet}>{t('jobs.details.cancelSafe')}</Caption1>
      <ErrorNote error={error} />
      <CommandLine command={`holdfast job cancel ${job.id}`} />
    </div>
  );
}
