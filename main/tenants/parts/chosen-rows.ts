import { partText, type RestorePart } from '../../../shared/restore-parts.ts';
import { filesCollection } from '../../row-hash/row-hash.ts';
import type { Reading } from '../../storage/store.ts';

export interface ChosenDocument {
  readonly collection: string;
  readonly id: string;
  readonly content: string;
  readonly content_hash: Uint8Array;
  /** UTF-8 bytes of the content. */
  readonly bytes: number;
}

export interface ChosenFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: Uint8Array;
  readonly created_at: number;
}

/** The live documents that parts name, in a database that is restored from. */
export function* chosenDocuments(then: Reading, parts: readonly RestorePart[]): Generator<ChosenDocument> {
  for (const { collection, id } of parts) {
    if (collection === filesCollection) continue;
    yield* then
      .sql<ChosenDocument>(
        `SELECT collection, id, content, content_hash, octet_length(content) AS bytes FROM documents
         WHERE collection = @collection AND state = 1 ${id === null ? '' : 'AND id = @id'} ORDER BY id`,
      )
      .iterate(id === null ? { collection } : { collection, id });
  }
}

/** The files that parts name, in a database that is restored from. */
export function* chosenFiles(then: Reading, parts: readonly RestorePart[]): Generator<ChosenFile> {
  for (const { collection, id: name } of parts) {
    if (collection !== filesCollection) continue;
    yield* then
      .sql<ChosenFile>(
        `SELECT id, name, size, sha256, created_at FROM files ${name === null ? '' : 'WHERE name = @name'} ORDER BY name`,
      )
      .iterate(...(name === null ? [] : ([{ name }] as const)));
  }
}

/** Parts of which nothing was there then, as they were named. */
export function missingParts(then: Reading, parts: readonly RestorePart[]): string[] {
  return parts
    .filter((part) => isEmpty(chosenDocuments(then, [part])) && isEmpty(chosenFiles(then, [part])))
    .map(partText);
}

/** Ends the reading, so that its statement is free again. */
function isEmpty(rows: Iterable<unknown>): boolean {
  for (const _ of rows) return false;
  return true;
}

/** How a document stands now beside one of then. */
export function standOf(now: Reading, { collection, id, content_hash }: ChosenDocument) {
  const live = now
    .sql<{ content_hash: Uint8Array }>(
      'SELECT content_hash FROM documents WHERE collection = ? AND id = ? AND state = 1',
    )
    .get(collection, id);
  if (live === undefined) return 'added';
  return Buffer.compare(live.content_hash, content_hash) === 0 ? 'unchanged' : 'changed';
}

/** How a file of that name stands now; `taken`: by another content, and files never change. */
export function fileStandOf(now: Reading, { name, sha256 }: ChosenFile) {
  const live = now.sql<{ sha256: Uint8Array }>('SELECT sha256 FROM files WHERE name = ?').get(name);
  if (live === undefined) return 'added';
  return Buffer.compare(live.sha256, sha256) === 0 ? 'unchanged' : 'taken';
}
