import { partText, type RestorePart } from '../../shared/restore-parts.ts';
import type { Reading } from '../storage/store.ts';
import { filesCollection } from './row-hash.ts';

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

/** What is said of a part of which nothing was there then. */
export function notThere(part: string): string {
  return `There was no ${part} at that time. Choose another time, or leave it out.`;
}

/**
 * The files that chosen documents refer to, beside those that the parts name: a text anywhere in a document that is a
 * file's name or its id.
 */
export function referredFiles(then: Reading, parts: readonly RestorePart[]): ChosenFile[] {
  const everyFile = { collection: filesCollection, id: null };
  const named = new Set([...chosenFiles(then, parts)].map(({ id }) => id));
  const others = [...chosenFiles(then, [everyFile])].filter(({ id }) => !named.has(id));
  if (others.length === 0) return [];
  const byReference = new Map(
    others.flatMap((file) => [[file.name, file] as const, [file.id, file] as const]),
  );
  const referred = new Set<ChosenFile>();
  for (const { content } of chosenDocuments(then, parts)) {
    JSON.parse(content, (_key, value: unknown) => {
      const file = typeof value === 'string' ? byReference.get(value) : undefined;
      if (file !== undefined) referred.add(file);
      return value;
    });
  }
  return others.filter((file) => referred.has(file));
}

/** Ends the reading, so that its statement is free again. */
function isEmpty(rows: Iterable<unknown>): boolean {
  for (const _ of rows) return false;
  return true;
}
