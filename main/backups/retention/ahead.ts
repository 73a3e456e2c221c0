import { toRfc3339 } from '../../../shared/clock.ts';
import type { RetentionSimulation } from '../../../shared/contract/backups/retention.ts';
import type { RetentionPolicy } from '../../../shared/retention.ts';
import { calendarOf } from './calendar.ts';
import { decideRetention } from './decide.ts';

const dayMs = 86_400_000;
const daysAhead = [7, 30, 90, 365] as const;

export interface AheadInput {
  /** Times of the snapshots that stay now, newest first. All times are epoch milliseconds. */
  readonly kept: readonly number[];
  readonly policy: RetentionPolicy;
  readonly now: number;
  readonly everyMs: number;
  readonly timeZone: string;
}

/**
 * How many snapshots there would be in a week, a month, a quarter and a year, if backups went on every `everyMs` and none
 * but the policy's reasons kept any. What a policy leaves after each backup is what it would leave of all of them.
 */
export function lookAhead({
  kept,
  policy,
  now,
  everyMs,
  timeZone,
}: AheadInput): RetentionSimulation['ahead'] {
  const periodsOf = calendarOf(timeZone);
  const latest = Math.max(now, ...kept.slice(0, 1));
  return daysAhead.map((days) => {
    const time = latest + days * dayMs;
    const added = Array.from(
      { length: Math.floor((time - latest) / everyMs) },
      (_, at) => latest + (at + 1) * everyMs,
    );
    const snapshots = [...kept, ...added].map((at) => ({
      id: String(at),
      time: at,
      safety: false,
      verified: false,
      held: false,
      undo: false,
    }));
    const reasons = decideRetention(snapshots, policy, periodsOf);
    const staying = snapshots.filter(({ id }) => (reasons.get(id)?.length ?? 0) > 0);
    const oldest = staying.reduce((least, snapshot) => Math.min(least, snapshot.time), time);
    return { time: toRfc3339(time), snapshots: staying.length, oldest: toRfc3339(oldest) };
  });
}
