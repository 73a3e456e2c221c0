import { z } from 'zod';
import { toRfc3339 } from '../../shared/clock.ts';
import type { BackupSchedule } from '../../shared/contract/backups/schedules.ts';
import { tenantIdOf } from '../backups/owner.ts';
import { decodeCursor, type Page, pageOf } from '../operations/cursor.ts';
import { type BackupPlan, type DueTime, dueTimes, type Past } from '../schedule/backup-schedule.ts';
import { defaultSetting } from '../schedule/default-setting.ts';
import type { DrillPlan } from '../schedule/drill-schedule.ts';
import type { Rhythms } from '../schedule/rhythms.ts';
import type { ScheduleRun } from '../schedule/run-store.ts';
import type { Skip } from '../schedule/skip-store.ts';
import { isOverdue, type KnownDrills } from './scheduled-drills.ts';

interface Known {
  /** The installation's own first. */
  readonly plans: readonly BackupPlan[];
  readonly past: Past;
  readonly runs: ReadonlyMap<string, ScheduleRun>;
  readonly skips: ReadonlyMap<string, Skip>;
  readonly drills: KnownDrills;
  readonly rhythms: Rhythms;
  readonly timeZone: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

interface ListInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** So long after it was due a backup counts as overdue: one that is being made may take its time to begin. */
const overdueAfterMs = 2 * 60_000;
const place = z.tuple([z.int().nonnegative()]);
const filter = { list: 'schedules' };

/** Who is backed up when, and how that went. Errors: VALIDATION (cursor). */
export function listSchedules(known: Known, { limit, cursor }: ListInput): Page<BackupSchedule> {
  const [from] = decodeCursor(cursor, filter, place) ?? [0];
  const plans = known.plans.slice(from, from + limit + 1);
  const due = new Map(
    dueTimes(plans, known.past, known.now, known.rhythms).map((each) => [each.owner, each]),
  );
  const rhythmsOfDrills = new Map(known.drills.plans.map(({ owner, every }) => [owner, every]));
  return pageOf(
    plans.map((plan, at) => ({ plan, at: from + at + 1 })),
    limit,
    filter,
    ({ plan }) => ({
      ...scheduleOf(plan, due.get(plan.owner), known),
      drill: drillOf(plan.owner, rhythmsOfDrills.get(plan.owner) ?? 'never', known),
    }),
    ({ at }) => [at],
  );
}

function scheduleOf(
  { owner, every, setting }: BackupPlan,
  due: DueTime | undefined,
  { past, runs, skips, now, timeZone }: Known,
): Omit<BackupSchedule, 'drill'> {
  const run = runs.get(owner);
  const skip = skips.get(owner);
  const applies = setting ?? defaultSetting(timeZone);
  return {
    tenantId: tenantIdOf(owner),
    every,
    set: setting !== null,
    times: applies.times,
    timeZone: applies.timeZone,
    lastBackup: text(past.lastRuns.get(owner)),
    lastRun: run
      ? {
          startedAt: toRfc3339(run.startedAt),
          endedAt: text(run.endedAt),
          outcome: run.outcome,
          errorCode: run.errorCode,
          jobId: run.jobId,
          failures: run.failures,
        }
      : null,
    nextRun: text(due?.due),
    waits: due?.waits ?? null,
    paused: applies.paused !== null && Date.parse(applies.paused.until) > now ? applies.paused : null,
    skipped: skip === undefined ? null : { dueAt: toRfc3339(skip.dueAt), why: skip.why },
    overdue:
      due !== undefined &&
      now - due.expected > overdueAfterMs &&
      due.waits !== 'blackout' &&
      run?.outcome !== 'running',
  };
}

function drillOf(owner: string, every: DrillPlan['every'], { drills, now }: Known): BackupSchedule['drill'] {
  const due = drills.due.get(owner);
  const newest = drills.newest.get(owner);
  return {
    every,
    lastRun:
      newest === undefined ? null : { startedAt: toRfc3339(newest.startedAt), outcome: newest.outcome },
    nextRun: text(due),
    overdue: due !== undefined && isOverdue(due, now),
  };
}

function text(time: number | null | undefined): string | null {
  return time === null || time === undefined ? null : toRfc3339(time);
}
