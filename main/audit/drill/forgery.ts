import { randomBytes } from 'node:crypto';
import { ed25519KeyFromSeed } from '../../secrets/ed25519.ts';
import type { Reading } from '../../storage/store.ts';
import { formatCheckpoint } from '../checkpoint.ts';
import { positionOf, type StoredLog } from '../log-store.ts';
import { leafHash } from '../merkle.ts';
import { formatNote, type NoteSigner, signNote } from '../note.ts';
import { formatVerifierKey, noteSigner, noteVerifier } from '../note-key.ts';
import { type AuditRecord, decodeRecord, encodeRecord } from '../record.ts';
import { fullTileWidth, hashesAtLevel } from '../tiles.ts';
import { appendLeaves, edgeRoot, type TreeEdge } from '../tree-edge.ts';

/** An entry as a forger finds it. */
export function entryAt(copy: Reading, { log }: StoredLog, index: number): AuditRecord {
  const row = copy
    .sql<{ record: Uint8Array }>('SELECT record FROM entries WHERE position = ?')
    .get(positionOf(log, index));
  if (row === undefined) throw new TypeError(`no entry ${index}`);
  return decodeRecord(row.record);
}

/** Puts a record in the place of an entry, under the event id that it names. */
export function putEntry(copy: Reading, { log }: StoredLog, index: number, record: AuditRecord): void {
  copy
    .sql('UPDATE entries SET record = ?, event_id = ? WHERE position = ?')
    .run(encodeRecord(record), record.id, positionOf(log, index));
}

/** Adds an entry where there is none. */
export function addEntry(copy: Reading, { log }: StoredLog, index: number, record: AuditRecord): void {
  copy
    .sql('INSERT INTO entries (position, event_id, record) VALUES (?, ?, ?)')
    .run(positionOf(log, index), record.id, encodeRecord(record));
}

/** A record that needs nothing beside it. */
export const withoutOpenings = ({ why, dif, pd, ...rest }: AuditRecord): AuditRecord => rest;

/**
 * Makes tiles, size and root of a log fit its entries from a tree's edge on: all that can be forged without a key. Answers the
 * log as its row then has it.
 */
export function rebuildTree(copy: Reading, log: StoredLog, edge: TreeEdge): StoredLog {
  const records = copy
    .sql<{ record: Uint8Array }>(
      'SELECT record FROM entries WHERE position >= ? AND position < ? ORDER BY position',
    )
    .all(positionOf(log.log, edge.size), positionOf(log.log + 1, 0));
  const grown = appendLeaves(edge, Buffer.concat(records.map(({ record }) => leafHash(record))));
  const { size } = grown.edge;
  const put = copy.sql(
    'INSERT OR REPLACE INTO tiles (log, level, tile, hashes, root) VALUES (?, ?, ?, ?, ?)',
  );
  for (const { level, index, width, hashes, root } of grown.tiles) {
    if (width === fullTileWidth) put.run(log.log, level, index, hashes, root);
  }
  for (let level = 0; hashesAtLevel(log.size, level) > 0; level += 1) {
    copy
      .sql('DELETE FROM tiles WHERE log = ? AND level = ? AND tile >= ?')
      .run(log.log, level, Math.floor(hashesAtLevel(size, level) / fullTileWidth));
  }
  const root = edgeRoot(grown.edge);
  copy.sql('UPDATE logs SET size = ?, root = ? WHERE log = ?').run(size, root, log.log);
  return { ...log, size, root };
}

/** A key that nobody keeps; `verifierKey` in C2SP's form. */
export interface StrangersKey extends NoteSigner {
  readonly verifierKey: string;
}

/** Makes up a key of any name, even that of the key that signs the log. */
export function strangersKey(name: string): StrangersKey {
  const key = ed25519KeyFromSeed(randomBytes(32));
  return { ...noteSigner(name, key), verifierKey: formatVerifierKey(noteVerifier(name, key.publicKey)) };
}

export function signBy(copy: Reading, log: StoredLog, signer: NoteSigner): void {
  const note = formatNote(signNote(formatCheckpoint(log), [signer]));
  copy.sql('UPDATE logs SET note = ? WHERE log = ?').run(note, log.log);
}
