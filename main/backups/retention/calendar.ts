import type { CalendarRule } from '../../../shared/retention.ts';

/** The hour, day, ISO week, month and year that a moment lies in, each as a text of its own. */
export type Periods = Readonly<Record<CalendarRule, string>>;

const dayMs = 86_400_000;

/**
 * Reads a calendar and clock on the wall of a time zone (IANA name). When clocks are set back an hour comes twice:
 * those are two hours. Times are epoch milliseconds. Throws RangeError for a zone that does not exist.
 */
export function calendarOf(timeZone: string): (time: number) => Periods {
  const offsetAt = offsetsOf(timeZone);
  return (time) => {
    const offset = offsetAt(time);
    const wall = new Date(time + offset);
    const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth() + 1, wall.getUTCDate()];
    return {
      hourly: `${year}-${month}-${day} ${wall.getUTCHours()} ${offset}`,
      daily: `${year}-${month}-${day}`,
      weekly: isoWeek(Date.UTC(year, month - 1, day)),
      monthly: `${year}-${month}`,
      yearly: `${year}`,
    };
  };
}

/** How far a zone's clocks are ahead of UTC at a time, in milliseconds. A day at whose ends they are the same is asked for once. */
function offsetsOf(timeZone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const exactly = (time: number) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const wall = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return wall - Math.floor(time / 1000) * 1000;
  };
  const known = new Map<number, number>();
  const atMidnight = (day: number) => {
    const offset = known.get(day) ?? exactly(day * dayMs);
    known.set(day, offset);
    return offset;
  };
  return (time) => {
    const day = Math.floor(time / dayMs);
    const offset = atMidnight(day);
    return offset === atMidnight(day + 1) ? offset : exactly(time);
  };
}

/** ISO 8601: weeks begin on Monday, and belong to the year of their Thursday. */
function isoWeek(day: number): string {
  const weekday = (new Date(day).getUTCDay() + 6) % 7;
  const thursday = day + (3 - weekday) * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  return `${year} week ${1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * dayMs))}`;
}

/** The zone of this machine's clock, in which periods begin and end. */
export function systemTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
