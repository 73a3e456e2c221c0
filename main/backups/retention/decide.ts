import { calendarRules, type KeepReason, type RetentionPolicy } from '../../../shared/retention.ts';
import type { Periods } from './calendar.ts';

/** What retention has to know of a snapshot. */
export interface RetainedSnapshot {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Made on the way to a restore in place: it takes no place of an ordinary one. */
  readonly safety: boolean;
  /** Its content was read and found sound. */
  readonly verified: boolean;
  /** Under legal hold, by itself or with its owner. */
  readonly held: boolean;
  /** A restore that can still be taken back, or is under way, needs it. */
  readonly undo: boolean;
}

/**
 * Why each snapshot stays, newest first; one without reasons goes. The rules are those of `restic forget --keep-*`: going
 * from the newest to the oldest, a period keeps its newest snapshot until the rule has kept its number. Beyond them stay
 * what is held or needed for an undo, the newest, the newest that was verified, and as many as the minimum says.
 */
export function decideRetention(
  snapshots: readonly RetainedSnapshot[],
  policy: RetentionPolicy,
  periodsOf: (time: number) => Periods,
): ReadonlyMap<string, readonly KeepReason[]> {
  const newestFirst = [...snapshots].sort(byTime);
  const reasons = new Map<string, KeepReason[]>(newestFirst.map(({ id }) => [id, []]));
  const keep = ({ id }: RetainedSnapshot, reason: KeepReason) => reasons.get(id)?.push(reason);
  const ordinary = newestFirst.filter(({ safety }) => !safety);

  for (const snapshot of ordinary.slice(0, policy.last)) keep(snapshot, 'last');
  const periods = ordinary.map(({ time }) => periodsOf(time));
  for (const rule of calendarRules) {
    let left = policy[rule];
    let period: string | undefined;
    for (const [at, snapshot] of ordinary.entries()) {
      const own = periods[at]?.[rule];
      if (left === 0) break;
      if (own === period) continue;
      period = own;
      left -= 1;
      keep(snapshot, rule);
    }
  }
  const [newest] = ordinary;
  if (newest !== undefined) keep(newest, 'newest');
  const verified = ordinary.find((snapshot) => snapshot.verified);
  if (verified !== undefined) keep(verified, 'newest-verified');
  for (const snapshot of newestFirst) {
    if (snapshot.held) keep(snapshot, 'hold');
    if (snapshot.undo) keep(snapshot, 'undo');
  }
  const unkept = ordinary.filter(({ id }) => reasons.get(id)?.length === 0);
  const missing = policy.minimum - (ordinary.length - unkept.length);
  for (const snapshot of unkept.slice(0, Math.max(0, missing))) keep(snapshot, 'minimum');
  return reasons;
}

function byTime(one: RetainedSnapshot, other: RetainedSnapshot): number {
  return other.time - one.time || (one.id < other.id ? 1 : -1);
}
