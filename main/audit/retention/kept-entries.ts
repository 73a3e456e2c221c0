import { hash } from 'node:crypto';
import type { Reading } from '../../storage/store.ts';
import { encodeBase64 } from '../base64.ts';
import type { Range } from '../bundle/export-range.ts';
import { placeOf, positionOf } from '../log-store.ts';
import { leafHash } from '../merkle.ts';
import { type AuditRecord, decodeRecord } from '../record.ts';
import { isTold } from '../verify/verify-witnesses.ts';

/** What a pruning leaves of the entries below the new minimum, and of when those are that go. */
export interface Examined {
  /** Of those that stay, in order. */
  readonly indices: readonly number[];
  /** Base64 of SHA-256 over their leaf hashes in that order. */
  readonly digest: string;
  /** Epoch milliseconds, of the entries of the range; with none, infinite. */
  readonly oldest: number;
  readonly newest: number;
}

/**
 * Reads the entries of a log below the end of a range: verification goes on needing those that tell of keys, witnesses, time
 * stamps and prunings, and the newest that vouches for each other log. `onEntry` is told of each; its throw ends it.
 */
export function examineEntries(
  reading: Reading,
  log: number,
  { first, end }: Range,
  onEntry: (record: AuditRecord) => void,
): Examined {
  const committed = new Map(
    reading
      .sql<{ origin: string; size: number }>('SELECT origin, committed_size AS size FROM logs')
      .all()
      .map(({ origin, size }) => [origin, size]),
  );
  const vouchesLast = ({ act, who, res, x }: AuditRecord) =>
    who.k === 'system' && act === 'log.checkpoint' && committed.get(res?.id ?? '') === x?.size;
  const rows = reading
    .sql<{ position: number; record: Uint8Array }>(
      'SELECT position, record FROM entries WHERE position >= ? AND position < ? ORDER BY position',
    )
    .iterate(positionOf(log, 0), positionOf(log, end));
  const indices: number[] = [];
  const leaves: Uint8Array[] = [];
  let [oldest, newest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { position, record: bytes } of rows) {
    const record = decodeRecord(bytes);
    const { index } = placeOf(position);
    if (index >= first) {
      oldest = Math.min(oldest, record.t);
      newest = Math.max(newest, record.t);
    }
    onEntry(record);
    if (!isTold(record) && !vouchesLast(record)) continue;
    indices.push(index);
    leaves.push(leafHash(bytes));
  }
  return { indices, digest: encodeBase64(hash('sha256', Buffer.concat(leaves), 'buffer')), oldest, newest };
}
