import type { RetentionSimulation } from '../../../../shared/contract/backups/retention.ts';

/** What becomes of the snapshots of one day. */
export interface CalendarDay {
  /** `2026-11-25`. */
  readonly day: string;
  readonly stay: number;
  readonly go: number;
  /** Columns are weeks, the oldest 0; rows are weekdays, Monday 0. */
  readonly column: number;
  readonly row: number;
}

export interface Calendar {
  /** Days with snapshots, oldest first. */
  readonly days: readonly CalendarDay[];
  readonly columns: number;
  /** Columns in which a month begins, with its number, `2026-11`; none so near the next that their texts would meet. */
  readonly months: readonly { readonly column: number; readonly month: string }[];
  /** Days with snapshots that are too old for the picture. */
  readonly older: number;
}

const dayMs = 86_400_000;
const mostWeeks = 53;

/** The days of a zone on which snapshots were taken, laid out by week, a year at most: the newest. */
export function calendarOf(
  snapshots: readonly Pick<RetentionSimulation['snapshots'][number], 'time' | 'reasons'>[],
  timeZone: string,
): Calendar {
  // en-CA writes days as ISO 8601 does
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const counts = new Map<string, { stay: number; go: number }>();
  for (const { time, reasons } of snapshots) {
    const day = format.format(new Date(time));
    const count = counts.get(day) ?? { stay: 0, go: 0 };
    if (reasons.length > 0) count.stay += 1;
    else count.go += 1;
    counts.set(day, count);
  }
  const known = [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const weekOf = (day: string) => Math.floor((Date.parse(day) / dayMs + 3) / 7); // 1970-01-01 was a Thursday
  const [newest] = known.at(-1) ?? [];
  if (newest === undefined) return { days: [], columns: 0, months: [], older: 0 };
  const earliest = weekOf(newest) - mostWeeks + 1;
  const shown = known.filter(([day]) => weekOf(day) >= earliest);
  const first = weekOf(shown[0]?.[0] ?? newest);
  return {
    days: shown.map(([day, count]) => ({
      day,
      ...count,
      column: weekOf(day) - first,
      row: (Date.parse(day) / dayMs + 3) % 7,
    })),
    columns: weekOf(newest) - first + 1,
    months: monthsFrom(first, weekOf(newest)),
    older: known.length - shown.length,
  };
}

/** Weeks count from the Monday before 1970-01-01. */
function monthsFrom(first: number, last: number): Calendar['months'] {
  const months: { column: number; month: string }[] = [];
  for (let week = first; week <= last; week += 1) {
    const sunday = new Date((week * 7 + 3) * dayMs).toISOString();
    const month = sunday.slice(0, 7);
    const begins = week === first || Number(sunday.slice(8, 10)) <= 7;
    if (!begins) continue;
    const before = months.at(-1);
    if (before !== undefined && week - first - before.column < 3) months.pop();
    months.push({ column: week - first, month });
  }
  return months;
}
