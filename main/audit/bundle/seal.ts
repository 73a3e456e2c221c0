import { HoldfastError } from '../../../shared/errors.ts';
import type { Reading } from '../../storage/store.ts';
import { encodeBase64 } from '../base64.ts';
import { type Checkpoint, parseCheckpoint } from '../checkpoint.ts';
import { placeOf, records, type StoredLog, storedTiles } from '../log-store.ts';
import { consistencyProof, inclusionProof, type NodeReader, rangeRoot } from '../merkle.ts';
import { parseNote } from '../note.ts';
import { nodesFromTiles } from '../tiles.ts';

/** An entry with the proof that it is in a tree; all in Base 64. */
export interface ProvenEntry {
  readonly index: number;
  readonly record: string;
  readonly proof: readonly string[];
}

type Log = Pick<StoredLog, 'log' | 'size'>;

function nodesOf(reading: Reading, { log, size }: Log): NodeReader {
  return nodesFromTiles(size, storedTiles(reading, log));
}

/** The root that the log had with its first `size` entries. Errors: INTEGRITY. */
export function rootAt(reading: Reading, { log }: Log, size: number): Uint8Array {
  return rangeRoot(0, size, nodesOf(reading, { log, size }));
}

/** An entry of the log's first `size` ones with its proof. Errors: INTEGRITY. */
export function provenEntry(reading: Reading, log: Log, index: number): ProvenEntry {
  const [record] = records(reading, log.log, index, index + 1);
  if (record === undefined) throw new RangeError('index outside the log');
  const proof = inclusionProof(index, log.size, nodesOf(reading, log));
  return { index, record: encodeBase64(record), proof: proof.map(encodeBase64) };
}

/** That the first `first` entries are the beginning of the log's `size` ones, in Base 64. Errors: INTEGRITY. */
export function consistency(reading: Reading, log: Log, first: number): string[] {
  return consistencyProof(first, log.size, nodesOf(reading, log)).map(encodeBase64);
}

/** The checkpoint in a note of ours; its signature is not looked at. */
export function checkpointIn(note: Uint8Array): Checkpoint {
  return parseCheckpoint(parseNote(note).text);
}

/** At which index of the log an event is. Errors: INTEGRITY. */
export function indexOfEvent(reading: Reading, eventId: string): number {
  const row = reading
    .sql<{ position: number }>('SELECT position FROM entries WHERE event_id = ?')
    .get(eventId);
  if (row !== undefined) return placeOf(row.position).index;
  throw new HoldfastError('INTEGRITY', 'An entry that was just written is not in the audit log.', {
    problems: [eventId],
  });
}

interface Leaf {
  readonly index: number;
  readonly record: Uint8Array;
}

const leavesAtOnce = 50;

/** The entries of a log with this action from a time on (epoch milliseconds), oldest first, as the index has them. */
export function* leavesOfAction(
  { store, search }: { readonly store: Reading; readonly search: Reading },
  { log }: Log,
  action: string,
  since: number,
): Generator<Leaf> {
  const next = search.sql<{ time: number; position: number }>(
    `SELECT time, position FROM events JOIN event_kinds USING (kind)
     WHERE log = ? AND action = ? AND (time, position) > (?, ?) ORDER BY time, position LIMIT ${leavesAtOnce}`,
  );
  let [time, position] = [since, -1];
  for (
    let found = next.all(log, action, time, position);
    found.length > 0;
    found = next.all(log, action, time, position)
  ) {
    for (const leaf of found) {
      ({ time, position } = leaf);
      const { index } = placeOf(position);
      for (const record of records(store, log, index, index + 1)) yield { index, record };
    }
  }
}
