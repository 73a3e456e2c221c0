import type { DocumentRevision } from '../../../shared/contract/tenants.ts';
import { HoldfastError, type JsonValue } from '../../../shared/errors.ts';
import type { Operation } from '../../operations/operation.ts';
import { rowState } from '../../row-hash/row-hash.ts';
import type { Reading } from '../../storage/store.ts';
import { type DocumentRow, documentColumns, toDocumentRevision } from './document-row.ts';
import { requireDocument } from './document-value.ts';
import { DocumentWriter, type NewestRevision } from './document-writer.ts';
import { withinStorage } from './storage-counter.ts';
import type { TenantDatabase } from './tenant-databases.ts';

interface Named {
  readonly collection: string;
  readonly id: string;
}

/**
 * Writes the next revision. `ifRevision` is what the caller saw last, 0 for none or deleted. Errors: CONFLICT (another
 * revision by now), VALIDATION, QUOTA_EXCEEDED.
 */
export async function putDocument(
  database: TenantDatabase,
  { collection, id, value, ifRevision }: Named & { value: JsonValue; ifRevision?: number | undefined },
  operation: Operation,
): Promise<DocumentRevision> {
  const { text, bytes } = requireDocument(id, value);
  return await database.write((transaction) => {
    const writer = new DocumentWriter(transaction, database.rowHashPrefix);
    const newest = writer.newest(collection, id);
    requireRevision({ collection, id }, newest, ifRevision);
    const revision = withinStorage(transaction, bytes, () => writer.put(collection, id, text, newest, null));
    writer.finish();
    recordChange(database, operation, transaction, { collection, id }, newest, revision);
    return toDocumentRevision(requireRow(transaction, { collection, id }, revision));
  });
}

/** Leaves a mark in the place of the live revision. Errors: NOT_FOUND, CONFLICT. */
export async function deleteDocument(
  database: TenantDatabase,
  { collection, id, ifRevision }: Named & { ifRevision?: number | undefined },
  operation: Operation,
): Promise<DocumentRevision> {
  return await database.write((transaction) => {
    const writer = new DocumentWriter(transaction, database.rowHashPrefix);
    const newest = writer.newest(collection, id);
    requireRevision({ collection, id }, newest, ifRevision);
    if (newest?.state !== rowState.live) throw notFound({ collection, id });
    const revision = writer.delete(collection, id, newest);
    writer.finish();
    recordChange(database, operation, transaction, { collection, id }, newest, revision);
    return toDocumentRevision(requireRow(transaction, { collection, id }, revision));
  });
}

/** The live revision, or the one asked for. Throws NOT_FOUND. */
export function getDocument(
  database: Reading,
  { collection, id, revision }: Named & { revision?: number | undefined },
): DocumentRevision {
  return toDocumentRevision(requireRow(database, { collection, id }, revision ?? null));
}

function requireRow(database: Reading, { collection, id }: Named, revision: number | null): DocumentRow {
  const row = database
    .sql<DocumentRow>(
      `SELECT ${documentColumns} FROM documents WHERE collection = ? AND id = ?
       AND ${revision === null ? 'state = 1' : 'revision = ?'}`,
    )
    .get(collection, id, ...(revision === null ? [] : [revision]));
  if (row === undefined) throw notFound({ collection, id });
  return row;
}

function requireRevision(
  { collection, id }: Named,
  newest: NewestRevision | undefined,
  ifRevision: number | undefined,
): void {
  if (ifRevision === undefined) return;
  const current = newest?.state === rowState.live ? newest.revision : 0;
  if (ifRevision === current || ifRevision === newest?.revision) return;
  throw new HoldfastError(
    'CONFLICT',
    `${collection}/${id} is at revision ${current}, not ${ifRevision}: read it again before changing it.`,
    { reason: 'revision', collection, id, revision: current, ifRevision },
  );
}

/** Says which bytes there were and are, never the bytes: those are in the document's own history. */
function recordChange(
  { tenantId }: TenantDatabase,
  operation: Operation,
  transaction: Parameters<Operation['record']>[0],
  { collection, id }: Named,
  before: NewestRevision | undefined,
  revision: number,
): void {
  const after = transaction
    .sql<NewestRevision>(
      'SELECT revision, state, content_hash FROM documents WHERE collection = ? AND id = ? AND revision = ?',
    )
    .get(collection, id, revision);
  operation.record(transaction, {
    tenantId,
    resource: { kind: 'document', id: `${collection}/${id}` },
    ...(before === undefined ? {} : { before: stateOf(before) }),
    ...(after === undefined ? {} : { after: stateOf(after) }),
    facts: { revision },
  });
}

function stateOf({ revision, state, content_hash }: NewestRevision): JsonValue {
  return { revision, state, sha256: Buffer.from(content_hash).toString('hex') };
}

export function notFound({ collection, id }: Named): HoldfastError {
  return new HoldfastError('NOT_FOUND', `There is no document ${collection}/${id}.`, {
    kind: 'document',
    id: `${collection}/${id}`,
  });
}
