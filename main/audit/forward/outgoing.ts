import { HoldfastError } from '../../../shared/errors.ts';
import type { ForwardFormat } from '../../../shared/forwarding.ts';
import type { Reading } from '../../storage/store.ts';
import { ocsfEvent } from '../bundle/ocsf.ts';
import { type LogHead, positionOf } from '../log-store.ts';
import { type AuditRecord, decodeRecord } from '../record.ts';

/** One entry on its way out. */
export interface Outgoing {
  readonly record: AuditRecord;
  /** As the log's leaf has it. */
  readonly bytes: Uint8Array;
}

/** Entries of one log, in order, and where the log goes on after them. */
export interface Batch {
  readonly origin: string;
  readonly entries: readonly Outgoing[];
  readonly next: number;
  /** Id of the event before `next`. */
  readonly eventId: string;
}

export interface BatchLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** Entries that are looked at in one go. */
const mostLookedAt = 500;

/** The next entries of a log from an index on, as far as one batch goes; there is at least one to look at. Throws INTEGRITY. */
export function readBatch(
  reading: Reading,
  { log, origin, size }: Pick<LogHead, 'log' | 'origin' | 'size'>,
  from: number,
  wanted: (record: AuditRecord) => boolean,
  limits: BatchLimits,
): Batch {
  const rows = reading
    .sql<{ position: number; record: Uint8Array }>(
      'SELECT position, record FROM entries WHERE position >= ? AND position < ? ORDER BY position',
    )
    .iterate(positionOf(log, from), positionOf(log, Math.min(size, from + mostLookedAt)));
  const entries: Outgoing[] = [];
  let [next, bytes, eventId] = [from, 0, ''];
  for (const row of rows) {
    if (row.position !== positionOf(log, next)) break;
    const record = decodeRecord(row.record);
    if (wanted(record)) {
      if (entries.length > 0 && bytes + row.record.length > limits.bytes) break;
      entries.push({ record, bytes: row.record });
      bytes += row.record.length;
    }
    eventId = record.id;
    next += 1;
    if (entries.length === limits.entries) break;
  }
  if (next === from) throw missing(from);
  return { origin, entries, next, eventId };
}

/** What is sent of an entry: people are pseudonyms, personal fields and reasons are commitments, in either format. */
export function entryText({ record, bytes }: Outgoing, format: ForwardFormat): string {
  return format === 'record' ? Buffer.from(bytes).toString('utf8') : JSON.stringify(ocsfEvent(record));
}

/** The entry at an index. Throws INTEGRITY. */
export function readEntry(reading: Reading, log: number, index: number): Outgoing {
  const row = reading
    .sql<{ record: Uint8Array }>('SELECT record FROM entries WHERE position = ?')
    .get(positionOf(log, index));
  if (row === undefined) throw missing(index);
  return { record: decodeRecord(row.record), bytes: row.record };
}

function missing(index: number): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    'The audit log is damaged. Run `holdfast audit verify` to see where.',
    { problems: [`entry ${index} is missing`] },
  );
}
