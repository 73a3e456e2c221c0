import type { ScheduleSetting, ScheduleTimes } from '../../shared/contract/backups/schedules.ts';
import type { TierRules } from '../../shared/tiers.ts';
import type { ZoneOffset } from '../../shared/zone-offset.ts';
import { minuteOfDay } from './blackouts.ts';
import { parseCron, type WallTimes } from './cron.ts';
import { nextOccurrence, type Occurrence, shortestGap } from './occurrences.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const runsCounted = 14;
const intervalMs = { manual: null, hourly: hourMs, daily: 24 * hourMs, weekly: 7 * 24 * hourMs } as const;

/** How often a tier has something backed up. */
export type TierRhythm = TierRules['backups'];

/** Milliseconds between two backups of a tier; null: by hand only. */
export function intervalOf(every: TierRhythm): number | null {
  return intervalMs[every];
}

/** When something is to be done: what was set, and what its tier says. */
export interface ScheduledTimes {
  /** What its tier says. */
  readonly every: TierRhythm;
  /** The most that is allowed; `manual`: by hand only. */
  readonly most: TierRhythm;
  /** What somebody set; null: the tier's. */
  readonly setting: ScheduleSetting | null;
}

/** Answers when the one after a time is due; undefined: never again. Epoch milliseconds. */
export type Rhythm = (after: number) => Occurrence | undefined;

/** What times mean in a zone; null: by hand only. Errors: VALIDATION (a cron expression that is none). */
export function rhythmOf(times: ScheduleTimes, tier: TierRhythm, offset: ZoneOffset): Rhythm | null {
  if (tier === 'manual') return null;
  if (times.kind === 'tier') return regularly(intervalMs[tier]);
  if (times.kind === 'every') return regularly(times.minutes * minuteMs);
  const wall = wallTimesOf(times);
  return (after) => nextOccurrence(wall, offset, after);
}

/** The shortest time between two runs, in milliseconds; Infinity: there is at most one. Errors: VALIDATION. */
export function closestRuns(times: ScheduleTimes, tier: TierRhythm): number {
  if (times.kind === 'tier') return intervalMs[tier] ?? Number.POSITIVE_INFINITY;
  return times.kind === 'every' ? times.minutes * minuteMs : shortestGap(wallTimesOf(times));
}

/** Whether runs at these times are allowed. Errors: VALIDATION. */
export function isAllowed(
  times: ScheduleTimes,
  { every, most }: Pick<ScheduledTimes, 'every' | 'most'>,
): boolean {
  const least = intervalMs[most];
  return least !== null && closestRuns(times, every) >= least;
}

/** About how long lies between two runs from a time on, in milliseconds; null: there are none. */
export function usualInterval(rhythm: Rhythm | null, from: number): number | null {
  const [first, ...rest] = Array.from({ length: runsCounted + 1 }, () => 0).reduce<number[]>((times) => {
    const next = rhythm?.(times.at(-1) ?? from)?.at;
    return next === undefined ? times : [...times, next];
  }, []);
  const last = rest.at(-1);
  return first === undefined || last === undefined ? null : (last - first) / rest.length;
}

function regularly(ms: number): Rhythm {
  return (after) => ({ at: after + ms, wall: null, effect: 'none' });
}

function wallTimesOf(times: Extract<ScheduleTimes, { kind: 'at' | 'cron' }>): WallTimes {
  if (times.kind === 'cron') return parseCron(times.expression);
  const weekdays = new Set(times.weekdays.map((day) => day % 7));
  return {
    minutes: times.times.map(minuteOfDay).sort((a, b) => a - b),
    matchesDay: ({ weekday }) => weekdays.has(weekday),
    everyHour: false,
  };
}
