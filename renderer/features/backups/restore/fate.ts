import type { RestoreRecord } from '../../../../shared/contract/backups.ts';
import type { Job } from '../../../../shared/contract/suite.ts';
import { replacingPhase } from '../../../../shared/restore-phases.ts';
import { type Failure, toFailure } from '../../../rpc/failure.ts';
import type { Place } from './restore-draft.ts';
import type { Step } from './steps.ts';

/** What has become of the live data when a restore ended without success. */
export type Fate = 'untouched' | 'replaced' | 'unknown';

/**
 * A restore in place is recorded right before its one commit, so no record from the time of the job, or an abandoned one,
 * means that nothing was touched. A job can end without success after that commit: the process was killed, or the end
 * could not be written; then the record tells. `snapshot` undefined: a point in time. `records` undefined: they could not be read.
 */
export function fateOf(
  job: Pick<Job, 'createdAt' | 'endedAt'>,
  to: Place | undefined,
  snapshot: string | undefined,
  records: readonly RestoreRecord[] | undefined,
): Fate {
  if (to !== 'in-place' && to !== undefined) return 'untouched';
  if (records === undefined) return 'unknown';
  const from = Date.parse(job.createdAt);
  const until = job.endedAt === null ? Number.POSITIVE_INFINITY : Date.parse(job.endedAt);
  const own = records.find(({ snapshotId, startedAt }) => {
    const started = Date.parse(startedAt);
    return (snapshot === undefined || snapshotId === snapshot) && started >= from && started <= until;
  });
  if (own === undefined || own.state === 'abandoned') return 'untouched';
  return own.state === 'done' ? 'replaced' : 'unknown';
}

/** What cancelling would mean at this moment of a restore that runs. */
export type CancelMeaning = Place | 'stopping' | 'too-late';

export function cancelMeaning(
  { phase, state }: Pick<Job, 'phase' | 'state'>,
  to: Place | undefined,
): CancelMeaning {
  if (phase === replacingPhase) return 'too-late';
  if (state === 'cancelling') return 'stopping';
  return to ?? 'in-place';
}

/** The step at which what a restore failed of can be put right. */
export function stepToFix(error: unknown): Extract<Step, 'when' | 'where' | 'summary'> {
  const { code, data }: Failure = toFailure(error);
  if (data.where === 'destination' || data.reason === 'destination-not-empty' || data.reason === 'slug-taken')
    return 'where';
  switch (code) {
    case 'STORAGE_FULL':
    case 'QUOTA_EXCEEDED':
    case 'READ_ONLY':
    case 'UNSUITABLE_FOLDER':
      return 'where';
    case 'INTEGRITY':
    case 'NOT_FOUND':
    case 'NEWER_FORMAT':
      return 'when';
    default:
      return 'summary';
  }
}
