import { z } from 'zod';
import { toRfc3339 } from '../../shared/clock.ts';
import type { BackupSchedule } from '../../shared/contract/backups.ts';
import type { Uuid } from '../../shared/ids.ts';
import { decodeCursor, type Page, pageOf } from '../operations/cursor.ts';
import { type BackupPlan, dueTimes } from '../schedule/backup-schedule.ts';
import type { ScheduleRun } from '../schedule/run-store.ts';

interface Known {
  /** The installation's own first. */
  readonly plans: readonly BackupPlan[];
  readonly lastBackups: ReadonlyMap<string, number>;
  readonly runs: ReadonlyMap<string, ScheduleRun>;
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
  const due = new Map(
    dueTimes(known.plans, known.lastBackups, known.now).map(({ owner, due: at }) => [owner, at]),
  );
  const rows = known.plans.slice(from, from + limit + 1).map((plan, at) => ({ plan, at: from + at + 1 }));
  return pageOf(
    rows,
    limit,
    filter,
    ({ plan }) => scheduleOf(plan, due.get(plan.owner), known),
    ({ at }) => [at],
  );
}

function scheduleOf(
  { owner, every }: BackupPlan,
  due: number | undefined,
  { lastBackups, runs, now }: Known,
): BackupSchedule {
  const run = runs.get(owner);
  const text = (time: number | null | undefined) =>
    time === null || time === undefined ? null : toRfc3339(time);
  return {
    tenantId: owner === 'installation' ? null : (owner satisfies Uuid),
    every,
    lastBackup: text(lastBackups.get(owner)),
    lastRun: run
      ? {
          startedAt: toRfc3339(run.startedAt),
          endedAt: text(run.endedAt),
          outcome: run.outcome,
          errorCode: run.errorCode,
          jobId: run.jobId,
        }
      : null,
    nextRun: text(due),
    overdue: due !== undefined && now - due > overdueAfterMs && run?.outcome !== 'running',
  };
}
