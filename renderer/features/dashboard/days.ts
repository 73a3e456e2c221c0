import type { AuditTimeline } from '../../../shared/contract/audit.ts';

export interface Day {
  /** `2026-11-25`, in UTC. */
  readonly day: string;
  readonly info: number;
  readonly warning: number;
  readonly critical: number;
}

const dayMs = 86_400_000;

/** When the first of so many days began that end with today, in epoch milliseconds. Days are UTC's. */
export function firstDay(now: number, days: number): number {
  return (Math.floor(now / dayMs) - days + 1) * dayMs;
}

/** What was logged on each of the last days, today last; a day without entries is one of zeros. */
export function lastDays(buckets: AuditTimeline['buckets'], now: number, days: number): readonly Day[] {
  const first = firstDay(now, days);
  const counted = Array.from({ length: days }, (_, at) => ({
    day: new Date(first + at * dayMs).toISOString().slice(0, 10),
    info: 0,
    warning: 0,
    critical: 0,
  }));
  for (const { time, info, warning, critical } of buckets) {
    const day = counted[Math.floor((Date.parse(time) - first) / dayMs)];
    if (day === undefined) continue;
    day.info += info;
    day.warning += warning;
    day.critical += critical;
  }
  return counted;
}
