import type { Clock } from '../../shared/clock.ts';
import type { BackupSchedule } from '../../shared/contract/backups.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { BackupManager } from '../backups/backup-manager.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Notices } from '../notices/notices.ts';
import type { Page } from '../operations/cursor.ts';
import type { OperationRun } from '../operations/operation-run.ts';
import { type BackupPlan, dueTimes } from '../schedule/backup-schedule.ts';
import { interruptRuns, putRun, readRuns, type ScheduleRun } from '../schedule/run-store.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import type { Store } from '../storage/store.ts';
import { codeOf, jobDone } from './job-done.ts';
import { listSchedules } from './schedules.ts';

export interface ScheduledBackupsParts {
  readonly control: Store;
  readonly clock: Clock;
  readonly backups: BackupManager;
  readonly jobs: Jobs;
  readonly notices: Notices;
  /** The installation's own first. */
  plans(): readonly BackupPlan[];
  /** The system asks for it. */
  begin(action: 'backup.create' | 'backup.retention.apply' | 'backup.target.sync'): OperationRun;
  /** One piece of scheduled work at a time, whatever its kind. */
  inTurn(work: () => Promise<void>): Promise<void>;
  report(error: unknown): void;
}

/** What was due before that was not for want of a minute: nothing ran. */
const missedAfterMs = 5 * 60_000;

/** Backups by the tier's own rhythm: made when they are due, their ends stored, the missed ones found. */
export class ScheduledBackups {
  readonly #parts: ScheduledBackupsParts;
  readonly #scheduler: Scheduler;
  #stopped = false;

  constructor(parts: ScheduledBackupsParts) {
    this.#parts = parts;
    this.#scheduler = new Scheduler({
      clock: parts.clock,
      lastRuns: () => parts.backups.lastBackups(),
      due: (lastRuns, now) => dueTimes(parts.plans(), lastRuns, now),
      run: (owner) => parts.inTurn(() => this.#run(owner)),
      report: (error) => parts.report(error),
    });
  }

  /** For a process that stays. What was missed while none did is told, and made up for once. */
  async start(): Promise<void> {
    const { control, clock, notices, report } = this.#parts;
    const now = clock.now();
    const due = dueTimes(this.#parts.plans(), this.#parts.backups.lastBackups(), now);
    try {
      await interruptRuns(control, now);
      for (const { owner, due: at } of due) {
        if (now - at > missedAfterMs) await notices.backupMissed(owner === 'installation' ? null : owner, at);
      }
    } catch (error) {
      // what cannot be told must not keep the backups from being made
      report(error);
    }
    if (!this.#stopped) this.#scheduler.start();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    return this.#scheduler.stop();
  }

  /** Errors: VALIDATION (cursor). */
  list(input: { readonly limit: number; readonly cursor?: string | undefined }): Page<BackupSchedule> {
    const { control, clock, backups, plans } = this.#parts;
    const known = {
      plans: plans(),
      lastBackups: backups.lastBackups(),
      runs: readRuns(control),
      now: clock.now(),
    };
    return listSchedules(known, input);
  }

  async #run(owner: BackupPlan['owner']): Promise<void> {
    // deleted since the plans were made
    if (!this.#parts.plans().some((plan) => plan.owner === owner)) return;
    const { clock, backups, jobs, begin } = this.#parts;
    const startedAt = clock.now();
    let jobId: Uuid | null = null;
    const told = (run: Pick<ScheduleRun, 'outcome' | 'errorCode'>) =>
      this.#store({
        owner,
        startedAt,
        endedAt: run.outcome === 'running' ? null : clock.now(),
        jobId,
        ...run,
      });
    try {
      const scope = owner === 'installation' ? { installation: true as const } : { tenant: owner };
      ({ jobId } = await backups.createBackup({ scope, kind: 'incremental' }, begin('backup.create')));
      await told({ outcome: 'running', errorCode: null });
      await jobDone(jobs, jobId);
      await told({ outcome: 'succeeded', errorCode: null });
      await this.#applyRetention(scope);
      await this.#copy();
    } catch (error) {
      await told({ outcome: 'failed', errorCode: codeOf(error) });
      throw error;
    }
  }

  /** What comes of it is the job's own: its failure is no failure of the backup, and leaves a notice. */
  async #applyRetention(scope: { readonly tenant: Uuid } | { readonly installation: true }): Promise<void> {
    const { backups, jobs, begin, report } = this.#parts;
    try {
      if (!(await backups.retention.isRunDue(scope))) return;
      const { jobId } = await backups.retention.applyRetention(scope, begin('backup.retention.apply'));
      for await (const _ of jobs.watch(jobId));
    } catch (error) {
      report(error);
    }
  }

  /** To every further target that can be reached and lacks something; one that was away is asked again next time. */
  async #copy(): Promise<void> {
    const { backups, jobs, begin, report } = this.#parts;
    try {
      for (const targetId of await backups.copies.due()) {
        const { jobId } = await backups.copies.syncTarget({ targetId }, begin('backup.target.sync'));
        for await (const _ of jobs.watch(jobId));
      }
    } catch (error) {
      report(error);
    }
  }

  async #store(run: ScheduleRun): Promise<void> {
    try {
      await this.#parts.control.write((transaction) => putRun(transaction, run));
    } catch (error) {
      this.#parts.report(error);
    }
  }
}
