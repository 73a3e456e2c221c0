import { toRfc3339 } from '../../shared/clock.ts';
import type { ScheduledRun } from '../../shared/contract/backups/schedules.ts';
import { type BackupPlan, waitingUntil } from './backup-schedule.ts';
import type { Occurrence } from './occurrences.ts';
import type { Rhythms } from './rhythms.ts';
import { wallAt } from './wall-clock.ts';

/** The next runs of a plan after `from` (epoch milliseconds), if each succeeds at once; `timeZone`: where none was set. */
export function previewRuns(
  plan: BackupPlan,
  { from, count, timeZone }: { readonly from: number; readonly count: number; readonly timeZone: string },
  rhythms: Rhythms,
): ScheduledRun[] {
  const rhythm = rhythms.of(plan);
  const offset = rhythms.offset(plan.setting?.timeZone ?? timeZone);
  const runs: ScheduledRun[] = [];
  let after = from;
  while (rhythm !== null && runs.length < count) {
    const next = rhythm(after);
    if (next === undefined) break;
    const waiting = waitingUntil(plan, next.at, next.at, rhythms);
    const at = waiting?.until ?? next.at;
    runs.push({ ...runOf(next, at, waiting?.for ?? null), shows: onWall(wallAt(at, offset)) });
    // what was due while it waited is made with it
    after = at;
  }
  return runs;
}

function runOf(
  { at: due, wall, effect }: Occurrence,
  at: number,
  waits: 'blackout' | 'pause' | null,
): Omit<ScheduledRun, 'shows'> {
  return {
    time: toRfc3339(at),
    wall: wall === null ? null : onWall(wall),
    effect,
    waited: waits === null ? null : { for: waits, since: toRfc3339(due) },
  };
}

function onWall(wall: number): string {
  return toRfc3339(wall).slice(0, 16);
}
