import type { CalendarRule } from '../../../shared/retention.ts';
import { zoneOffset } from '../../../shared/zone-offset.ts';

/** The hour, day, ISO week, month and year that a moment lies in, each as a text of its own. */
export type Periods = Readonly<Record<CalendarRule, string>>;

const dayMs = 86_400_000;

/**
 * Reads a calendar and clock on the wall of a time zone (IANA name). When clocks are set back an hour comes twice:
 * those are two hours. Times are epoch milliseconds. Throws RangeError for a zone that does not exist.
 */
export function calendarOf(timeZone: string): (time: number) => Periods {
  const offsetAt = zoneOffset(timeZone);
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
