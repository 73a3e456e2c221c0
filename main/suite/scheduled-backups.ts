import type { BackupSchedule } from '../../shared/contract/backups/schedules.ts';
import type { Uuid } from '../../shared/ids.ts';
import { tenantIdOf } from '../backups/owner.ts';
import type { Notices } from '../notices/notices.ts';
import type { Page } from '../operations/cursor.ts';
import {
  type BackupPlan,
  dueTime,
  dueTimes,
  nextBackup,
  type Past,
  waitingUntil,
} from '../schedule/backup-schedule.ts';
import { quickRetries, Retries } from '../schedule/retries.ts';
import { Rhythms } from '../schedule/rhythms.ts';
import { interruptRuns, putRun, readRuns, type ScheduleRun } from '../schedule/run-store.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { readSchedules } from '../schedule/setting-store.ts';
import { putSkip, readSkips, type Skip } from '../schedule/skip-store.ts';
import { WantedBases } from '../schedule/wanted-bases.ts';
import { AfterBackup, type AfterBackupParts } from './after-backup.ts';
import { codeOf, jobDone } from './job-done.ts';
import { ScheduleSettings, type ScheduleSettingsParts } from './schedule-settings.ts';
import type { KnownDrills } from './scheduled-drills.ts';
import { listSchedules } from './schedules.ts';

export interface ScheduledBackupsParts extends ScheduleSettingsParts, AfterBackupParts {
  readonly notices: Notices;
  drills(): KnownDrills;
  /** One piece of scheduled work at a time, whatever its kind. */
  inTurn(work: () => Promise<void>): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

type Owner = BackupPlan['owner'];

/** What was due before that was not for want of a minute: nothing ran. */
const missedAfterMs = 5 * 60_000;

/** Backups by each owner's schedule: made when they are due, their ends stored, the missed ones found. */
export class ScheduledBackups {
  readonly settings: ScheduleSettings;
  readonly #parts: ScheduledBackupsParts;
  readonly #scheduler: Scheduler;
  readonly #after: AfterBackup;
  readonly #rhythms = new Rhythms();
  readonly #wanted: WantedBases;
  #retries: Retries;
  #stopped = false;

  constructor(parts: ScheduledBackupsParts) {
    this.#parts = parts;
    this.settings = new ScheduleSettings(parts);
    this.#after = new AfterBackup(parts);
    this.#retries = new Retries(parts.random);
    this.#wanted = new WantedBases(parts.random);
    this.#scheduler = new Scheduler({
      clock: parts.clock,
      lastRuns: () => parts.backups.lastBackups(),
      due: (lastRuns, now) => dueTimes(parts.plans(), this.#past(lastRuns, now), now, this.#rhythms),
      run: (owner, due) => parts.inTurn(() => this.#run(owner, due)),
      absent: (from, now) => this.#missed(from, now),
      // what became of it was stored when it failed
      failed: () => undefined,
      report: (error) => parts.report(error),
    });
  }

  /** For a process that stays. */
  async start(): Promise<void> {
    const { control, clock, random, report } = this.#parts;
    try {
      await interruptRuns(control, clock.now());
      this.#retries = new Retries(random, storedRetries(readRuns(control)));
    } catch (error) {
      // what is not known of the past must not keep the backups from being made
      report(error);
    }
    if (!this.#stopped) this.#scheduler.start();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    return this.#scheduler.stop();
  }

  /** The log of an owner's commits cannot go on: it has a new base soon, where its schedule makes backups at all. */
  doubted(owner: Owner): void {
    this.#wanted.doubted(owner, this.#parts.clock.now());
  }

  /** When the next backup of any owner is due, in epoch milliseconds; null: all are made by hand. */
  next(): number | null {
    const { backups, clock, plans } = this.#parts;
    const now = clock.now();
    return nextBackup(dueTimes(plans(), this.#past(backups.lastBackups(), now), now, this.#rhythms));
  }

  /** Answers when an owner's windows leave time from a time on; a pause of the backups pauses nothing else. */
  windows(): (owner: Owner, due: number) => number {
    const { clock, control } = this.#parts;
    const set = readSchedules(control);
    return (owner, due) => {
      const setting = set.get(owner)?.setting;
      if (setting === undefined) return due;
      const unpaused = { setting: { ...setting, paused: null } };
      return waitingUntil(unpaused, due, clock.now(), this.#rhythms)?.until ?? due;
    };
  }

  /** Errors: VALIDATION (cursor). */
  list(input: { readonly limit: number; readonly cursor?: string | undefined }): Page<BackupSchedule> {
    const { control, clock, backups, plans, drills, timeZone } = this.#parts;
    const now = clock.now();
    const known = {
      plans: plans(),
      past: this.#past(backups.lastBackups(), now),
      runs: readRuns(control),
      skips: readSkips(control),
      drills: drills(),
      rhythms: this.#rhythms,
      timeZone: timeZone(),
      now,
    };
    return listSchedules(known, input);
  }

  #past(lastRuns: ReadonlyMap<string, number>, now: number): Past {
    const skips = [...readSkips(this.#parts.control).values()];
    return {
      lastRuns,
      skipped: new Map(skips.map(({ owner, through }) => [owner, through])),
      retries: this.#retries.times(now),
      wanted: this.#wanted.times(lastRuns),
    };
  }

  /** What came due while nothing ran is told; it is made up for, or left out, as its schedule has it. */
  async #missed(from: number, now: number): Promise<void> {
    const { backups, notices, plans } = this.#parts;
    const past = this.#past(backups.lastBackups(), now);
    for (const plan of plans()) {
      const due = dueTime(plan, past, now, this.#rhythms);
      if (due === undefined || due.due < from || now - due.due <= missedAfterMs) continue;
      if (plan.setting?.missed === 'skip') {
        await this.#skip({ owner: plan.owner, through: now, dueAt: due.due, why: 'missed' });
      }
      await notices.backupMissed(tenantIdOf(plan.owner), due.due);
    }
  }

  async #run(owner: Owner, due: number): Promise<void> {
    const plan = this.#parts.plans().find((each) => each.owner === owner);
    // while it waited its turn its owner may be gone, or somebody else made the backup
    if (plan === undefined || this.#stopped || !this.#isDue(plan)) return;
    const { clock, backups, jobs, begin } = this.#parts;
    const scope = scopeOf(owner);
    const startedAt = clock.now();
    let jobId: Uuid | null = null;
    const make = async () => {
      ({ jobId } = await backups.createBackup({ scope, kind: 'incremental' }, begin('backup.create')));
      await this.#tell(owner, { startedAt, jobId, outcome: 'running' });
      await jobDone(jobs, jobId);
    };
    try {
      await make().catch(async (error: unknown) => {
        if (codeOf(error) !== 'STORAGE_FULL' || !(await this.#makeRoom(owner))) throw error;
        await make();
      });
    } catch (error) {
      if (jobId === null && codeOf(error) === 'LOCKED') return await this.#overlaps(plan, due);
      // cut off by the end of this process, it is begun again with the next one
      const retry = this.#stopped ? undefined : this.#retries.failed(owner, clock.now());
      const ended = {
        failures: retry?.failures ?? 0,
        retryAt: retry?.at ?? null,
        errorCode: codeOf(error),
      };
      await this.#tell(owner, { startedAt, jobId, outcome: 'failed', ...ended });
      if (retry !== undefined && retry.failures > quickRetries) await this.#tellOverdue(owner, due);
      throw error;
    }
    await this.#tell(owner, { startedAt, jobId, outcome: 'succeeded' });
    this.#retries.succeeded(owner);
    await this.#attempt(() => this.#parts.notices.backupMade(tenantIdOf(owner)));
    await this.#after.run(scope);
  }

  /** What is due for one goes first; what is due for others takes up the same disk. */
  #makeRoom(owner: Owner): Promise<boolean> {
    const others = this.#parts.plans().flatMap((plan) => (plan.owner === owner ? [] : [plan.owner]));
    return this.#stopped ? Promise.resolve(false) : this.#after.makeRoom([owner, ...others].map(scopeOf));
  }

  #isDue(plan: BackupPlan): boolean {
    const { backups, clock } = this.#parts;
    const now = clock.now();
    const due = dueTime(plan, this.#past(backups.lastBackups(), now), now, this.#rhythms);
    return due !== undefined && due.due <= now;
  }

  /** An earlier one is still at work: it is asked for again in a minute, or left out. */
  async #overlaps({ owner, setting }: BackupPlan, due: number): Promise<void> {
    if (setting?.overlap !== 'skip') return;
    await this.#skip({ owner, through: this.#parts.clock.now(), dueAt: due, why: 'overlap' });
  }

  #skip(skip: Skip): Promise<void> {
    return this.#attempt(() => this.#parts.control.write((transaction) => putSkip(transaction, skip)));
  }

  #tellOverdue(owner: Owner, due: number): Promise<void> {
    const { backups, plans, clock, notices } = this.#parts;
    const plan = plans().find((each) => each.owner === owner);
    const now = clock.now();
    const expected =
      plan && dueTime(plan, this.#past(backups.lastBackups(), now), now, this.#rhythms)?.expected;
    return this.#attempt(() => notices.backupOverdue(tenantIdOf(owner), expected ?? due));
  }

  #tell(
    owner: Owner,
    run: Pick<ScheduleRun, 'startedAt' | 'jobId' | 'outcome'> &
      Partial<Pick<ScheduleRun, 'failures' | 'retryAt' | 'errorCode'>>,
  ): Promise<void> {
    const { clock, control } = this.#parts;
    const endedAt = run.outcome === 'running' ? null : clock.now();
    const told = { owner, endedAt, errorCode: null, failures: 0, retryAt: null, ...run };
    return this.#attempt(() => control.write((transaction) => putRun(transaction, told)));
  }

  /** What cannot be told must not keep the backups from being made. */
  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#parts.report(error);
    }
  }
}

function scopeOf(owner: Owner) {
  return owner === 'installation' ? { installation: true as const } : { tenant: owner };
}

function storedRetries(runs: ReadonlyMap<string, ScheduleRun>) {
  return [...runs].flatMap(([owner, { failures, retryAt }]) =>
    retryAt === null ? [] : [[owner, { failures, at: retryAt }] as const],
  );
}
