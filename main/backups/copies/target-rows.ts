import type { ErrorCode } from '../../../shared/errors.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type RemotePlace, remotePlace } from '../../../shared/target-place.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { type Kept, keptTogether } from '../container/repository-files.ts';
import type { RepositoryId } from '../targets/target.ts';

/** A further target. Times are epoch milliseconds. */
export interface TargetRow {
  readonly id: Uuid;
  readonly name: string;
  /** As people write it. */
  readonly address: string;
  readonly place: TargetPlace;
  readonly bytesPerSecond: number | null;
  readonly addedAt: number;
  readonly addedBy: Uuid | null;
  readonly syncedAt: number | null;
  readonly syncedBytes: number;
  readonly syncError: ErrorCode | null;
  /** What the place keeps of files that were removed. */
  readonly kept: Kept | undefined;
}

/** Where a further target lies; a folder by its true path. */
export type TargetPlace = { readonly kind: 'folder'; readonly path: string } | RemotePlace;

interface StoredRow extends Omit<TargetRow, 'place' | 'kept'> {
  readonly place: string | null;
  readonly keptFiles: number;
  readonly keptUntil: number | null;
}

/** What a target holds of an owner. */
export interface CopyRow {
  readonly owner: RepositoryId;
  /** Time of the newest snapshot there. */
  readonly newest: number | null;
  readonly snapshots: number;
}

const columns = `id, name, path AS address, place, bytes_per_second AS bytesPerSecond, added_at AS addedAt,
  added_by AS addedBy, synced_at AS syncedAt, synced_bytes AS syncedBytes, sync_error AS syncError,
  kept_files AS keptFiles, kept_until AS keptUntil`;

/** How the copy of an owner was last verified. */
export interface CopyVerified {
  readonly at: number;
  readonly level: number;
  readonly problems: number;
}

/** By name. */
export function readTargets(reading: Reading): readonly TargetRow[] {
  return reading.sql<StoredRow>(`SELECT ${columns} FROM backup_targets ORDER BY name`).all().map(toRow);
}

/** Errors: NOT_FOUND. */
export function findTarget(reading: Reading, id: Uuid): TargetRow {
  const row = reading.sql<StoredRow>(`SELECT ${columns} FROM backup_targets WHERE id = ?`).get(id);
  if (row === undefined) {
    throw new HoldfastError('NOT_FOUND', `There is no backup target ${id}.`, { kind: 'backup-target', id });
  }
  return toRow(row);
}

function toRow({ place, keptFiles, keptUntil, ...row }: StoredRow): TargetRow {
  return {
    ...row,
    place: place === null ? { kind: 'folder', path: row.address } : remotePlace.parse(JSON.parse(place)),
    kept: keptFiles === 0 ? undefined : { files: keptFiles, until: keptUntil },
  };
}

export function insertTarget(
  transaction: Transaction,
  row: Pick<TargetRow, 'id' | 'name' | 'address' | 'place' | 'bytesPerSecond' | 'addedAt' | 'addedBy'>,
): void {
  const { id, name, address, place, bytesPerSecond, addedAt, addedBy } = row;
  transaction
    .sql(
      `INSERT INTO backup_targets (id, name, path, place, bytes_per_second, added_at, added_by)
       VALUES ($id, $name, $address, $place, $bytesPerSecond, $addedAt, $addedBy)`,
    )
    .run({ id, name, address, place: placeColumn(place), bytesPerSecond, addedAt, addedBy });
}

export function updateTarget(
  transaction: Transaction,
  { id, name, bytesPerSecond, place }: Pick<TargetRow, 'id' | 'name' | 'bytesPerSecond' | 'place'>,
): void {
  transaction
    .sql(
      'UPDATE backup_targets SET name = $name, bytes_per_second = $bytesPerSecond, place = $place WHERE id = $id',
    )
    .run({ id, name, bytesPerSecond, place: placeColumn(place) });
}

const placeColumn = (place: TargetPlace) => (place.kind === 'folder' ? null : JSON.stringify(place));

/** Adds what the place keeps of removed files to what is known. */
export function addKept(transaction: Transaction, id: Uuid, kept: Kept | undefined): void {
  if (kept === undefined) return;
  const sum = keptTogether([findTarget(transaction, id).kept, kept]);
  transaction
    .sql('UPDATE backup_targets SET kept_files = ?, kept_until = ? WHERE id = ?')
    .run(sum?.files ?? 0, sum?.until ?? null, id);
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
