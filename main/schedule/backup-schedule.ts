import type { ScheduleSetting } from '../../shared/contract/backups/schedules.ts';
import type { Uuid } from '../../shared/ids.ts';
import { afterBlackouts } from './blackouts.ts';
import type { Rhythm, ScheduledTimes } from './rhythm.ts';
import type { Rhythms } from './rhythms.ts';

/** How often something is backed up. */
export interface BackupPlan extends ScheduledTimes {
  readonly owner: Uuid | 'installation';
  /** Since when there is something to back up, in epoch milliseconds. */
  readonly since: number;
}

/** What is known of the past; all by owner, in epoch milliseconds. */
export interface Past {
  readonly lastRuns: ReadonlyMap<string, number>;
  /** Up to when runs that were due were left out, as their schedule has it. */
  readonly skipped: ReadonlyMap<string, number>;
  /** When a run that failed is tried again. */
  readonly retries: ReadonlyMap<string, number>;
  /** When a new base is wanted before the next run by schedule: the log of commits cannot go on. */
  readonly wanted: ReadonlyMap<string, number>;
}

export interface DueTime {
  readonly owner: BackupPlan['owner'];
  /** When it is to begin. Epoch milliseconds. */
  readonly due: number;
  /** When it was to be made; before `due` where it waits, or where runs were left out. */
  readonly expected: number;
  readonly waits: 'blackout' | 'pause' | 'retry' | null;
}

/** So long a new tenant is left alone before its first backup. */
const firstAfterMs = 15 * 60_000;

/** When each owner's next backup is due; none for what is backed up by hand. */
export function dueTimes(plans: readonly BackupPlan[], past: Past, now: number, rhythms: Rhythms): DueTime[] {
  return plans.flatMap((plan) => dueTime(plan, past, now, rhythms) ?? []);
}

/** The same of one; undefined: by hand only. */
export function dueTime(plan: BackupPlan, past: Past, now: number, rhythms: Rhythms): DueTime | undefined {
  const { owner, since, setting } = plan;
  const rhythm = rhythms.of(plan);
  if (rhythm === null) return undefined;
  const expected = expectedAt(rhythm, past.lastRuns.get(owner), since, now);
  if (expected === undefined) return undefined;
  const wanted = past.wanted.get(owner);
  let due = wanted === undefined ? expected : Math.min(expected, wanted);
  for (const until of [believed(past.skipped.get(owner), rhythm, now), pauseSkips(setting)]) {
    if (until !== undefined && due <= until) due = rhythm(until)?.at ?? due;
  }
  const waiting = waitingUntil(plan, due, now, rhythms);
  const retry = past.retries.get(owner);
  const begins = waiting?.until ?? due;
  if (retry === undefined || retry <= begins) {
    return { owner, due: begins, expected, waits: waiting?.for ?? null };
  }
  const retried = waitingUntil(plan, retry, now, rhythms);
  return { owner, due: retried?.until ?? retry, expected, waits: retried?.for ?? 'retry' };
}

/** When the next backup of any owner is due; null where all are made by hand. */
export function nextBackup(due: readonly DueTime[]): number | null {
  return due.length === 0 ? null : Math.min(...due.map((each) => each.due));
}

/** Until when what is due then has to wait; undefined: it has not. */
export function waitingUntil(
  { setting }: Pick<BackupPlan, 'setting'>,
  due: number,
  now: number,
  rhythms: Rhythms,
): { readonly until: number; readonly for: 'blackout' | 'pause' } | undefined {
  if (setting === null) return undefined;
  const pauseEnd = setting.paused === null ? undefined : Date.parse(setting.paused.until);
  const paused = pauseEnd !== undefined && pauseEnd > Math.max(due, now);
  const from = paused ? pauseEnd : Math.max(due, now);
  const clear = afterBlackouts(setting.blackouts, rhythms.offset(setting.timeZone), from) ?? from;
  if (clear > from) return { until: clear, for: paused ? 'pause' : 'blackout' };
  return paused ? { until: from, for: 'pause' } : undefined;
}

/**
 * A last run that lies after `now` was made before the clock went back. By less than two runs, the next one after it comes in
 * its time, and nothing runs twice; by more, it says nothing, and the backup is due now.
 */
function expectedAt(
  rhythm: Rhythm,
  last: number | undefined,
  since: number,
  now: number,
): number | undefined {
  if (last === undefined) return since > now ? now : since + firstAfterMs;
  return believed(last, rhythm, now) === undefined ? now : rhythm(last)?.at;
}

function believed(time: number | undefined, rhythm: Rhythm, now: number): number | undefined {
  if (time === undefined || time <= now) return time;
  const next = rhythm(now)?.at;
  const second = next === undefined ? undefined : rhythm(next)?.at;
  return second === undefined || time < second ? time : undefined;
}

/** Where missed runs are left out, those of a pause are. */
function pauseSkips(setting: ScheduleSetting | null): number | undefined {
  if (setting?.missed !== 'skip' || setting.paused === null) return undefined;
  return Date.parse(setting.paused.until) - 1;
}
