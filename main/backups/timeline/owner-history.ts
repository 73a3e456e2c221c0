import type { Uuid } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';
import type { ValidationLevel } from '../catalogue/catalogue.ts';
import type { OwnerId } from '../owner.ts';
import type { Reaching, Stretch } from './reach.ts';

/** A snapshot with what the timeline tells of it. Times are epoch milliseconds. */
export interface KnownSnapshot extends Reaching {
  readonly id: string;
  readonly time: number;
  readonly bytesAdded: number;
  readonly verified: ValidationLevel | null;
  readonly safety: boolean;
  readonly damaged: number;
}

/** All snapshots of an owner, newest first: thousands are read in milliseconds. */
export function knownSnapshots(reading: Reading, owner: OwnerId): KnownSnapshot[] {
  return reading
    .sql<Omit<KnownSnapshot, 'safety'> & { readonly safety: number }>(
      `SELECT id, kind, time, timeline, commit_seq AS commitSeq, base_time AS baseTime, last_time AS lastTime,
         bytes_added AS bytesAdded, verified_level AS verified, safety,
         coalesce(json_extract(summary, '$.damaged'), 0) AS damaged
       FROM snapshots WHERE tenant_id IS ? ORDER BY time DESC, commit_seq DESC, id DESC`,
    )
    .all(owner)
    .map((row) => ({ ...row, safety: row.safety === 1 }));
}

/** Restores in place that ended in a window, oldest first; the installation has none. */
export function restoresOf(
  reading: Reading,
  owner: OwnerId,
  { from, to }: Stretch,
): { readonly restoreId: Uuid; readonly time: number; readonly snapshotId: string }[] {
  return reading
    .sql<{ restoreId: Uuid; time: number; snapshotId: string }>(
      `SELECT id AS restoreId, ended_at AS time, snapshot_id AS snapshotId FROM restores
       WHERE tenant_id IS ? AND state = 'done' AND ended_at BETWEEN ? AND ? ORDER BY ended_at, id LIMIT 200`,
    )
    .all(owner, from, to);
}
