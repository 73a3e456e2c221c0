import type { ErrorCode } from '../../../shared/errors.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import type { RepositoryId } from '../targets/target.ts';

/** A further target. Times are epoch milliseconds. */
export interface TargetRow {
  readonly id: Uuid;
  readonly name: string;
  readonly path: string;
  readonly bytesPerSecond: number | null;
  readonly addedAt: number;
  readonly addedBy: Uuid | null;
  readonly syncedAt: number | null;
  readonly syncedBytes: number;
  readonly syncError: ErrorCode | null;
}

/** What a target holds of an owner. */
export interface CopyRow {
  readonly owner: RepositoryId;
  /** Time of the newest snapshot there. */
  readonly newest: number | null;
  readonly snapshots: number;
}

/** How the copy of an owner was last verified. */
export interface CopyVerified {
  readonly at: number;
  readonly level: number;
  readonly problems: number;
}

const columns = `id, name, path, bytes_per_second AS bytesPerSecond, added_at AS addedAt, added_by AS addedBy,
  synced_at AS syncedAt, synced_bytes AS syncedBytes, sync_error AS syncError`;

/** By name. */
export function readTargets(reading: Reading): readonly TargetRow[] {
  return reading.sql<TargetRow>(`SELECT ${columns} FROM backup_targets ORDER BY name`).all();
}

/** Errors: NOT_FOUND. */
export function findTarget(reading: Reading, id: Uuid): TargetRow {
  const row = reading.sql<TargetRow>(`SELECT ${columns} FROM backup_targets WHERE id = ?`).get(id);
  if (row === undefined) {
    throw new HoldfastError('NOT_FOUND', `There is no backup target ${id}.`, { kind: 'backup-target', id });
  }
  return row;
}

export function insertTarget(
  transaction: Transaction,
  row: Pick<TargetRow, 'id' | 'name' | 'path' | 'bytesPerSecond' | 'addedAt' | 'addedBy'>,
): void {
  const { id, name, path, bytesPerSecond, addedAt, addedBy } = row;
  transaction
    .sql(
      `INSERT INTO backup_targets (id, name, path, bytes_per_second, added_at, added_by)
       VALUES ($id, $name, $path, $bytesPerSecond, $addedAt, $addedBy)`,
    )
    .run({ id, name, path, bytesPerSecond, addedAt, addedBy });
}

export function deleteTarget(transaction: Transaction, id: Uuid): void {
  transaction.sql('DELETE FROM backup_copies WHERE target_id = ?').run(id);
  transaction.sql('DELETE FROM backup_targets WHERE id = ?').run(id);
}

export function putSync(
  transaction: Transaction,
  id: Uuid,
  sync: { readonly at: number; readonly bytes: number; readonly error: ErrorCode | null },
): void {
  transaction
    .sql(
      `UPDATE backup_targets SET synced_at = $at, synced_bytes = $bytes, sync_error = $error WHERE id = $id`,
    )
    .run({ id, ...sync });
}

export function copiesOn(reading: Reading, id: Uuid): readonly CopyRow[] {
  return reading
    .sql<CopyRow>('SELECT owner, newest, snapshots FROM backup_copies WHERE target_id = ? AND gone = 0')
    .all(id);
}

export function holdsCopy(reading: Reading, id: Uuid, owner: RepositoryId): boolean {
  return (
    reading.sql('SELECT 1 FROM backup_copies WHERE target_id = ? AND owner = ?').get(id, owner) !== undefined
  );
}

export function verifiedOn(reading: Reading, id: Uuid): ReadonlyMap<RepositoryId, CopyVerified> {
  const rows = reading
    .sql<CopyVerified & { owner: RepositoryId }>(
      `SELECT owner, verified_at AS at, verified_level AS level, verified_problems AS problems FROM backup_copies
       WHERE target_id = ? AND gone = 0 AND verified_at IS NOT NULL`,
    )
    .all(id);
  return new Map(rows.map(({ owner, ...verified }) => [owner, verified]));
}

export function putVerified(
  transaction: Transaction,
  id: Uuid,
  owner: RepositoryId,
  verified: CopyVerified,
): void {
  transaction
    .sql(
      `UPDATE backup_copies SET verified_at = $at, verified_level = $level, verified_problems = $problems
       WHERE target_id = $id AND owner = $owner`,
    )
    .run({ id, owner, ...verified });
}

/** Before the first file of an owner goes there, so that a deletion knows of it. */
export function beginCopy(transaction: Transaction, id: Uuid, owner: RepositoryId): void {
  transaction
    .sql('INSERT OR IGNORE INTO backup_copies (target_id, owner, snapshots) VALUES (?, ?, 0)')
    .run(id, owner);
}

export function putCopy(transaction: Transaction, id: Uuid, { owner, newest, snapshots }: CopyRow): void {
  transaction
    .sql(
      `UPDATE backup_copies SET newest = $newest, snapshots = $snapshots
       WHERE target_id = $id AND owner = $owner`,
    )
    .run({ id, owner, newest, snapshots });
}

export function markGone(transaction: Transaction, owner: RepositoryId): void {
  transaction.sql('UPDATE backup_copies SET gone = 1 WHERE owner = ?').run(owner);
}

/** Owners that were deleted, whose copies are still there. */
export function goneFrom(reading: Reading, id: Uuid): readonly RepositoryId[] {
  return reading
    .sql<{ owner: RepositoryId }>('SELECT owner FROM backup_copies WHERE target_id = ? AND gone = 1')
    .all(id)
    .map(({ owner }) => owner);
}

export function deleteCopy(transaction: Transaction, id: Uuid, owner: RepositoryId): void {
  transaction.sql('DELETE FROM backup_copies WHERE target_id = ? AND owner = ?').run(id, owner);
}
