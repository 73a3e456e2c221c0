import { setImmediate } from 'node:timers/promises';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { AuditTimeline } from '../../../shared/contract/audit.ts';
import type { Outcome, Severity } from '../../../shared/severities.ts';
import type { Reading, SqlValue } from '../../storage/store.ts';
import { allKinds, kindsOf } from './event-kinds.ts';
import { allLogs, hourMs } from './insert-events.ts';

export interface TimelineRequest {
  /** The numbers of logs; undefined: of all. */
  readonly logs: readonly number[] | undefined;
  readonly severity: Severity | undefined;
  readonly outcome: Outcome | undefined;
  /** Epoch milliseconds: from included, to excluded; the first and the last entry by default. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** At most so many. */
  readonly buckets: number;
}

/** A short span is counted entry by entry as long as there are no more than these in it. */
const mostCountedSingly = 20_000;
/** So much is counted before others get their turn. */
const [hoursAtOnce, eventsAtOnce] = [1_000, 4_000];
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

/**
 * How many entries there are over time: from the counts of whole hours, and entry by entry at the edges and in short
 * spans, a few at a time so that nothing else has to wait.
 */
export async function readTimeline(search: Reading, request: TimelineRequest): Promise<AuditTimeline> {
  const span = spanOf(search, request);
  if (span === undefined) return { from: null, to: null, bucketMs: 0, buckets: [], total: 0 };
  const { from, to } = span;
  const fine = steps.find((step) => fits(step, from, to, request.buckets));
  const short = fine !== undefined && fine < hourMs && roughly(search, request, span) <= mostCountedSingly;
  const timeline = new Timeline(stepFor(short ? 0 : hourMs, from, to, request.buckets), span);
  const singly = (start: number, end: number) => countSingly(search, request, start, end, timeline);
  const { firstHour, lastHour } = span;
  if (short || firstHour >= lastHour) {
    await singly(from, to);
  } else {
    await singly(from, firstHour * hourMs);
    await countHours(search, request, span, timeline);
    await singly(lastHour * hourMs, to);
  }
  return timeline.told();
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

interface Span {
  readonly from: number;
  readonly to: number;
  /** The hours that are counted whole, the last excluded. */
  readonly firstHour: number;
  readonly lastHour: number;
}

function spanOf(search: Reading, request: TimelineRequest): Span | undefined {
  const edges = (order: 'ASC' | 'DESC') =>
    eachLog(request).flatMap(([where, values]) =>
      search
        .sql<{ time: number }>(`SELECT time FROM events WHERE ${where} ORDER BY time ${order} LIMIT 1`)
        .all(...values)
        .map(({ time }) => time),
    );
  const first = Math.min(...edges('ASC'));
  const last = Math.max(...edges('DESC'));
  if (first > last) return undefined;
  const { from = first, to = last + 1 } = request;
  if (from >= to) return undefined;
  // an hour that only the ends of the log cut is a whole one
  const firstHour = from <= first ? Math.floor(from / hourMs) : Math.ceil(from / hourMs);
  const lastHour = to > last ? Math.ceil(to / hourMs) : Math.floor(to / hourMs);
  return { from, to, firstHour, lastHour };
}

/** A condition and its values for each log, so that an index gives its entries in order. */
function eachLog({ logs }: TimelineRequest): [string, SqlValue[]][] {
  return logs === undefined ? [['1 = 1', []]] : logs.map((log) => ['log = ?', [log]]);
}

async function countHours(
  search: Reading,
  { logs = [allLogs], severity, outcome }: TimelineRequest,
  { firstHour, lastHour }: Span,
  timeline: Timeline,
): Promise<void> {
  const counts = search.sql<Counted>(
    `SELECT hour * ${hourMs} AS at, severity, sum(count) AS count FROM event_counts
     WHERE log IN (SELECT value FROM json_each($logs)) AND hour >= $from AND hour < $to
       AND severity = ifnull($severity, severity) AND outcome = ifnull($outcome, outcome)
     GROUP BY hour, severity`,
  );
  const filter = { logs: JSON.stringify(logs), severity: severity ?? null, outcome: outcome ?? null };
  for (let from = firstHour; from < lastHour; from += hoursAtOnce) {
    const to = Math.min(lastHour, from + hoursAtOnce);
    for (const counted of counts.all({ ...filter, from, to })) timeline.add(counted);
    await setImmediate();
  }
}

async function countSingly(
  search: Reading,
  request: TimelineRequest,
  from: number,
  to: number,
  timeline: Timeline,
): Promise<void> {
  const { severity, outcome } = request;
  const kinds = new Map(
    (kindsOf(search, { severity, outcome }) ?? allKinds(search)).map((kind) => [kind.kind, kind.severity]),
  );
  for (const [where, values] of eachLog(request)) {
    const events = search.sql<{ time: number; position: number; kind: number }>(
      `SELECT time, position, kind FROM events WHERE ${where} AND
     (time, position) > (?, ?) AND time < ? ORDER BY time, position LIMIT ${eventsAtOnce}`,
    );
    for (let after = [from, -1]; from < to; ) {
      const found = events.all(...values, ...after, to);
      for (const { time, kind } of found) {
        const counted = kinds.get(kind);
        if (counted !== undefined) timeline.add({ at: time, severity: counted, count: 1 });
      }
      const last = found.at(-1);
      if (last === undefined || found.length < eventsAtOnce) break;
      after = [last.time, last.position];
      await setImmediate();
    }
  }
}

/** At least as many as there are. */
function roughly(search: Reading, { logs = [allLogs] }: TimelineRequest, { from, to }: Span): number {
  const row = search
    .sql<{ count: number | null }>(
      `SELECT sum(count) AS count FROM event_counts
       WHERE log IN (SELECT value FROM json_each(?)) AND hour >= ? AND hour <= ?`,
    )
    .get(JSON.stringify(logs), Math.floor(from / hourMs), Math.floor(to / hourMs));
  return row?.count ?? 0;
}

/** The buckets, being filled. */
class Timeline {
  readonly #step: number;
  readonly #first: number;
  readonly #buckets: AuditTimeline['buckets'];
  #total = 0;

  constructor(step: number, { from, to }: Span) {
    this.#step = step;
    this.#first = Math.floor(from / step);
    this.#buckets = Array.from({ length: Math.ceil(to / step) - this.#first }, (_, at) => ({
      time: toRfc3339((this.#first + at) * step),
      info: 0,
      warning: 0,
      critical: 0,
    }));
  }

  add({ at, severity, count }: Counted): void {
    const bucket = this.#buckets[Math.max(0, Math.floor(at / this.#step) - this.#first)];
    if (bucket !== undefined) bucket[severity] += count;
    this.#total += count;
  }

  told(): AuditTimeline {
    const [buckets, first, step] = [this.#buckets, this.#first, this.#step];
    const end = toRfc3339((first + buckets.length) * step);
    return { from: toRfc3339(first * step), to: end, bucketMs: step, buckets, total: this.#total };
  }
}
