import { setImmediate } from 'node:timers/promises';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Reading } from '../../storage/store.ts';
import type { Appender } from '../appender.ts';
import { type LogHead, placeOf, positionOf } from '../log-store.ts';
import { archivedOf } from '../retention/archived-part.ts';
import { prunedOf } from '../retention/pruned-rows.ts';
import { fullTileWidth } from '../tiles.ts';

/** Epoch milliseconds, `to` excluded; null: no limit. */
export interface Period {
  readonly from: number | null;
  readonly to: number | null;
}

/** Indices, the end excluded; the first is one of an entry bundle. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

/** Errors: NOT_FOUND (there is no such log, or nothing in it). */
export function headOf(appender: Appender, origin: string): LogHead {
  const head = appender.heads().find((other) => other.origin === origin);
  if (head !== undefined && head.size > 0) return head;
  throw empty();
}

/** So many entries are looked at before others get their turn. */
const atOnce = 2_000;

/**
 * From the entry bundle of the first entry of the period to the last one; all of the log without a period. What is pruned is
 * in neither. The records themselves say when they were made: a clock may have been turned, and the index tells nothing that
 * could be relied on. Errors: NOT_FOUND, CANCELLED.
 */
export async function rangeOf(
  store: Reading,
  { log, size }: LogHead,
  { from, to }: Period,
  signal?: AbortSignal,
): Promise<Range> {
  const minimum = prunedOf(store, log)?.minimum ?? 0;
  if (from === null && to === null) return { first: minimum, end: size };
  const inPeriod = store.sql<{ first: number | null; last: number | null }>(
    // what is no record may be one that was changed: it is not left out
    `SELECT min(position) AS first, max(position) AS last
     FROM (SELECT position, CAST(record AS TEXT) AS text FROM entries WHERE position >= ? AND position < ?)
     WHERE CASE WHEN json_valid(text) THEN text ->> '$.t' >= ? AND text ->> '$.t' < ? ELSE TRUE END`,
  );
  const found = (start: number, end: number) =>
    inPeriod.get(positionOf(log, start), positionOf(log, end), from ?? 0, to ?? Number.MAX_SAFE_INTEGER);
  let first: number | undefined;
  for (let start = minimum; start < size && first === undefined; start += atOnce) {
    const position = found(start, Math.min(size, start + atOnce))?.first;
    if (typeof position === 'number') first = placeOf(position).index;
    await othersFirst(signal);
  }
  if (first === undefined) throw empty(archivedOf(store, log, { from })?.file);
  let last: number | undefined;
  for (let end = size; last === undefined; end -= atOnce) {
    const position = found(Math.max(first, end - atOnce), end)?.last;
    if (typeof position === 'number') last = placeOf(position).index;
    await othersFirst(signal);
  }
  return { first: first - (first % fullTileWidth), end: last + 1 };
}

async function othersFirst(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}

function empty(archive?: string): HoldfastError {
  const where =
    archive === undefined
      ? 'Choose another one.'
      : `Older ones were archived, the newest of them in ${archive}.`;
  return new HoldfastError('NOT_FOUND', `The log has no entries in that period. ${where}`, {
    kind: 'entries',
    id: '',
    ...(archive === undefined ? {} : { archive }),
  });
}
