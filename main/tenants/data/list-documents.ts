import { z } from 'zod';
import type { DocumentRevision } from '../../../shared/contract/tenants.ts';
import {
  decodeCursor,
  encodeCursor,
  type Filter,
  type Page,
  type Position,
} from '../../operations/cursor.ts';
import { filesCollection } from '../../row-hash/row-hash.ts';
import type { Reading } from '../../storage/store.ts';
import { type DocumentRow, documentColumns, toDocumentRevision } from './document-row.ts';
import { notFound } from './documents.ts';

/** A page ends early once it holds this much text, so that no answer is huge. */
const maximumPageCharacters = 8 * 1024 * 1024;

export interface ListDocumentsInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly collection: string;
  readonly by: 'key' | 'time';
  readonly fromKey?: string | undefined;
  readonly toKey?: string | undefined;
  readonly fromTime?: string | undefined;
  readonly toTime?: string | undefined;
}

const keyPosition = z.tuple([z.string()]);
const timePosition = z.tuple([z.number(), z.string()]);
const revisionPosition = z.tuple([z.number()]);

/** Live documents, by key or by time of change; from included, to excluded. */
export function listDocuments(
  database: Reading,
  { limit, cursor, ...asked }: ListDocumentsInput,
): Page<DocumentRevision> {
  const filter: Filter = { ...asked };
  const epoch = (text: string | undefined) => (text === undefined ? null : Date.parse(text));
  const range = {
    collection: asked.collection,
    fromKey: asked.fromKey ?? '',
    toKey: asked.toKey ?? null,
    fromTime: epoch(asked.fromTime) ?? 0,
    toTime: epoch(asked.toTime),
  };
  const where = `collection = @collection AND state = 1
    AND id >= @fromKey AND (@toKey IS NULL OR id < @toKey)
    AND updated_at >= @fromTime AND (@toTime IS NULL OR updated_at < @toTime)`;
  if (asked.by === 'key') {
    const [afterId] = decodeCursor(cursor, filter, keyPosition) ?? [''];
    const rows = database
      .sql<DocumentRow>(
        `SELECT ${documentColumns} FROM documents WHERE ${where} AND id > @afterId ORDER BY id LIMIT @limit`,
      )
      .iterate({ ...range, afterId, limit: limit + 1 });
    return collect(rows, limit, filter, (row) => [row.id]);
  }
  const [afterTime, afterId] = decodeCursor(cursor, filter, timePosition) ?? [-1, ''];
  const rows = database
    .sql<DocumentRow>(
      `SELECT ${documentColumns} FROM documents WHERE ${where} AND (updated_at, id) > (@afterTime, @afterId)
       ORDER BY updated_at, id LIMIT @limit`,
    )
    .iterate({ ...range, afterTime, afterId, limit: limit + 1 });
  return collect(rows, limit, filter, (row) => [row.updated_at, row.id]);
}

/** Every kept revision of a document, newest first. Throws NOT_FOUND when there never was one. */
export function documentHistory(
  database: Reading,
  input: { limit: number; cursor?: string | undefined; collection: string; id: string },
): Page<DocumentRevision> {
  const { limit, cursor, collection, id } = input;
  const filter: Filter = { collection, id };
  const [after] = decodeCursor(cursor, filter, revisionPosition) ?? [Number.MAX_SAFE_INTEGER];
  const rows = database
    .sql<DocumentRow>(
      `SELECT ${documentColumns} FROM documents WHERE collection = ? AND id = ? AND revision < ?
       ORDER BY revision DESC LIMIT ?`,
    )
    .iterate(collection, id, after, limit + 1);
  const page = collect(rows, limit, filter, (row) => [row.revision]);
  if (page.items.length === 0 && cursor === undefined) throw notFound({ collection, id });
  return page;
}

/** Collections that hold something, with the number of live documents and of kept revisions. */
export function listCollections(database: Reading): {
  items: { collection: string; documents: number; revisions: number }[];
} {
  const items = database
    .sql<{ collection: string; documents: number; revisions: number }>(
      `SELECT collection, documents, rows AS revisions FROM collections
       WHERE collection <> ? AND rows > 0 ORDER BY collection`,
    )
    .all(filesCollection);
  return { items };
}

function collect(
  rows: Iterable<DocumentRow>,
  limit: number,
  filter: Filter,
  position: (row: DocumentRow) => Position,
): Page<DocumentRevision> {
  const items: DocumentRevision[] = [];
  let characters = 0;
  let last: DocumentRow | undefined;
  for (const row of rows) {
    if (last !== undefined && (items.length === limit || characters >= maximumPageCharacters)) {
      return { items, next: encodeCursor(filter, position(last)) };
    }
    items.push(toDocumentRevision(row));
    characters += row.content.length;
    last = row;
  }
  return { items, next: null };
}
