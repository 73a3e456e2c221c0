import type { Severity } from '../../shared/severities.ts';
import { systemTimeZone } from '../backups/retention/calendar.ts';
import { Turns } from '../backups/turns.ts';
import type { OperationRun } from '../operations/operation-run.ts';
import type { Foundation } from './foundation.ts';
import type { Managers } from './managers.ts';
import { backupPlans, drillPlans } from './plans.ts';
import { ScheduledBackups } from './scheduled-backups.ts';
import { ScheduledDrills } from './scheduled-drills.ts';
import { ScheduledSignsOfLife } from './scheduled-signs-of-life.ts';
import { ScheduledWork } from './scheduled-work.ts';

export interface StandingWorkParts {
  readonly foundation: Foundation;
  readonly managers: Managers;
  /** The system asks for it. */
  begin(action: string, severity?: Severity): OperationRun;
  /** `what`: the work whose failure it is. */
  report(error: unknown, what: string): void;
}

/** What a process that stays does without being asked: backups and drills when they are due, and the upkeep of the log. */
export class StandingWork {
  readonly backups: ScheduledBackups;
  readonly drills: ScheduledDrills;
  readonly #life: ScheduledSignsOfLife;
  readonly #keyRotation: ScheduledWork;
  readonly #logRetention: ScheduledWork;
  readonly #logVerification: ScheduledWork;

  constructor({ foundation, managers, begin, report }: StandingWorkParts) {
    const { clock, control } = foundation;
    const { audit, tenants, auth } = managers;
    const turns = new Turns();
    const inTurn = (work: () => Promise<void>) => turns.take('scheduled', work);
    this.backups = new ScheduledBackups({
      ...managers,
      control,
      clock,
      plans: () => backupPlans(foundation, tenants),
      tenantId: (reference) => tenants.idOf(reference),
      tierOf: (id) => tenants.tierOf(id),
      operatorName: (id) => auth.operatorName(id),
      drills: () => this.drills.known(),
      begin: (action) => begin(action),
      inTurn,
      random: Math.random,
      timeZone: systemTimeZone,
      report: (error) => report(error, 'schedule'),
    });
    foundation.pageLog.onDoubt((owner) => this.backups.doubted(owner));
    this.drills = new ScheduledDrills({
      ...managers,
      clock,
      plans: () => drillPlans(tenants),
      windows: () => this.backups.windows(),
      random: Math.random,
      begin: () => begin('backup.drill'),
      inTurn,
      report: (error) => report(error, 'drills'),
    });
    this.#life = new ScheduledSignsOfLife({
      life: audit.life,
      afterBeat: [() => audit.retention.settle(), () => audit.timestamps.stampIfDue()],
      report: (error) => report(error, 'signs-of-life'),
    });
    this.#keyRotation = new ScheduledWork({
      cron: '17 * * * *',
      isDue: () => audit.isRotationDue,
      begin: () => begin('audit.key.rotate', 'critical'),
      work: async (run) => {
        await audit.rotateSigningKey(run);
        await run.succeeded();
      },
      report: (error) => report(error, 'key-rotation'),
    });
    this.#logRetention = new ScheduledWork({
      cron: '41 3 * * *',
      isDue: () => audit.retention.isDue(),
      begin: () => begin('audit.retention.apply', 'critical'),
      work: (run) => audit.retention.apply({}, run),
      report: (error) => report(error, 'log-retention'),
    });
    this.#logVerification = new ScheduledWork({
      cron: '23 4 * * *',
      isDue: () => audit.isOpen,
      begin: () => begin('audit.verify'),
      work: (run) => audit.verifyAuditLog({}, run),
      report: (error) => report(error, 'log-verification'),
    });
  }

  start(): void {
    void this.backups.start();
    void this.drills.start();
    this.#keyRotation.start();
    this.#logRetention.start();
    this.#logVerification.start();
    // a key that takes over meanwhile would be a stranger to a verification that has begun
    void this.#keyRotation.doIfDue().then(() => this.#logVerification.doIfDue());
    this.#life.start();
  }

  /** The machine goes to sleep, or has woken up: its log says so. */
  async noteSleep(what: 'suspended' | 'resumed'): Promise<void> {
    await this.#life[what]();
  }

  /** Begins nothing more from the call on, and waits for what runs. */
  async stop(): Promise<void> {
    await Promise.all([
      this.backups.stop(),
      this.drills.stop(),
      this.#keyRotation.stop(),
      this.#logRetention.stop(),
      this.#logVerification.stop(),
      this.#life.stop(),
    ]);
  }
}
