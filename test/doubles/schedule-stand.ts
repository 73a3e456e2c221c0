import { type BackupPlan, dueTime, dueTimes, type Past } from '../../main/schedule/backup-schedule.ts';
import { defaultSetting } from '../../main/schedule/default-setting.ts';
import { Retries } from '../../main/schedule/retries.ts';
import { Rhythms } from '../../main/schedule/rhythms.ts';
import { Scheduler } from '../../main/schedule/scheduler.ts';
import type { ScheduleSetting } from '../../shared/contract/backups/schedules.ts';
import type { Uuid } from '../../shared/ids.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A plan of the tier's rhythm, with what was set instead. */
export function planOf(
  owner: string,
  every: BackupPlan['every'],
  setting: Partial<ScheduleSetting> | null = null,
  since = 0,
): BackupPlan {
  return {
    owner: owner as Uuid,
    every,
    most: every,
    since,
    setting: setting === null ? null : { ...defaultSetting('UTC'), ...setting },
  };
}

/** What is known of the past of an owner `a`. */
export function pastOf(
  known: { last?: number; skipped?: number; retry?: number; wanted?: number } = {},
): Past {
  const of = (time: number | undefined) => new Map(time === undefined ? [] : [['a', time] as const]);
  return {
    lastRuns: of(known.last),
    skipped: of(known.skipped),
    retries: of(known.retry),
    wanted: of(known.wanted),
  };
}

/** When a plan of owner `a` is due. */
export function dueOf(plan: BackupPlan, past: Past, now: number) {
  return dueTime(plan, past, now, new Rhythms());
}

/** A scheduler by a clock that goes as it is told, over runs that only note when they were made. */
export function schedulerStand(plans: readonly BackupPlan[], now: number) {
  const state = { now, broken: false };
  const last = new Map<string, number>();
  const made: [string, number][] = [];
  const absences: [number, number][] = [];
  const problems: unknown[] = [];
  const rhythms = new Rhythms();
  const retries = new Retries(() => 0.5);
  const scheduler = new Scheduler({
    clock: { now: () => state.now, monotonicMicros: () => 0 },
    lastRuns: () => last,
    due: (lastRuns, at) =>
      dueTimes(
        plans,
        { lastRuns, skipped: new Map(), retries: retries.times(at), wanted: new Map() },
        at,
        rhythms,
      ),
    run: (owner) => {
      if (state.broken) return Promise.reject(new Error('no disk'));
      made.push([owner, state.now]);
      last.set(owner, state.now);
      retries.succeeded(owner);
      return Promise.resolve();
    },
    failed: (owner, at) => void retries.failed(owner, at),
    absent: (from, until) => {
      absences.push([from, until]);
      return Promise.resolve();
    },
    report: (error) => problems.push(error),
  });
  /** Lets the clock go on, and looks every minute. */
  const pass = async (ms: number) => {
    for (const end = state.now + ms; state.now < end; ) {
      state.now = Math.min(end, state.now + minute);
      await scheduler.tick();
    }
  };
  return { scheduler, state, last, made, absences, problems, pass };
}
