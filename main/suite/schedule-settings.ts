import type { Clock } from '../../shared/clock.ts';
import { toRfc3339 } from '../../shared/clock.ts';
import type { Schedule, ScheduledRun, ScheduleSetting } from '../../shared/contract/backups/schedules.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Tier } from '../../shared/tiers.ts';
import { tenantIdOf } from '../backups/owner.ts';
import type { Operation } from '../operations/operation.ts';
import type { BackupPlan } from '../schedule/backup-schedule.ts';
import { leaveTime } from '../schedule/blackouts.ts';
import { defaultSetting } from '../schedule/default-setting.ts';
import { previewRuns } from '../schedule/preview.ts';
import { closestRuns, intervalOf, isAllowed } from '../schedule/rhythm.ts';
import { Rhythms } from '../schedule/rhythms.ts';
import { putSchedule, readSchedule, removeSchedule } from '../schedule/setting-store.ts';
import type { Store } from '../storage/store.ts';

export interface ScheduleSettingsParts {
  readonly control: Store;
  readonly clock: Clock;
  /** The installation's own first. */
  plans(): readonly BackupPlan[];
  /** The tenant that an id or slug names. Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
  tierOf(tenant: Uuid): Tier;
  operatorName(id: Uuid): string | null;
  /** The zone of this machine's clock. */
  timeZone(): string;
}

interface Named {
  readonly tenant?: string | undefined;
  readonly installation?: true | undefined;
}

interface Preview extends Named {
  readonly setting?: ScheduleSetting | undefined;
  readonly runs: number;
  readonly from?: string | undefined;
}

/** A pause is told until when it lasts, and lasts no longer than this: nothing stops for ever unseen. */
const longestPauseMs = 366 * 86_400_000;

/** The schedule that applies to an owner, and the changing of it. */
export class ScheduleSettings {
  readonly #parts: ScheduleSettingsParts;

  constructor(parts: ScheduleSettingsParts) {
    this.#parts = parts;
  }

  /** Errors: NOT_FOUND. */
  getSchedule(input: Named): Schedule {
    const { control, operatorName, timeZone } = this.#parts;
    const plan = this.#plan(input);
    const { owner } = plan;
    const set = readSchedule(control, owner);
    const byDefault = defaultSetting(timeZone());
    return {
      tenantId: tenantIdOf(owner),
      setting: set?.setting ?? byDefault,
      default: byDefault,
      set:
        set === undefined
          ? null
          : { time: toRfc3339(set.setAt), by: set.setBy === null ? null : operatorName(set.setBy) },
      allowed: plan.most,
      tooOften: set !== undefined && !isAllowed(set.setting.times, plan),
    };
  }

  /** It holds from now on. Errors: NOT_FOUND, TIER_FORBIDS, VALIDATION (times, windows, pause). */
  async setSchedule(
    { setting, ...input }: Named & { readonly setting: ScheduleSetting },
    operation: Operation,
  ): Promise<Schedule> {
    const { control, clock } = this.#parts;
    const plan = this.#plan(input);
    this.#require(plan, setting);
    await control.write((transaction) => {
      const before = readSchedule(transaction, plan.owner)?.setting ?? null;
      const { caller } = operation;
      putSchedule(transaction, plan.owner, {
        setting,
        setAt: clock.now(),
        setBy: caller.kind === 'operator' ? caller.id : null,
      });
      operation.record(transaction, {
        ...told(plan),
        before,
        after: setting,
        facts: {
          times: setting.times.kind,
          paused: setting.paused !== null,
          blackouts: setting.blackouts.length,
        },
      });
    });
    return this.getSchedule(input);
  }

  /** Errors: NOT_FOUND. */
  async resetSchedule(input: Named, operation: Operation): Promise<Schedule> {
    const plan = this.#plan(input);
    await this.#parts.control.write((transaction) => {
      const before = readSchedule(transaction, plan.owner)?.setting ?? null;
      removeSchedule(transaction, plan.owner);
      operation.record(transaction, { ...told(plan), before, after: null });
    });
    return this.getSchedule(input);
  }

  /** Errors: NOT_FOUND, TIER_FORBIDS, VALIDATION. */
  previewSchedule({ setting, runs, from, ...input }: Preview): {
    tenantId: Uuid | null;
    timeZone: string;
    runs: ScheduledRun[];
  } {
    const { clock, timeZone } = this.#parts;
    const plan = this.#plan(input);
    if (setting !== undefined) this.#require(plan, setting);
    const previewed = setting === undefined ? plan : { ...plan, setting };
    const begin = from === undefined ? clock.now() : Date.parse(from);
    return {
      tenantId: tenantIdOf(plan.owner),
      timeZone: previewed.setting?.timeZone ?? timeZone(),
      runs: previewRuns(previewed, { from: begin, count: runs, timeZone: timeZone() }, new Rhythms()),
    };
  }

  #require(plan: BackupPlan, setting: ScheduleSetting): void {
    if (!isAllowed(setting.times, plan)) throw this.#tooOften(plan);
    if (closestRuns(setting.times, plan.every) === Number.POSITIVE_INFINITY)
      throw refused('setting.times', 'never');
    if (!leaveTime(setting.blackouts)) throw refused('setting.blackouts', 'no-time-left');
    const { paused } = setting;
    const ahead = paused === null ? 1 : Date.parse(paused.until) - this.#parts.clock.now();
    if (ahead <= 0) throw refused('setting.paused.until', 'past');
    if (ahead > longestPauseMs) throw refused('setting.paused.until', 'too-long');
  }

  #tooOften({ owner, most }: BackupPlan): HoldfastError {
    if (owner === 'installation') return refused('setting.times', 'too-often');
    const tier = this.#parts.tierOf(owner);
    return new HoldfastError(
      'TIER_FORBIDS',
      intervalOf(most) === null
        ? `The tier ${tier} has backups by hand only. Change the tenant's tier first.`
        : `The tier ${tier} has ${most} backups at most. Choose times further apart, or change the tenant's tier.`,
      { tier, feature: 'schedule' },
    );
  }

  #plan({ tenant }: Named): BackupPlan {
    const owner = tenant === undefined ? 'installation' : this.#parts.tenantId(tenant);
    const plan = this.#parts.plans().find((each) => each.owner === owner);
    if (plan === undefined) {
      throw new HoldfastError('NOT_FOUND', 'There is no such tenant.', { kind: 'tenant', id: owner });
    }
    return plan;
  }
}

function told({ owner }: BackupPlan) {
  return {
    ...(owner === 'installation' ? {} : { tenantId: owner }),
    resource: { kind: 'schedule', id: owner },
  };
}

const messages = {
  'too-often': 'The installation is backed up every hour at most. Choose times further apart.',
  never: 'These times never come. Give a day that the month has.',
  'no-time-left': 'These windows leave no minute of the week for a backup. Shorten one.',
  past: 'The end of the pause is over already. Give a time that is still to come, or none.',
  'too-long': 'A pause lasts at most a year. Give an earlier end.',
} as const;

function refused(path: string, reason: keyof typeof messages): HoldfastError {
  return new HoldfastError('VALIDATION', messages[reason], { issues: [{ path, reason }] });
}
