import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import type { Job } from '../../shared/contract/suite.ts';
import { useAllowed } from '../app/session.tsx';
import { t } from '../i18n/translate.ts';
import { useJob } from '../rpc/use-job.ts';
import { ErrorNote } from './error-note.tsx';
import { JobProgress } from './job-progress.tsx';
import { jobKindText, jobTones } from './job-words.ts';
import { StateBadge } from './state-badge.tsx';
import { Time } from './time.tsx';
import { useTenants } from './use-names.ts';

const useStyles = makeStyles({
  title: {
    padding: 0,
    minWidth: 0,
    justifyContent: 'flex-start',
    textAlign: 'start',
    fontWeight: tokens.fontWeightSemibold,
  },
  text: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', maxWidth: '100%' },
  line: { display: 'flex', alignItems: 'center', gap: '8px', minWidth: 0 },
  grow: { flexGrow: 1, minWidth: 0 },
  quiet: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

interface Go {
  readonly go: (path: string) => void;
}

/** A job at work, followed while it is in sight. */
export function RunningJob({ listed, go }: Go & { readonly listed: Job }) {
  const { job = listed, cancel } = useJob(listed.id);
  const mayCancel = useAllowed('jobs:write');
  const [error, setError] = useState<unknown>();
  return (
    <li>
      <Title job={job} go={go} />
      <JobProgress job={job} onCancel={mayCancel ? () => void cancel().catch(setError) : undefined} />
      <ErrorNote error={error} />
    </li>
  );
}

/** A job that has ended. */
export function EndedJob({ job, go }: Go & { readonly job: Job }) {
  const styles = useStyles();
  return (
    <li className={styles.line}>
      <span className={styles.grow}>
        <Title job={job} go={go} />
        <span className={styles.quiet}>
          <Time value={job.endedAt} as="ago" />
        </span>
      </span>
      <StateBadge tone={jobTones[job.state]} text={t(`words.jobState.${job.state}`)} />
    </li>
  );
}

function Title({ job, go }: Go & { readonly job: Job }) {
  const styles = useStyles();
  const tenant = useTenants().get(job.tenantId ?? '')?.name;
  const kind = jobKindText(job.kind);
  return (
    <div className={styles.line}>
      <Button
        appearance="transparent"
        size="small"
        className={styles.title}
        onClick={() => go(`/jobs/${job.id}`)}
      >
        <span className={styles.text}>
          {tenant === undefined ? kind : t('jobs.kindOf', { kind, tenant })}
        </span>
      </Button>
    </div>
  );
}
