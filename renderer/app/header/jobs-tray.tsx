import {
  Body1,
  Button,
  CounterBadge,
  makeStyles,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Subtitle2,
  tokens,
} from '@fluentui/react-components';
import { TaskListLtrRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Job } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { isRunning, useCurrentJobs } from '../../rpc/use-current-jobs.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { EndedJob, RunningJob } from '../../ui/job-item.tsx';

const useStyles = makeStyles({
  button: { position: 'relative', minWidth: '40px' },
  badge: { position: 'absolute', top: '0', right: '0' },
  surface: { width: '400px', maxWidth: '90vw', padding: 0 },
  scroll: { maxHeight: '60vh', overflowY: 'auto', padding: '12px 16px' },
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
  },
  title: { marginBottom: '8px' },
  recent: { marginTop: '16px', marginBottom: '8px' },
  quiet: { color: tokens.colorNeutralForeground3 },
  foot: { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, padding: '8px 16px' },
});

const shownEnded = 6;

/** How many jobs run, and on request what they are doing and what came last. */
export function JobsTray() {
  const styles = useStyles();
  const { running = [], recent, error } = useCurrentJobs();
  const [open, setOpen] = useState(false);
  const [, go] = useLocation();
  const count = running.length;
  const show = (path: string) => {
    setOpen(false);
    go(path);
  };
  return (
    <Popover open={open} onOpenChange={(_, data) => setOpen(data.open)} trapFocus positioning="below-end">
      <PopoverTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          className={styles.button}
          icon={<TaskListLtrRegular />}
          aria-label={count === 0 ? t('shell.jobs.idle') : t('shell.jobs.running', { count })}
        >
          {count > 0 && <CounterBadge className={styles.badge} count={count} size="small" aria-hidden />}
        </Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label={t('shell.jobs.title')}>
        <div className={styles.scroll}>
          <ErrorNote error={error} />
          <Jobs
            running={running}
            ended={recent.filter((job) => !isRunning(job)).slice(0, shownEnded)}
            go={show}
          />
        </div>
        <div className={styles.foot}>
          <Button appearance="subtle" size="small" onClick={() => show('/jobs')}>
            {t('shell.jobs.all')}
          </Button>
        </div>
      </PopoverSurface>
    </Popover>
  );
}

interface JobsProps {
  readonly running: readonly Job[];
  readonly ended: readonly Job[];
  readonly go: (path: string) => void;
}

function Jobs({ running, ended, go }: JobsProps) {
  const styles = useStyles();
  return (
    <>
      <Subtitle2 as="h2" block className={styles.title}>
        {t('shell.jobs.title')}
      </Subtitle2>
      {running.length === 0 ? (
        <Body1 className={styles.quiet}>{t('shell.jobs.nothingRuns')}</Body1>
      ) : (
        <ul className={styles.list}>
          {running.map((job) => (
            <RunningJob key={job.id} listed={job} go={go} />
          ))}
        </ul>
      )}
      {ended.length > 0 && (
        <>
          <Subtitle2 as="h2" block className={styles.recent}>
            {t('shell.jobs.recent')}
          </Subtitle2>
          <ul className={styles.list}>
            {ended.map((job) => (
              <EndedJob key={job.id} job={job} go={go} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}
