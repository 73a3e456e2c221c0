import type { Reading } from '../../storage/store.ts';
import { placeOf, positionOf } from '../log-store.ts';
import { prunedOf } from '../retention/pruned-rows.ts';
import { allKinds, type EventKind } from '../search/event-kinds.ts';
import type { FoundEvent } from '../search/event-streams.ts';

/** Epoch milliseconds, `to` excluded. */
export interface ReportPeriod {
  readonly from: number;
  readonly to: number;
}

/** How many entries of one kind one log has in a period, with the first and the last by time. */
export interface Tally extends EventKind {
  readonly log: number;
  readonly kind: number;
  readonly count: number;
  readonly first: FoundEvent;
  readonly last: FoundEvent;
}

/** What of a log a period touches: the range of its indices, what is there of it, and what of that is in the period. */
export interface LogRange {
  readonly log: number;
  /** Indices, both included; null: no entry is in the period. */
  readonly range: { readonly first: number; readonly last: number } | null;
  readonly present: number;
  readonly inPeriod: number;
}

/** Positions of one log, the end excluded. */
export interface CountedPart {
  readonly log: number;
  readonly first: number;
  readonly end: number;
}

const whole = { first: 0, end: Number.MAX_SAFE_INTEGER };

/**
 * By log and kind, each from one exact range of an index; kinds without an entry are left out. `step` is called between, and
 * may throw. `between`: positions, the end excluded.
 */
export function tallyLogs(
  search: Reading,
  logs: readonly number[],
  { from, to }: ReportPeriod,
  step: () => void,
  between: Pick<CountedPart, 'first' | 'end'> = whole,
): Tally[] {
  const where =
    'FROM events WHERE log = ? AND kind = ? AND time >= ? AND time < ? AND position >= ? AND position < ?';
  const count = search.sql<{ n: number }>(`SELECT count(*) AS n ${where}`);
  const [first, last] = (['ASC', 'DESC'] as const).map((order) =>
    search.sql<FoundEvent>(
      `SELECT position, time ${where} ORDER BY time ${order}, position ${order} LIMIT 1`,
    ),
  );
  const kinds = allKinds(search);
  return logs.flatMap((log) => {
    step();
    return kinds.flatMap(({ kind, ...what }): Tally[] => {
      const of = [log, kind, from, to, between.first, between.end];
      const [begin, end] = [first?.get(...of), last?.get(...of)];
      if (begin === undefined || end === undefined) return [];
      return [{ log, kind, ...what, count: count.get(...of)?.n ?? 0, first: begin, last: end }];
    });
  });
}

/** The oldest entries of some tallies, by time; of the log of a part only those in it. */
export function oldestOf(
  search: Reading,
  tallies: readonly Tally[],
  { from, to }: ReportPeriod,
  { limit, part }: { readonly limit: number; readonly part: CountedPart | undefined },
): (FoundEvent & EventKind)[] {
  const oldest = search.sql<FoundEvent>(
    `SELECT position, time FROM events
     WHERE log = ? AND kind = ? AND time >= ? AND time < ? AND position >= ? AND position < ?
     ORDER BY time, position LIMIT ?`,
  );
  return tallies
    .flatMap(({ log, kind, action, severity, outcome }) => {
      const { first, end } = log === part?.log ? part : whole;
      return oldest
        .all(log, kind, from, to, first, end, limit)
        .map((found) => ({ ...found, action, severity, outcome }));
    })
    .sort((one, other) => one.time - other.time || one.position - other.position)
    .slice(0, limit);
}

/** Whether a log holds every index between the first and the last entry of a period, from its minimum index on. */
export function rangesOf(
  search: Reading,
  audit: Reading,
  logs: readonly number[],
  { from, to }: ReportPeriod,
): LogRange[] {
  const inPeriod = search.sql<{ n: number; first: number | null; last: number | null }>(
    `SELECT count(*) AS n, min(position) AS first, max(position) AS last FROM events
     WHERE log = ? AND time >= ? AND time < ? AND position >= ?`,
  );
  const present = audit.sql<{ n: number }>(
    'SELECT count(*) AS n FROM entries WHERE position BETWEEN ? AND ?',
  );
  return logs.map((log) => {
    const found = inPeriod.get(log, from, to, positionOf(log, prunedOf(audit, log)?.minimum ?? 0));
    if (found === undefined || found.first === null || found.last === null) {
      return { log, range: null, present: 0, inPeriod: 0 };
    }
    const [first, last] = [placeOf(found.first).index, placeOf(found.last).index];
    const there = present.get(positionOf(log, first), positionOf(log, last))?.n ?? 0;
    return { log, range: { first, last }, present: there, inPeriod: found.n };
  });
}
