import type { ZoneOffset } from '../../shared/zone-offset.ts';
import type { WallTimes } from './cron.ts';
import { momentOf, wallAt } from './wall-clock.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** 29 February falls on each weekday within 40 years, whatever century begins. */
const searchedDays = 41 * 366;

/** One time at which something is due. Epoch milliseconds. */
export interface Occurrence {
  readonly at: number;
  /** What the clock on the wall was to show, as in `wallAt`; null for a rhythm that goes by no clock on a wall. */
  readonly wall: number | null;
  /** `missing`: clocks jump over that time, so it is due when they do. `first`, `again`: they show it twice. */
  readonly effect: 'none' | 'missing' | 'first' | 'again';
}

/**
 * The first time after `after` that the clock on the wall says. One that clocks jump over is due at the jump; one that they
 * show twice is due at the first, and at both where it is due in every hour. Undefined: never, such as 30 February.
 */
export function nextOccurrence(times: WallTimes, offset: ZoneOffset, after: number): Occurrence | undefined {
  const today = Math.floor(wallAt(after, offset) / dayMs);
  for (let day = today - 1; day < today + searchedDays; day += 1) {
    const next = occurrencesOn(day, times, offset).find(({ at }) => at > after);
    if (next !== undefined) return next;
  }
  return undefined;
}

/** The shortest time between two of them by the clock on the wall, in milliseconds; Infinity where there is one, or none. */
export function shortestGap({ minutes, matchesDay }: WallTimes): number {
  const [earliest, latest] = [minutes[0] ?? 0, minutes.at(-1) ?? 0];
  const withinDay = minutes.slice(1).map((minute, at) => (minute - (minutes[at] ?? 0)) * minuteMs);
  let shortest = Math.min(Number.POSITIVE_INFINITY, ...withinDay);
  let lastDay: number | undefined;
  const begin = Math.floor(Date.UTC(2024, 0, 1) / dayMs);
  for (let day = begin; day < begin + searchedDays; day += 1) {
    if (!matchesDay(partsOf(day))) continue;
    if (lastDay !== undefined) {
      shortest = Math.min(shortest, (day - lastDay) * dayMs - (latest - earliest) * minuteMs);
    }
    lastDay = day;
  }
  return shortest;
}

function occurrencesOn(day: number, { minutes, matchesDay, everyHour }: WallTimes, offset: ZoneOffset) {
  if (!matchesDay(partsOf(day))) return [];
  const found = minutes.flatMap((minute): Occurrence[] => {
    const wall = day * dayMs + minute * minuteMs;
    const moment = momentOf(wall, offset);
    if (moment.kind === 'missing') return [{ at: moment.at, wall, effect: 'missing' }];
    if (moment.kind === 'once') return [{ at: moment.at, wall, effect: 'none' }];
    const first: Occurrence = { at: moment.at, wall, effect: 'first' };
    return everyHour ? [first, { at: moment.again, wall, effect: 'again' }] : [first];
  });
  return found.sort((a, b) => a.at - b.at || byEffect(a) - byEffect(b));
}

/** Of two at one moment the one that was meant for it is told. */
function byEffect({ effect }: Occurrence): number {
  return effect === 'missing' ? 1 : 0;
}

function partsOf(day: number) {
  const date = new Date(day * dayMs);
  return { month: date.getUTCMonth() + 1, day: date.getUTCDate(), weekday: date.getUTCDay() };
}
