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

/**
 * From the entry bundle of the first entry of the period to the last one; all of the log without a period. What is pruned is
 * in neither. Errors: NOT_FOUND.
 */
export function rangeOf(
  { store, search }: { readonly store: Reading; readonly search: Reading },
  { log, size }: LogHead,
  { from, to }: Period,
): Range {
  const minimum = prunedOf(store, log)?.minimum ?? 0;
  if (from === null && to === null) return { first: minimum, end: size };
  const found = search
    .sql<{ first: number | null; last: number | null }>(
      `SELECT min(position) AS first, max(position) AS last FROM events
       WHERE log = ? AND time >= ? AND time < ? AND position >= ? AND position < ?`,
    )
    .get(log, from ?? 0, to ?? Number.MAX_SAFE_INTEGER, positionOf(log, minimum), positionOf(log, size));
  if (found === undefined || found.first === null || found.last === null)
    throw empty(archivedOf(store, log, { from })?.file);
  const first = placeOf(found.first).index;
  return { first: first - (first % fullTileWidth), end: placeOf(found.last).index + 1 };
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
