import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Reading, Transaction } from '../storage/store.ts';
import { hashLength, leafHash, sameHash } from './merkle.ts';
import { prunedOf } from './retention/pruned-rows.ts';
import { fullTileWidth, perfectRoot, type TileAddress, type TileReader } from './tiles.ts';
import { appendLeaves, edgeRoot, emptyEdge, loadEdge, type Tile, type TreeEdge } from './tree-edge.ts';

/** One log's newest state; `edge` is what the next append builds on. */
export interface LogHead {
  readonly log: number;
  readonly origin: string;
  readonly tenantId: Uuid | null;
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed checkpoint of this size and root. */
  readonly note: Uint8Array;
  readonly committedSize: number;
  /** Absent until the first append after a start: then it is read from what is stored. */
  readonly edge?: TreeEdge;
}

export interface NewEntry {
  readonly eventId: string;
  readonly record: Uint8Array;
  readonly openings: readonly { readonly field: string; readonly sealed: Uint8Array }[];
}

/** A log as its row has it. */
export interface StoredLog {
  readonly log: number;
  readonly origin: string;
  readonly tenant_id: Uuid | null;
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: Uint8Array;
  readonly committed_size: number;
}

export type StoredTile = Pick<Tile, 'hashes' | 'root'>;

const logSpan = 2 ** 36;

/** Where an entry lies: its log and index in one number. */
export function positionOf(log: number, index: number): number {
  return log * logSpan + index;
}

/** What `position` says: which log of audit.db, and which entry of it. */
export function placeOf(position: number): { log: number; index: number } {
  return { log: Math.floor(position / logSpan), index: position % logSpan };
}

/** Every log's head as it is stored. */
export function readHeads(reading: Reading): LogHead[] {
  return reading
    .sql<StoredLog>('SELECT * FROM logs ORDER BY log')
    .all()
    .map((row) => ({
      log: row.log,
      origin: row.origin,
      tenantId: row.tenant_id,
      size: row.size,
      root: row.root,
      note: row.note,
      committedSize: row.committed_size,
    }));
}

/** The edge that a head's root was made from. Throws INTEGRITY when what is stored does not lead to that root. */
function edgeOf(reading: Reading, head: LogHead): TreeEdge {
  if (head.edge !== undefined) return head.edge;
  const edge = loadEdge(head.size, storedTiles(reading, head.log));
  if (!sameHash(edgeRoot(edge), head.root)) throw damaged('the last entries do not lead to the stored root');
  return edge;
}

/** Reads tiles of a log: full ones as stored, partial ones from what lies below them. Throws INTEGRITY. */
export function storedTiles(reading: Reading, log: number): TileReader {
  const tile = (level: number, index: number): StoredTile => {
    const row = readTile(reading, log, { level, index });
    if (row === undefined) throw damaged(`tile ${level}/${index} is missing`);
    return row;
  };
  return (level, index, width) => {
    if (width === fullTileWidth) return tile(level, index).hashes;
    const first = index * fullTileWidth;
    if (level === 0) {
      const full = readTile(reading, log, { level, index })?.hashes;
      // of an earlier size: the entries themselves may be pruned
      if (full?.length === fullTileWidth * hashLength) return full.subarray(0, width * hashLength);
      return Buffer.concat(records(reading, log, first, first + width).map(leafHash));
    }
    const below = Array.from({ length: width }, (_, offset) => {
      const { root, hashes } = tile(level - 1, first + offset);
      return root ?? perfectRoot(hashes);
    });
    return Buffer.concat(below);
  };
}

/** A full tile of a log, if it is stored; `root` is null in one that was stored before roots were kept. */
export function readTile(
  reading: Reading,
  log: number,
  { level, index }: Pick<TileAddress, 'level' | 'index'>,
): StoredTile | undefined {
  return reading
    .sql<StoredTile>('SELECT hashes, root FROM tiles WHERE log = ? AND level = ? AND tile = ?')
    .get(log, level, index);
}

/** The records of a range of indices, end excluded. Throws INTEGRITY when any is missing. */
export function records(reading: Reading, log: number, start: number, end: number): Uint8Array[] {
  const rows = reading
    .sql<{ record: Uint8Array }>(
      'SELECT record FROM entries WHERE position >= ? AND position < ? ORDER BY position',
    )
    .all(positionOf(log, start), positionOf(log, end));
  if (rows.length !== end - start) throw damaged(`entries ${start} to ${end} are not all there`);
  return rows.map(({ record }) => record);
}

/** An entry's record, and where it is in its log. */
export interface IndexedRecord {
  readonly index: number;
  readonly record: Uint8Array;
}

/** The records of a range of indices, end excluded, as far as they are not pruned. Throws INTEGRITY when any other is missing. */
export function unprunedRecords(reading: Reading, log: number, start: number, end: number): IndexedRecord[] {
  const found = reading
    .sql<{ position: number; record: Uint8Array }>(
      'SELECT position, record FROM entries WHERE position >= ? AND position < ? ORDER BY position',
    )
    .all(positionOf(log, start), positionOf(log, end))
    .map(({ position, record }) => ({ index: placeOf(position).index, record }));
  const whole = Math.max(start, prunedOf(reading, log)?.dropped ?? 0);
  const there = found.filter(({ index }) => index >= whole).length;
  if (there < end - whole) throw damaged(`entries ${start} to ${end} are not all there`);
  return found;
}

/** A new log without entries; its row is written by the first append. */
export function newLog(log: number, origin: string, tenantId: Uuid | null): LogHead {
  const edge = emptyEdge();
  return {
    log,
    origin,
    tenantId,
    size: 0,
    root: edgeRoot(edge),
    note: new Uint8Array(0),
    committedSize: 0,
    edge,
  };
}

/** Writes entries after the head's last and answers the head they make, not signed and not stored yet. */
export function appendEntries(
  transaction: Transaction,
  head: LogHead,
  entries: readonly NewEntry[],
): LogHead {
  const insertEntry = transaction.sql('INSERT INTO entries (position, event_id, record) VALUES (?, ?, ?)');
  const insertOpening = transaction.sql('INSERT INTO openings (position, field, sealed) VALUES (?, ?, ?)');
  const insertTile = transaction.sql(
    'INSERT INTO tiles (log, level, tile, hashes, root) VALUES (?, ?, ?, ?, ?)',
  );
  const hashes = Buffer.allocUnsafe(entries.length * 32);
  for (const [offset, { eventId, record, openings }] of entries.entries()) {
    const position = positionOf(head.log, head.size + offset);
    insertEntry.run(position, eventId, record);
    for (const { field, sealed } of openings) insertOpening.run(position, field, sealed);
    hashes.set(leafHash(record), offset * 32);
  }
  const { edge, tiles } = appendLeaves(edgeOf(transaction, head), hashes);
  for (const tile of tiles) {
    if (tile.width === fullTileWidth) {
      insertTile.run(head.log, tile.level, tile.index, tile.hashes, tile.root);
    }
  }
  return { ...head, size: edge.size, root: edgeRoot(edge), edge };
}

/** Stores a head with its signed checkpoint. */
export function storeHead(transaction: Transaction, head: LogHead): void {
  transaction
    .sql(
      `INSERT INTO logs (log, origin, tenant_id, size, root, note, committed_size) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (log) DO UPDATE
       SET size = excluded.size, root = excluded.root, note = excluded.note, committed_size = excluded.committed_size`,
    )
    .run(head.log, head.origin, head.tenantId, head.size, head.root, head.note, head.committedSize);
}

function damaged(reason: string): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    'The audit log is damaged. Run `holdfast audit verify` to see where.',
    {
      problems: [reason],
    },
  );
}
