import type { EntryProof } from '../../../shared/contract/audit/entry-proof.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';
import { encodeBase64 } from '../base64.ts';
import { placeOf, records, type StoredLog, storedTiles } from '../log-store.ts';
import { inclusionProof, leafHash } from '../merkle.ts';
import { nodesFromTiles } from '../tiles.ts';
import { positionOfEvent } from './trail.ts';

/**
 * That an entry is in its log, for whoever has the log's key and nothing else: C2SP tlog-proof, with the record as its extra
 * data. Throws NOT_FOUND, INTEGRITY.
 */
export function entryProof(log: Reading, eventId: Uuid): EntryProof {
  const { log: number, index } = placeOf(positionOfEvent(log, eventId));
  const [record] = records(log, number, index, index + 1);
  const head = log.sql<StoredLog>('SELECT * FROM logs WHERE log = ?').get(number);
  if (record === undefined || head === undefined || index >= head.size) throw notProven(eventId);
  const path = inclusionProof(index, head.size, nodesFromTiles(head.size, storedTiles(log, number)));
  const leaf = encodeBase64(leafHash(record));
  const note = Buffer.from(head.note).toString('utf8');
  const lines = ['c2sp.org/tlog-proof@v1', `extra ${encodeBase64(record)}`, `index ${index}`];
  return {
    logId: head.origin,
    index,
    size: head.size,
    leaf,
    root: encodeBase64(head.root),
    proof: [...lines, ...path.map(encodeBase64), '', note].join('\n'),
  };
}

function notProven(eventId: Uuid): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    'The log does not have this entry where it says. Run `holdfast audit verify`.',
    { problems: [eventId] },
  );
}
