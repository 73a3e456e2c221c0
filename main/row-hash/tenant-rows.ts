import { hash } from 'node:crypto';
import { join } from 'node:path';
import { release } from '../storage/release.ts';
import type { Reading } from '../storage/store.ts';
import { filesCollection, type HashedRow, type RowState, rowState } from './row-hash.ts';

// The tables as docs/formats/row-hash.md names them: they are part of the format, whoever reads them.

/** What a tenant's database says of one collection: its kept sum, hex. */
export interface CollectionSum {
  readonly name: string;
  /** Live documents, or files. */
  readonly rows: number;
  readonly revisions: number;
  readonly rowHash: string;
}

/** Every collection that has rows, `$files` among them, by name. */
export function collectionSums(reading: Reading): CollectionSum[] {
  return reading
    .sql<{ collection: string; documents: number; rows: number; row_hash: Uint8Array }>(
      'SELECT collection, documents, rows, row_hash FROM collections WHERE rows > 0 ORDER BY collection',
    )
    .all()
    .map(({ collection, documents, rows, row_hash }) => ({
      name: collection,
      rows: collection === filesCollection ? rows : documents,
      revisions: rows,
      rowHash: Buffer.from(row_hash).toString('hex'),
    }));
}

/** Documents by the numbers of their rows, both ends included. */
export interface RowRange {
  readonly from: bigint;
  readonly through: bigint;
}

/** Every number that a row can have. */
export const allRows: RowRange = { from: -(2n ** 63n), through: 2n ** 63n - 1n };

/**
 * Every row of a tenant's database, its content hashed anew and never taken from beside it. Files come with the range
 * that begins with the first number.
 */
export function* rowsReadAnew(reading: Reading, { from, through }: RowRange = allRows): Generator<HashedRow> {
  const documents = reading.sql<{
    collection: string;
    id: string;
    revision: number;
    state: RowState;
    content: Uint8Array;
  }>(`SELECT collection, id, revision, state, CAST(content AS BLOB) AS content FROM documents NOT INDEXED
    WHERE rowid BETWEEN ? AND ?`);
  for (const { collection, id, revision, state, content } of documents.iterate(from, through)) {
    const contentHash = hash('sha256', content, 'buffer');
    release(content);
    yield { collection, id, revision, state, contentHash };
  }
  if (from !== allRows.from) return;
  for (const { id, sha256 } of fileEntries(reading)) {
    yield { collection: filesCollection, id, revision: 1, state: rowState.live, contentHash: sha256 };
  }
}

export interface FileEntry {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: Uint8Array;
}

export function fileEntries(reading: Reading): IterableIterator<FileEntry> {
  return reading.sql<FileEntry>('SELECT id, name, size, sha256 FROM files ORDER BY name').iterate();
}

export interface LiveRow {
  readonly collection: string;
  readonly id: string;
  readonly hash: Uint8Array;
}

/** Live documents and files by collection and id (both ASCII, so that SQLite and JavaScript sort them alike). */
export function* liveRows(reading: Reading): Generator<LiveRow> {
  yield* reading
    .sql<LiveRow>(`SELECT '${filesCollection}' AS collection, id, sha256 AS hash FROM files ORDER BY id`)
    .iterate();
  yield* reading
    .sql<LiveRow>(
      'SELECT collection, id, content_hash AS hash FROM documents WHERE state = 1 ORDER BY collection, id',
    )
    .iterate();
}

/** Contents on their way in or out of a tenant's folder; emptied at start. Beside `files`, so that a backup never meets them. */
export function incomingFolder(tenantFolder: string): string {
  return join(tenantFolder, 'incoming');
}

/** Where a content lies in a tenant's folder `files`. `sha256` in hex. */
export function contentPath(filesFolder: string, sha256: string): string {
  return join(filesFolder, sha256.slice(0, 2), sha256);
}
