import {
  Button,
  CounterBadge,
  makeStyles,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Subtitle2,
} from '@fluentui/react-components';
import { TaskListLtrRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Job } from '../../shared/contract/suite.ts';
import { t } from '../i18n/translate.ts';
import { useApi } from '../rpc/api.tsx';
import { useJob } from '../rpc/use-job.ts';
import { JobProgress } from '../ui/job-progress.tsx';
import { jobKindText, jobTones } from '../ui/job-words.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { TextLink } from '../ui/text-link.tsx';

const useStyles = makeStyles({
  surface: {
    width: '380px',
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    maxHeight: '70vh',
    overflowY: 'auto',
  },
  row: { display: 'flex', justifyContent: 'space-between', gap: '8px' },
});

const idleMs = 4_000;
const busyMs = 1_500;
const shown = 12;

/** Long work, from anywhere: what runs, with progress and cancel, and how the last ones ended. */
export function JobsTray() {
  const styles = useStyles();
  const { query } = useApi();
  const [open, setOpen] = useState(false);
  const jobs = useQuery(
    query.jobs.listJobs.queryOptions({
      input: { limit: shown },
      refetchInterval: ({ state }) => (state.data?.items.some(isRunning) ? busyMs : idleMs),
    }),
  );
  const items = jobs.data?.items ?? [];
  const running = items.filter(isRunning);
  return (
    <Popover open={open} onOpenChange={(_, data) => setOpen(data.open)} trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          icon={<TaskListLtrRegular />}
          aria-label={t('jobs.tray.label', { count: running.length })}
        >
          {running.length > 0 && <CounterBadge count={running.length} size="small" />}
        </Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label={t('jobs.tray.title')}>
        <Subtitle2 as="h2">{t('jobs.tray.title')}</Subtitle2>
        {running.length === 0 && <span>{t('jobs.tray.none')}</span>}
        {open && running.map(({ id }) => <RunningJob key={id} jobId={id} />)}
        {items.some((job) => !isRunning(job)) && <strong>{t('jobs.tray.recent')}</strong>}
        {items
          .filter((job) => !isRunning(job))
          .slice(0, 5)
          .map(({ id, kind, state }) => (
            <div key={id} className={styles.row}>
              <TextLink href={`/jobs/${id}`}>{jobKindText(kind)}</TextLink>
              <StateBadge tone={jobTones[state]} text={t(`words.jobState.${state}`)} />
            </div>
          ))}
        <TextLink href="/jobs">{t('jobs.tray.all')}</TextLink>
      </PopoverSurface>
    </Popover>
  );
}

const isRunning = ({ endedAt }: Job) => endedAt === null;

function RunningJob({ jobId }: { readonly jobId: string }) {
  const { job, cancel } = useJob(jobId);
  if (job === undefined) return null;
  return (
    <div>
      <strong>{jobKindText(job.kind)}</strong>
      <JobProgress job={job} onCancel={() => void cancel()} />
    </div>
  );
}
