import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { TenantFile } from '../../../shared/contract/tenants.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { Operation } from '../../operations/operation.ts';
import { filesCollection, rowState } from '../../row-hash/row-hash.ts';
import { incomingFolder } from '../../row-hash/tenant-rows.ts';
import { ConstraintError } from '../../storage/sqlite-errors.ts';
import type { Reading } from '../../storage/store.ts';
import { CollectionTallies } from '../data/document-writer.ts';
import { requireStorage, withinStorage } from '../data/storage-counter.ts';
import type { TenantDatabase } from '../data/tenant-databases.ts';
import type { AddedContent, AddFileInput } from './add-file-worker.ts';
import { contentPath } from './content-path.ts';
import type { GetFileInput } from './get-file-worker.ts';

interface FileRow {
  readonly id: Uuid;
  readonly name: string;
  readonly size: number;
  readonly sha256: Uint8Array;
  readonly created_at: number;
}

/** An entry never changes. */
const revision = 1;

/** Copies a file in, then writes its entry. Errors: CONFLICT (name taken), QUOTA_EXCEEDED, VALIDATION, IO. */
export async function addFile(
  database: TenantDatabase,
  ids: Ids,
  { path, name }: { path: string; name: string },
  { operation, progress }: JobContext,
): Promise<TenantFile> {
  const { store, folder } = database;
  if (store.sql('SELECT 1 FROM files WHERE name = ?').get(name) !== undefined) throw nameTaken(name);
  requireStorage(store, (await stat(path)).size);
  for (;;) {
    const content = await callWorker<AddFileInput, AddedContent>({
      module: siblingModule(import.meta.url, 'add-file-worker'),
      input: { source: path, tenantFolder: folder },
      signal: operation.signal,
      progress,
    });
    try {
      const file = await addEntry(database, { id: ids.uuid(), name }, content, operation);
      if (file !== undefined) return file;
    } catch (error) {
      // the first error is the one to tell; the next full backup finds what is left as well
      await listUnnamed(store, content).catch(() => undefined);
      throw error;
    }
  }
}

/** Undefined where the content is gone again: an equal one was deleted before, and its removal came between. */
async function addEntry(
  database: TenantDatabase,
  { id, name }: { readonly id: Uuid; readonly name: string },
  { size, sha256 }: AddedContent,
  operation: Operation,
): Promise<TenantFile | undefined> {
  const hash = Buffer.from(sha256, 'hex');
  return await database.write((transaction) => {
    if (!existsSync(contentPath(database.folder, sha256))) return undefined;
    withinStorage(transaction, size, () => {
      try {
        transaction
          .sql('INSERT INTO files (id, name, size, sha256, created_at) VALUES (?, ?, ?, ?, ?)')
          .run(id, name, size, hash, transaction.commit.time);
      } catch (error) {
        if (error instanceof ConstraintError && error.message.includes('files.name')) throw nameTaken(name);
        throw error;
      }
    });
    const tallies = new CollectionTallies(transaction, database.rowHashPrefix);
    tallies.add(filesCollection, id, revision, rowState.live, hash);
    tallies.finish();
    operation.record(transaction, {
      tenantId: database.tenantId,
      resource: { kind: 'file', id },
      after: { name, size, sha256 },
      facts: { size },
    });
    return toTenantFile(requireFile(transaction, id));
  });
}

/** Of a content that never got its entry: it goes with those whose entries were deleted, and into no backup. */
async function listUnnamed(store: TenantDatabase['store'], { size, sha256 }: AddedContent): Promise<void> {
  await store.write((transaction) =>
    transaction
      .sql('INSERT INTO removed_contents (sha256, size, seq) VALUES (?, ?, 0) ON CONFLICT DO NOTHING')
      .run(Buffer.from(sha256, 'hex'), size),
  );
}

/** Entries by name, those that begin with `prefix`. */
export function listFiles(
  database: Reading,
  { limit, cursor, prefix }: { limit: number; cursor?: string | undefined; prefix?: string | undefined },
): Page<TenantFile> {
  const filter = { prefix };
  const [after] = decodeCursor(cursor, filter, z.tuple([z.string()])) ?? [''];
  const rows = database
    .sql<FileRow>(
      `SELECT * FROM files
       WHERE name > @after AND name >= @prefix AND name < @prefix || char(0x10ffff)
       ORDER BY name LIMIT @limit`,
    )
    .all({ after, prefix: prefix ?? '', limit: limit + 1 });
  return pageOf(rows, limit, filter, toTenantFile, (row) => [row.name]);
}

/** Writes an entry's content to a file that is not there yet. Errors: NOT_FOUND, CONFLICT, INTEGRITY, IO. */
export async function getFile(
  { store, folder }: TenantDatabase,
  { fileId, path }: { fileId: Uuid; path: string },
  { operation, progress }: JobContext,
): Promise<{ size: number; sha256: string }> {
  const { size, sha256 } = toTenantFile(requireFile(store, fileId));
  return await callWorker<GetFileInput, { size: number; sha256: string }>({
    module: siblingModule(import.meta.url, 'get-file-worker'),
    input: { tenantFolder: folder, sha256, size, destination: path },
    signal: operation.signal,
    progress,
  });
}

/** Removes the entry; the content goes once no commit needs it that no backup has yet (`removeContents`). Throws NOT_FOUND. */
export async function deleteFile(
  database: TenantDatabase,
  fileId: Uuid,
  operation: Operation,
): Promise<{ id: Uuid }> {
  return await database.write((transaction) => {
    const row = requireFile(transaction, fileId);
    transaction.sql('DELETE FROM files WHERE id = ?').run(fileId);
    const tallies = new CollectionTallies(transaction, database.rowHashPrefix);
    tallies.subtract(filesCollection, fileId, revision, rowState.live, row.sha256);
    tallies.finish();
    const { name, size, sha256 } = toTenantFile(row);
    operation.record(transaction, {
      tenantId: database.tenantId,
      resource: { kind: 'file', id: fileId },
      before: { name, size, sha256 },
      facts: { size },
    });
    return { id: fileId };
  });
}

/** Removes what interrupted copies left; at start. */
export async function sweepIncoming(tenantFolder: string): Promise<void> {
  await rm(incomingFolder(tenantFolder), { recursive: true, force: true });
}

function requireFile(database: Reading, id: Uuid): FileRow {
  const row = database.sql<FileRow>('SELECT * FROM files WHERE id = ?').get(id);
  if (row !== undefined) return row;
  throw new HoldfastError('NOT_FOUND', 'The tenant has no such file.', { kind: 'file', id });
}

function toTenantFile({ id, name, size, sha256, created_at }: FileRow): TenantFile {
  return { id, name, size, sha256: Buffer.from(sha256).toString('hex'), createdAt: toRfc3339(created_at) };
}

function nameTaken(name: string): HoldfastError {
  return new HoldfastError('CONFLICT', `The tenant has a file "${name}" already: delete it first.`, {
    reason: 'name-taken',
    name,
  });
}
