import { Body1, Button, Caption1, makeStyles, ProgressBar, tokens } from '@fluentui/react-components';
import type { Job } from '../../shared/contract/suite.ts';
import { formatBytes, formatCount, formatDuration } from '../i18n/format.ts';
import { t } from '../i18n/translate.ts';
import { ErrorNote } from './error-note.tsx';
import { jobKindText } from './job-words.ts';
import { useNow } from './time.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '6px' },
  line: { display: 'flex', alignItems: 'center', gap: '12px' },
  phase: { flexGrow: 1, minWidth: 0, overflowWrap: 'anywhere' },
  small: { color: tokens.colorNeutralForeground3 },
});

const quietMs = 15_000;
/** Before that a guess of the time left would jump about. */
const guessFromMs = 3_000;

/** What is shown of a job, or of work that goes on like one. */
type ShownJob = Pick<
  Job,
  'kind' | 'state' | 'phase' | 'done' | 'total' | 'unit' | 'startedAt' | 'heartbeatAt' | 'endedAt' | 'error'
>;

interface JobProgressProps {
  readonly job: ShownJob;
  readonly onCancel?: (() => void) | undefined;
}

/** How a job goes on: verb and object, how much of how much, time left once that can be known, its last sign of life. */
export function JobProgress({ job, onCancel }: JobProgressProps) {
  const styles = useStyles();
  const now = useNow();
  const running = job.endedAt === null;
  const { done, total } = job;
  const label = job.phase === '' ? jobKindText(job.kind) : job.phase;
  const quiet = running && job.heartbeatAt !== null && now - Date.parse(job.heartbeatAt) > quietMs;
  return (
    <section className={styles.root} aria-label={label}>
      <div className={styles.line}>
        <Body1 className={styles.phase}>{label}</Body1>
        {running && onCancel && (
          <Button size="small" onClick={onCancel} disabled={job.state === 'cancelling'}>
            {t('common.cancel')}
          </Button>
        )}
      </div>
      {running && <ProgressBar aria-label={label} {...(total ? { value: done, max: total } : {})} />}
      <Caption1 className={styles.small}>
        {[amount(job), running && total !== null && total > 0 && timeLeft(job), quiet && t('jobs.quiet')]
          .filter(Boolean)
          .join(' · ')}
      </Caption1>
      {job.error && job.state === 'failed' && <ErrorNote error={job.error} />}
    </section>
  );
}

function amount({ done, total, unit }: ShownJob): string {
  const show = unit === 'bytes' ? formatBytes : formatCount;
  const counted = unit === 'bytes' ? '' : ` ${unit}`;
  // an amount that is not counted yet is none of nothing
  if (!total) return done === 0 ? '' : `${show(done)}${counted}`;
  return t('jobs.of', { done: show(done), total: `${show(total)}${counted}` });
}

function timeLeft({ done, total, startedAt, heartbeatAt }: ShownJob): string {
  const spent =
    startedAt === null || heartbeatAt === null ? 0 : Date.parse(heartbeatAt) - Date.parse(startedAt);
  if (done === 0 || total === null || spent < guessFromMs) return t('jobs.timeNotKnown');
  return t('jobs.timeLeft', { time: formatDuration((spent / done) * (total - done)) });
}
