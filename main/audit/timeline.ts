import { toRfc3339 } from '../../shared/clock.ts';
import type { AuditTimeline } from '../../shared/contract/audit.ts';
import type { Outcome, Severity } from '../../shared/severities.ts';
import type { Reading, SqlValue } from '../storage/store.ts';

export interface TimelineRequest {
  /** The number of a log; undefined: of all. */
  readonly log: number | undefined;
  readonly severity: Severity | undefined;
  readonly outcome: Outcome | undefined;
  /** Epoch milliseconds: from included, to excluded; the first and the last entry by default. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** At most so many. */
  readonly buckets: number;
}

const hourMs = 3_600_000;
const allLogs = -1;
/** A short span is counted entry by entry as long as there are no more than these in it. */
const mostCountedSingly = 20_000;
const minute = 60_000;
const steps = [
  1_000,
  5_000,
  15_000,
  minute,
  5 * minute,
  15 * minute,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  24 * hourMs,
  2 * 24 * hourMs,
  7 * 24 * hourMs,
  14 * 24 * hourMs,
  28 * 24 * hourMs,
  91 * 24 * hourMs,
  364 * 24 * hourMs,
] as const;

interface Counted {
  readonly at: number;
  readonly severity: Severity;
  readonly count: number;
}

/** How many entries there are over time: from the counts of whole hours, and entry by entry at the edges and in short spans. */
export function readTimeline(search: Reading, request: TimelineRequest): AuditTimeline {
  const span = spanOf(search, request);
  if (span === undefined) return { from: null, to: null, bucketMs: 0, buckets: [], total: 0 };
  const [from, to] = span;
  const fine = steps.find((step) => fits(step, from, to, request.buckets));
  const short =
    fine !== undefined && fine < hourMs && roughly(search, request, from, to) <= mostCountedSingly;
  const step = stepFor(short ? 0 : hourMs, from, to, request.buckets);
  const counted = short ? countSingly(search, request, from, to) : countByHours(search, request, from, to);
  return toTimeline(counted, from, to, step);
}

/** The shortest that will do, not below `least`; longer than any of the list where even those are too many. */
function stepFor(least: number, from: number, to: number, buckets: number): number {
  const listed = steps.find((step) => step >= least && fits(step, from, to, buckets));
  if (listed !== undefined) return listed;
  let step = steps[steps.length - 1] ?? hourMs;
  while (!fits(step, from, to, buckets)) step *= 2;
  return step;
}

/** Buckets begin at multiples of their length since 1970, so that they stay where they are as the log grows. */
function fits(step: number, from: number, to: number, buckets: number): boolean {
  return Math.ceil(to / step) - Math.floor(from / step) <= buckets;
}

function spanOf(search: Reading, request: TimelineRequest): readonly [number, number] | undefined {
  const [where, values] = inLog(request);
  const edge = (order: 'ASC' | 'DESC') =>
    search
      .sql<{ time: number }>(`SELECT time FROM events ${where} ORDER BY time ${order} LIMIT 1`)
      .get(...values)?.time;
  const first = edge('ASC');
  const last = edge('DESC');
  if (first === undefined || last === undefined) return undefined;
  const from = request.from ?? first;
  const to = request.to ?? last + 1;
  return from < to ? [from, to] : undefined;
}

function inLog({ log }: TimelineRequest): readonly [string, SqlValue[]] {
  return log === undefined ? ['', []] : ['WHERE log = ?', [log]];
}

function filterOf({ severity, outcome }: TimelineRequest): readonly [string, SqlValue[]] {
  const text = [severity && 'severity = ?', outcome && 'outcome = ?'].filter(Boolean);
  return [
    text.map((each) => ` AND ${each}`).join(''),
    [severity, outcome].filter((value) => value !== undefined),
  ];
}

function countByHours(search: Reading, request: TimelineRequest, from: number, to: number): Counted[] {
  const [firstHour, lastHour] = [Math.ceil(from / hourMs), Math.floor(to / hourMs)];
  if (firstHour >= lastHour) return countSingly(search, request, from, to);
  const [filter, values] = filterOf(request);
  const hours = search
    .sql<Counted>(
      `SELECT hour * ${hourMs} AS at, severity, sum(count) AS count FROM event_counts
       WHERE log = ? AND hour >= ? AND hour < ?${filter} GROUP BY hour, severity`,
    )
    .all(request.log ?? allLogs, firstHour, lastHour, ...values);
  return [
    ...countSingly(search, request, from, firstHour * hourMs),
    ...hours,
    ...countSingly(search, request, lastHour * hourMs, to),
  ];
}

/** By seconds, the finest step. */
function countSingly(search: Reading, request: TimelineRequest, from: number, to: number): Counted[] {
  if (from >= to) return [];
  const [filter, values] = filterOf(request);
  const ofLog = request.log === undefined ? '' : 'log = ? AND ';
  return search
    .sql<Counted>(
      `SELECT time / 1000 * 1000 AS at, severity, count(*) AS count FROM events
       WHERE ${ofLog}time >= ? AND time < ?${filter} GROUP BY 1, 2`,
    )
    .all(...(request.log === undefined ? [] : [request.log]), from, to, ...values);
}

/** At least as many as there are. */
function roughly(search: Reading, { log }: TimelineRequest, from: number, to: number): number {
  const row = search
    .sql<{ count: number | null }>(
      'SELECT sum(count) AS count FROM event_counts WHERE log = ? AND hour >= ? AND hour <= ?',
    )
    .get(log ?? allLogs, Math.floor(from / hourMs), Math.floor(to / hourMs));
  return row?.count ?? 0;
}

function toTimeline(counted: readonly Counted[], from: number, to: number, step: number): AuditTimeline {
  const first = Math.floor(from / step);
  const last = Math.ceil(to / step);
  const buckets = Array.from({ length: last - first }, (_, at) => ({
    time: toRfc3339((first + at) * step),
    info: 0,
    warning: 0,
    critical: 0,
  }));
  let total = 0;
  for (const { at, severity, count } of counted) {
    const bucket = buckets[Math.max(0, Math.floor(at / step) - first)];
    if (bucket !== undefined) bucket[severity] += count;
    total += count;
  }
  return { from: toRfc3339(first * step), to: toRfc3339(last * step), bucketMs: step, buckets, total };
}
