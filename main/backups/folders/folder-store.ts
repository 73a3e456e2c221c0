import { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import {
  type FolderSnapshot,
  folderNote,
  type ProtectedFolder,
} from '../../../shared/contract/backups/folders.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import type { FoundFolder } from './find-folders.ts';
import type { FolderFacts } from './folder-facts.ts';
import type { EntryNote } from './notes.ts';

/** A protected folder as control.db has it. Times are epoch milliseconds. */
export interface FolderRow {
  readonly id: Uuid;
  readonly tenantId: Uuid;
  readonly path: string;
  readonly excludes: readonly string[];
  readonly createdAt: number;
}

/** What the catalogue keeps of a folder snapshot. */
export interface FolderSnapshotRow extends FolderFacts {
  readonly id: string;
  readonly tenantId: Uuid;
  readonly repository: string;
  /** The further target that alone has it; null: the first has it. */
  readonly targetId: Uuid | null;
  readonly bytesAdded: number;
  readonly durationMs: number;
  readonly warnings: number;
  readonly notes: readonly EntryNote[];
}

interface StoredFolder {
  readonly id: Uuid;
  readonly tenant_id: Uuid;
  readonly path: string;
  readonly excludes: string;
  readonly created_at: number;
}

interface StoredSnapshot {
  readonly id: string;
  readonly tenant_id: Uuid;
  readonly folder_id: Uuid;
  readonly path: string;
  readonly time: number;
  readonly repository: string;
  readonly bytes_added: number;
  readonly duration_ms: number;
  readonly files: number;
  readonly bytes: number;
  readonly databases: number | null;
  readonly warnings: number;
  readonly notes: string;
  readonly verified_level: 0 | 1 | 2 | 3 | 4 | null;
  readonly verified_at: number | null;
}

const storedExcludes = z.array(z.string());
const storedNotes = z.array(folderNote);

export function addFolder(transaction: Transaction, folder: FolderRow): void {
  transaction
    .sql('INSERT INTO protected_folders (id, tenant_id, path, excludes, created_at) VALUES (?, ?, ?, ?, ?)')
    .run(folder.id, folder.tenantId, folder.path, JSON.stringify(folder.excludes), folder.createdAt);
}

export function setExcludes(transaction: Transaction, id: Uuid, excludes: readonly string[]): void {
  transaction.sql('UPDATE protected_folders SET excludes = ? WHERE id = ?').run(JSON.stringify(excludes), id);
}

export function removeFolder(transaction: Transaction, id: Uuid): void {
  transaction.sql('DELETE FROM protected_folders WHERE id = ?').run(id);
}

/** Removes a tenant's folders and what the catalogue says of their snapshots. */
export function removeFoldersOf(transaction: Transaction, tenantId: Uuid): void {
  transaction.sql('DELETE FROM protected_folders WHERE tenant_id = ?').run(tenantId);
  transaction.sql('DELETE FROM folder_snapshots WHERE tenant_id = ?').run(tenantId);
}

export function isProtected(reading: Reading, id: Uuid): boolean {
  return reading.sql('SELECT 1 FROM protected_folders WHERE id = ?').get(id) !== undefined;
}

/** Errors: NOT_FOUND. */
export function findFolder(reading: Reading, id: Uuid): FolderRow {
  const row = reading.sql<StoredFolder>('SELECT * FROM protected_folders WHERE id = ?').get(id);
  if (row === undefined) {
    throw new HoldfastError('NOT_FOUND', `There is no protected folder ${id}.`, { kind: 'folder', id });
  }
  return toFolder(row);
}

/** A tenant's folders, the first protected first. */
export function foldersOf(reading: Reading, tenantId: Uuid): FolderRow[] {
  return reading
    .sql<StoredFolder>('SELECT * FROM protected_folders WHERE tenant_id = ? ORDER BY id')
    .all(tenantId)
    .map(toFolder);
}

interface Asked {
  readonly tenantId: Uuid | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** A page of the folders with their newest snapshots. Errors: VALIDATION (cursor). */
export function pageOfFolders(reading: Reading, asked: Asked): Page<ProtectedFolder> {
  const filter = { tenantId: asked.tenantId };
  const after = decodeCursor(asked.cursor, filter, z.tuple([z.string()]));
  const rows = reading
    .sql<StoredFolder>(
      'SELECT * FROM protected_folders WHERE (? IS NULL OR tenant_id = ?) AND id > ? ORDER BY id LIMIT ?',
    )
    .all(asked.tenantId ?? null, asked.tenantId ?? null, after?.[0] ?? '', asked.limit + 1);
  return pageOf(
    rows,
    asked.limit,
    filter,
    (row) => shownFolder(reading, toFolder(row)),
    ({ id }) => [id],
  );
}

/** A folder as the contract tells it. */
export function shownFolder(reading: Reading, folder: FolderRow): ProtectedFolder {
  const newest = newestOf(reading, folder.id);
  const { id, tenantId, path, excludes, createdAt } = folder;
  return {
    id,
    tenantId,
    path,
    excludes: [...excludes],
    createdAt: toRfc3339(createdAt),
    lastBackup: newest === undefined ? null : toFolderSnapshot(newest),
  };
}

/** Adds a snapshot; one that is there already stays as it is. */
export function addFolderSnapshot(transaction: Transaction, row: FolderSnapshotRow): void {
  transaction
    .sql(
      `INSERT INTO folder_snapshots (id, tenant_id, folder_id, path, time, repository, target_id, bytes_added, duration_ms,
         files, bytes, databases, warnings, notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    )
    .run(
      row.id,
      row.tenantId,
      row.folderId,
      row.path,
      row.time,
      row.repository,
      row.targetId,
      row.bytesAdded,
      row.durationMs,
      row.files,
      row.bytes,
      row.databases,
      row.warnings,
      JSON.stringify(row.notes),
    );
}

/** Makes the catalogue say which folder snapshots the tenants' repositories really hold. */
export function replaceFolderSnapshots(
  transaction: Transaction,
  found: readonly {
    readonly owner: Uuid | null;
    readonly repository: string;
    readonly folders: readonly FoundFolder[];
  }[],
): void {
  const there = new Set(found.flatMap(({ folders }) => folders.map(({ id }) => id)));
  const remove = transaction.sql('DELETE FROM folder_snapshots WHERE id = ?');
  for (const { id } of transaction.sql<{ id: string }>('SELECT id FROM folder_snapshots').all()) {
    if (!there.has(id)) remove.run(id);
  }
  const place = transaction.sql(
    'UPDATE folder_snapshots SET repository = ?, target_id = NULL WHERE tenant_id = ?',
  );
  for (const { owner: tenantId, repository, folders } of found) {
    if (tenantId === null) continue;
    place.run(repository, tenantId);
    addFoundSnapshots(transaction, { tenantId, repository }, folders);
  }
}

/** Adds what was found in a tenant's repository and the catalogue may not list. */
export function addFoundSnapshots(
  transaction: Transaction,
  of: { readonly tenantId: Uuid; readonly repository: string; readonly targetId?: Uuid | null },
  found: readonly FoundFolder[],
): void {
  for (const facts of found) {
    addFolderSnapshot(transaction, {
      ...facts,
      targetId: null,
      ...of,
      bytesAdded: 0,
      durationMs: 0,
      warnings: 0,
      notes: [],
    });
  }
}

/** The newest snapshot of a folder: what the next one goes on from. */
export function newestSnapshotOf(
  reading: Reading,
  folderId: Uuid,
): { readonly id: string; readonly path: string } | undefined {
  return newestOf(reading, folderId);
}

export function removeFolderSnapshot(transaction: Transaction, id: string): void {
  transaction.sql('DELETE FROM folder_snapshots WHERE id = ?').run(id);
}

/** Ids of a tenant's folder snapshots; of those that were done at `until` (epoch milliseconds), where that is given. */
export function folderSnapshotIds(reading: Reading, tenantId: Uuid, until: number | null = null): string[] {
  const rows = reading.sql<{ id: string }>(
    'SELECT id FROM folder_snapshots WHERE tenant_id = ? AND (? IS NULL OR time + duration_ms <= ?) ORDER BY id',
  );
  return rows.all(tenantId, until, until).map(({ id }) => id);
}

/** Ids of a tenant's folder snapshots that the first target has. */
export function folderIdsOnFirst(reading: Reading, tenantId: Uuid): string[] {
  return reading
    .sql<{ id: string }>(
      'SELECT id FROM folder_snapshots WHERE tenant_id = ? AND target_id IS NULL ORDER BY id',
    )
    .all(tenantId)
    .map(({ id }) => id);
}

/** Databases that a tenant's folder snapshots hold as plain files only. */
export function tornDatabases(reading: Reading, tenantId: Uuid): Map<string, string[]> {
  const rows = reading.sql<{ id: string; notes: string }>(
    'SELECT id, notes FROM folder_snapshots WHERE tenant_id = ? AND warnings > 0',
  );
  return new Map(
    rows.all(tenantId).map(({ id, notes }) => [
      id,
      storedNotes
        .parse(JSON.parse(notes))
        .filter(({ problem }) => problem === 'database-as-file')
        .map(({ path }) => path),
    ]),
  );
}

/** Records the last level a snapshot passed, or with null that it passed none. `time`: epoch milliseconds. */
export function setFolderVerified(
  transaction: Transaction,
  id: string,
  verified: { readonly level: number; readonly time: number } | null,
): void {
  transaction
    .sql('UPDATE folder_snapshots SET verified_level = ?, verified_at = ? WHERE id = ?')
    .run(verified?.level ?? null, verified?.time ?? null, id);
}

/** A page of the snapshots of a tenant's folders or of one, newest first. Errors: VALIDATION (cursor). */
export function pageOfFolderSnapshots(
  reading: Reading,
  asked: Asked & { readonly folderId: Uuid | undefined },
): Page<FolderSnapshot> {
  const filter = { tenantId: asked.tenantId, folderId: asked.folderId };
  const after = decodeCursor(asked.cursor, filter, z.tuple([z.number(), z.string()]));
  const rows = reading
    .sql<StoredSnapshot>(
      `SELECT * FROM folder_snapshots WHERE (? IS NULL OR tenant_id = ?) AND (? IS NULL OR folder_id = ?)
         AND (? IS NULL OR (time, id) < (?, ?)) ORDER BY time DESC, id DESC LIMIT ?`,
    )
    .all(
      asked.tenantId ?? null,
      asked.tenantId ?? null,
      asked.folderId ?? null,
      asked.folderId ?? null,
      after?.[0] ?? null,
      after?.[0] ?? 0,
      after?.[1] ?? '',
      asked.limit + 1,
    );
  return pageOf(rows, asked.limit, filter, toFolderSnapshot, ({ time, id }) => [time, id]);
}

export interface FoundFolderSnapshot {
  readonly tenantId: Uuid;
  readonly shown: FolderSnapshot;
  readonly notes: EntryNote[];
}

/**
 * The one folder snapshot whose id begins with `prefix`, of one tenant where that is named; undefined where there is
 * none. Errors: CONFLICT (several).
 */
export function findFolderSnapshot(
  reading: Reading,
  prefix: string,
  tenantId?: Uuid,
): FoundFolderSnapshot | undefined {
  const rows = reading
    .sql<StoredSnapshot>(
      `SELECT * FROM folder_snapshots WHERE id >= ? AND id < ? AND (? IS NULL OR tenant_id = ?)
       ORDER BY id LIMIT 2`,
    )
    .all(prefix, `${prefix}~`, tenantId ?? null, tenantId ?? null);
  if (rows.length > 1) {
    throw new HoldfastError('CONFLICT', `Several snapshots begin with ${prefix}; give more of the id.`, {
      reason: 'ambiguous-snapshot',
    });
  }
  const [row] = rows;
  return (
    row && {
      tenantId: row.tenant_id,
      shown: toFolderSnapshot(row),
      notes: storedNotes.parse(JSON.parse(row.notes)),
    }
  );
}

function newestOf(reading: Reading, folderId: Uuid): StoredSnapshot | undefined {
  return reading
    .sql<StoredSnapshot>(
      'SELECT * FROM folder_snapshots WHERE folder_id = ? ORDER BY time DESC, id DESC LIMIT 1',
    )
    .get(folderId);
}

function toFolder(row: StoredFolder): FolderRow {
  const { id, tenant_id: tenantId, path, excludes, created_at: createdAt } = row;
  return { id, tenantId, path, excludes: storedExcludes.parse(JSON.parse(excludes)), createdAt };
}

function toFolderSnapshot(row: StoredSnapshot): FolderSnapshot {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    folderId: row.folder_id,
    path: row.path,
    time: toRfc3339(row.time),
    repository: row.repository,
    bytesAdded: row.bytes_added,
    durationMs: row.duration_ms,
    files: row.files,
    bytes: row.bytes,
    databases: row.databases,
    warnings: row.warnings,
    verified:
      row.verified_level === null || row.verified_at === null
        ? null
        : { level: row.verified_level, time: toRfc3339(row.verified_at) },
  };
}
