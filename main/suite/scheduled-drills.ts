import type { Clock } from '../../shared/clock.ts';
import type { DrillOutcome } from '../../shared/states.ts';
import type { BackupManager } from '../backups/backup-manager.ts';
import { tenantIdOf } from '../backups/owner.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Notices } from '../notices/notices.ts';
import type { OperationRun } from '../operations/operation-run.ts';
import { type DrillPlan, drillsDue } from '../schedule/drill-schedule.ts';
import { Retries } from '../schedule/retries.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { jobDone } from './job-done.ts';

export interface ScheduledDrillsParts {
  readonly clock: Clock;
  readonly backups: BackupManager;
  readonly jobs: Jobs;
  readonly notices: Notices;
  /** The installation's own first. */
  plans(): readonly DrillPlan[];
  /** The system asks for a drill. */
  begin(): OperationRun;
  /** Answers when the windows in which an owner's schedule lets nothing run leave time, from then on. Epoch milliseconds. */
  windows(): (owner: DrillPlan['owner'], due: number) => number;
  /** From 0 to 1. */
  random(): number;
  /** One piece of scheduled work at a time, whatever its kind. */
  inTurn(work: () => Promise<void>): Promise<void>;
  report(error: unknown): void;
}

/** What is known of the drills of every owner. */
export interface KnownDrills {
  readonly plans: readonly DrillPlan[];
  readonly due: ReadonlyMap<string, number>;
  readonly newest: ReadonlyMap<string, { readonly startedAt: number; readonly outcome: DrillOutcome }>;
}

/** So long after it was due a drill counts as overdue: it waits for backups, and may take its time. */
const overdueAfterMs = 86_400_000;

/** Whether a drill that is due then should have been held by now. Epoch milliseconds. */
export function isOverdue(due: number, now: number): boolean {
  return now - due > overdueAfterMs;
}

/** Drills by the tier's own rhythm: held when they are due, the missed ones told and made up for once. */
export class ScheduledDrills {
  readonly #parts: ScheduledDrillsParts;
  readonly #scheduler: Scheduler;
  /** Overdue ones that were told, by owner and when they were due. */
  readonly #told = new Set<string>();
  readonly #retries: Retries;
  #stopped = false;

  constructor(parts: ScheduledDrillsParts) {
    this.#parts = parts;
    this.#retries = new Retries(parts.random);
    this.#scheduler = new Scheduler({
      clock: parts.clock,
      lastRuns: () => this.#last().lastRuns,
      due: (lastRuns, now) => this.#due(lastRuns, now),
      run: (owner) => parts.inTurn(() => this.#run(owner)),
      failed: (owner, now) => void this.#retries.failed(owner, now),
      report: (error) => parts.report(error),
    });
  }

  /** For a process that stays. */
  async start(): Promise<void> {
    try {
      for (const [owner, due] of this.due()) await this.#tell(owner, due);
    } catch (error) {
      // what cannot be told must not keep the drills from being held
      this.#parts.report(error);
    }
    if (!this.#stopped) this.#scheduler.start();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    return this.#scheduler.stop();
  }

  /** When each owner's next drill is due, in epoch milliseconds. */
  due(): ReadonlyMap<DrillPlan['owner'], number> {
    const { lastRuns } = this.#last();
    return new Map(this.#due(lastRuns, this.#parts.clock.now()).map(({ owner, due }) => [owner, due]));
  }

  /** What schedules tell of the drills beside the backups. */
  known(): KnownDrills {
    const newest = this.#parts.backups.drills.newest();
    return {
      plans: this.#parts.plans(),
      due: this.due(),
      newest: new Map(newest.map(({ owner, startedAt, outcome }) => [owner, { startedAt, outcome }])),
    };
  }

  #due(lastRuns: ReadonlyMap<string, number>, now: number) {
    const { plans, backups, windows } = this.#parts;
    const clear = windows();
    const { outcomes } = this.#last();
    const retries = this.#retries.times(now);
    return drillsDue(plans(), { lastBackups: backups.lastBackups(), lastRuns, outcomes }, now).map(
      ({ owner, due }) => ({ owner, due: clear(owner, Math.max(due, retries.get(owner) ?? due)) }),
    );
  }

  #last() {
    const newest = this.#parts.backups.drills.newest();
    return {
      lastRuns: new Map<string, number>(newest.map(({ owner, startedAt }) => [owner, startedAt])),
      outcomes: new Map<string, DrillOutcome>(newest.map(({ owner, outcome }) => [owner, outcome])),
    };
  }

  async #run(owner: DrillPlan['owner']): Promise<void> {
    const { backups, jobs, begin } = this.#parts;
    // while it waited its turn the process may have begun to stop, or the tenant may be gone
    const due = this.#stopped ? undefined : this.due().get(owner);
    if (due === undefined) return;
    await this.#tell(owner, due);
    const scope = owner === 'installation' ? { installation: true as const } : { tenant: owner };
    const { jobId } = await backups.drills.drillBackup({ scope }, begin());
    await jobDone(jobs, jobId);
    this.#retries.succeeded(owner);
  }

  async #tell(owner: DrillPlan['owner'], due: number): Promise<void> {
    const once = `${owner} ${due}`;
    if (!isOverdue(due, this.#parts.clock.now()) || this.#told.has(once)) return;
    this.#told.add(once);
    await this.#parts.notices.drillOverdue(tenantIdOf(owner), due);
  }
}
