import type { Snapshot } from '../../../shared/contract/backups.ts';
import { formatTime, type Zone } from '../../i18n/format.ts';

/** What the snapshots of one day added. */
export interface Day {
  /** `2026-11-25`. */
  readonly day: string;
  readonly snapshots: number;
  readonly bytesAdded: number;
}

const dayMs = 86_400_000;

/** The day of a time in a zone, as `2026-11-25`. */
export function dayOf(time: string, zone: Zone): string {
  return formatTime(time, zone).slice(0, 10);
}

/** Snapshots by day, oldest first, days without any among them, `most` days at most: the newest. */
export function perDay(snapshots: readonly Snapshot[], zone: Zone, most: number): readonly Day[] {
  const days = new Map<string, { snapshots: number; bytesAdded: number }>();
  for (const { time, bytesAdded } of snapshots) {
    const day = days.get(dayOf(time, zone)) ?? { snapshots: 0, bytesAdded: 0 };
    days.set(dayOf(time, zone), {
      snapshots: day.snapshots + 1,
      bytesAdded: day.bytesAdded + bytesAdded,
    });
  }
  const known = [...days.keys()].toSorted();
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return [];
  // days are counted on the calendar, where every one is as long as the next
  const until = Date.parse(`${last}T00:00:00Z`);
  const from = Math.max(Date.parse(`${first}T00:00:00Z`), until - (most - 1) * dayMs);
  return Array.from({ length: (until - from) / dayMs + 1 }, (_, at) => {
    const day = new Date(from + at * dayMs).toISOString().slice(0, 10);
    return { day, ...(days.get(day) ?? { snapshots: 0, bytesAdded: 0 }) };
  });
}
