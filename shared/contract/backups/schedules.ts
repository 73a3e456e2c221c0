import { z } from 'zod';
import { errorCodes } from '../../errors.ts';
import { drillOutcomes } from '../../states.ts';
import { drillRhythms } from '../../tiers.ts';
import { isTimeZone } from '../../zone-offset.ts';
import { operation } from '../operation.ts';
import { count, page, paging, reason, tenantReference, time, timestamp, uuid } from '../values.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 02:30');
/** 1 is Monday, 7 Sunday (ISO 8601). */
const weekdays = z
  .array(z.int().min(1).max(7))
  .min(1)
  .max(7)
  .refine((days) => new Set(days).size === days.length, 'each weekday once');

const times = z.discriminatedUnion('kind', [
  /** As often as the tier says, from the last backup on. */
  z.strictObject({ kind: z.literal('tier') }),
  /** So long after the last backup, by hand or by schedule. */
  z.strictObject({ kind: z.literal('every'), minutes: z.int().min(15).max(527_040) }),
  z.strictObject({
    kind: z.literal('at'),
    times: z
      .array(clockTime)
      .min(1)
      .max(24)
      .refine((all) => new Set(all).size === all.length, 'each time once'),
    weekdays,
  }),
  /** Minute, hour, day of the month, month, weekday. */
  z.strictObject({ kind: z.literal('cron'), expression: z.string().min(9).max(200) }),
]);
export type ScheduleTimes = z.infer<typeof times>;

/** A due run waits until the window is over. Where `to` is not after `from`, it ends on the next day. */
const blackout = z.strictObject({
  weekdays,
  from: clockTime,
  to: z.union([clockTime, z.literal('24:00')]),
});
export type Blackout = z.infer<typeof blackout>;

export const scheduleSetting = z.strictObject({
  times,
  /** Times and windows are by the clock of this zone (IANA name). */
  timeZone: z.string().max(60).refine(isTimeZone, 'the name of a time zone, such as Europe/Berlin'),
  /** What was due while nothing ran (sleep, shutdown) is made up for once, or left out. */
  missed: z.enum(['run-once', 'skip']),
  /** What is due while an earlier one still runs waits for its end, or is left out. */
  overlap: z.enum(['queue', 'skip']),
  blackouts: z.array(blackout).max(20),
  /** Nothing is backed up by schedule until then; what is overdue is still called so. */
  paused: z.strictObject({ reason, until: time }).nullable(),
});
export type ScheduleSetting = z.infer<typeof scheduleSetting>;

const owner = { tenantId: uuid.nullable() };
const every = z.enum(['manual', 'hourly', 'daily', 'weekly']);

const schedule = z.object({
  /** null: the installation's own databases. */
  ...owner,
  setting: scheduleSetting,
  default: scheduleSetting,
  /** null: the default applies. */
  set: z.object({ time: timestamp, by: z.string().nullable() }).nullable(),
  /** As often as the tier allows at most; `manual`: by hand only, and no schedule can be set. */
  allowed: every,
  /** The tier was changed since, and no longer allows these times: its own apply. */
  tooOften: z.boolean(),
});
export type Schedule = z.infer<typeof schedule>;

const scheduledRun = z.object({
  time: timestamp,
  /** What the clock on the wall shows then, such as 2026-03-29T03:00. */
  shows: z.string(),
  /** What the clock on the wall was to show, such as 2026-03-29T02:30; null for a rhythm without clock. */
  wall: z.string().nullable(),
  /** `missing`: clocks jump over that time. `first`, `again`: they show it twice. */
  effect: z.enum(['none', 'missing', 'first', 'again']),
  /** It was due at this time, and waits for the end of a window or a pause. */
  waited: z.object({ for: z.enum(['blackout', 'pause']), since: timestamp }).nullable(),
});
export type ScheduledRun = z.infer<typeof scheduledRun>;

const backupSchedule = z.object({
  /** null: the installation's own databases. */
  ...owner,
  /** What the tier says. */
  every,
  /** Somebody set another schedule than the tier's. */
  set: z.boolean(),
  times,
  timeZone: z.string(),
  /** The newest backup that was made, by schedule or by hand. */
  lastBackup: timestamp.nullable(),
  /** How the newest run by schedule ended. */
  lastRun: z
    .object({
      startedAt: timestamp,
      endedAt: timestamp.nullable(),
      outcome: z.enum(['running', 'succeeded', 'failed']),
      errorCode: z.enum(errorCodes).nullable(),
      jobId: uuid.nullable(),
      /** How many runs in a row failed. */
      failures: count,
    })
    .nullable(),
  /** null: by hand only. */
  nextRun: timestamp.nullable(),
  /** Why the next run is later than it was due. */
  waits: z.enum(['blackout', 'pause', 'retry']).nullable(),
  paused: scheduleSetting.shape.paused,
  /** The newest run that was left out, as its schedule has it. */
  skipped: z.object({ dueAt: timestamp, why: z.enum(['missed', 'overlap']) }).nullable(),
  /** Due, and not made yet; also while the schedule is paused, or left a run out. */
  overdue: z.boolean(),
  drill: z.object({
    every: z.enum(drillRhythms),
    lastRun: z.object({ startedAt: timestamp, outcome: z.enum(drillOutcomes) }).nullable(),
    /** null: never by itself, or there is no backup to try. */
    nextRun: timestamp.nullable(),
    overdue: z.boolean(),
  }),
});
export type BackupSchedule = z.infer<typeof backupSchedule>;

const named = { tenant: tenantReference.optional(), installation: z.literal(true).optional() };
const oneOwner = ({ tenant, installation }: { tenant?: unknown; installation?: unknown }) =>
  (tenant === undefined) !== (installation === undefined);
const oneOwnerSaid = 'one of tenant, installation';

/** When each tenant and the installation are backed up by themselves, and whether that works. */
export const scheduleOperations = {
  listSchedules: operation({ permission: 'backups:read' })
    .input(z.object({ ...paging }))
    .output(page(backupSchedule)),
  getSchedule: operation({ permission: 'backups:read' })
    .input(z.object(named).refine(oneOwner, oneOwnerSaid))
    .output(schedule),
  /** Not more often than the tier allows. The log has the setting before and after. */
  setSchedule: operation({
    permission: 'backups:write',
    action: 'backup.schedule.set',
    severity: 'warning',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ ...named, setting: scheduleSetting }).refine(oneOwner, oneOwnerSaid))
    .output(schedule),
  /** Back to what the tier says. */
  resetSchedule: operation({
    permission: 'backups:write',
    action: 'backup.schedule.reset',
    severity: 'warning',
    critical: true,
    stepUp: true,
  })
    .input(z.object(named).refine(oneOwner, oneOwnerSaid))
    .output(schedule),
  /** The next runs, if each succeeds at once; without a setting, of the present one. */
  previewSchedule: operation({ permission: 'backups:read' })
    .input(
      z
        .object({
          ...named,
          setting: scheduleSetting.optional(),
          runs: z.int().min(1).max(50).default(10),
          /** From this time on; now, where none is given. */
          from: time.optional(),
        })
        .refine(oneOwner, oneOwnerSaid),
    )
    .output(z.object({ ...owner, timeZone: z.string(), runs: z.array(scheduledRun) })),
};
