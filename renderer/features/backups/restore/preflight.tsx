import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import type { FollowedJob } from '../../../rpc/use-job.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobProgress } from '../../../ui/job-progress.tsx';
import { Obstacles } from './obstacles.tsx';
import type { Plan } from './plan.ts';
import { Warnings } from './warnings.tsx';

interface PreflightProps {
  readonly followed: FollowedJob;
  readonly plan: Plan | undefined;
  readonly onAgain: () => void;
}

/** What was found out before anything is done: progress while it is looked at, then obstacles and space. */
export function Preflight({ followed, plan, onAgain }: PreflightProps) {
  const { job, failure, cancel } = followed;
  const failed = failure ?? (job !== undefined && job.state !== 'succeeded' ? job.error : undefined);
  return (
    <div role="status">
      {job?.endedAt === null && <JobProgress job={job} onCancel={() => void cancel()} />}
      {job?.endedAt && plan === undefined && !failed && <p>{t('restore.preflight.stopped')}</p>}
      <ErrorNote error={failed} onRetry={onAgain} />
      {plan && plan.obstacles.length > 0 && <Obstacles obstacles={plan.obstacles} />}
      {plan && plan.warnings.length > 0 && <Warnings warnings={plan.warnings} />}
      {plan && (
        <p>
          {t('restore.preflight.space', {
            bytes: formatBytes(plan.bytes),
            free: formatBytes(plan.freeBytes),
          })}{' '}
          {plan.obstacles.length === 0 && t('restore.preflight.clear')}
        </p>
      )}
    </div>
  );
}
