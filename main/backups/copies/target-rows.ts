import type { ErrorCode } from '../../../shared/errors.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { everybody, type TargetCover, targetCover } from '../../../shared/target-cover.ts';
import { type RemotePlace, remotePlace } from '../../../shared/target-place.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { type Kept, keptTogether } from '../container/repository-files.ts';

/** A further target. Times are epoch milliseconds. */
export interface TargetRow {
  readonly id: Uuid;
  readonly name: string;
  /** As people write it. */
  readonly address: string;
  readonly place: TargetPlace;
  readonly bytesPerSecond: number | null;
  /** Whose copies it is to have. */
  readonly covers: TargetCover;
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

interface StoredRow extends Omit<TargetRow, 'place' | 'kept' | 'covers'> {
  readonly place: string | null;
  readonly covers: string | null;
  readonly keptFiles: number;
  readonly keptUntil: number | null;
}

const columns = `id, name, path AS address, place, bytes_per_second AS bytesPerSecond, covers, added_at AS addedAt,
  added_by AS addedBy, synced_at AS syncedAt, synced_bytes AS syncedBytes, sync_error AS syncError,
  kept_files AS keptFiles, kept_until AS keptUntil`;

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

function toRow({ place, covers, keptFiles, keptUntil, ...row }: StoredRow): TargetRow {
  return {
    ...row,
    covers: covers === null ? everybody : targetCover.parse(JSON.parse(covers)),
    place: place === null ? { kind: 'folder', path: row.address } : remotePlace.parse(JSON.parse(place)),
    kept: keptFiles === 0 ? undefined : { files: keptFiles, until: keptUntil },
  };
}

export function insertTarget(
  transaction: Transaction,
  row: Pick<
    TargetRow,
    'id' | 'name' | 'address' | 'place' | 'bytesPerSecond' | 'covers' | 'addedAt' | 'addedBy'
  >,
): void {
  const { place, covers, ...rest } = row;
  transaction
    .sql(
      `INSERT INTO backup_targets (id, name, path, place, bytes_per_second, covers, added_at, added_by)
       VALUES ($id, $name, $address, $place, $bytesPerSecond, $covers, $addedAt, $addedBy)`,
    )
    .run({ ...rest, place: placeColumn(place), covers: coversColumn(covers) });
}

export function updateTarget(
  transaction: Transaction,
  {
    id,
    name,
    bytesPerSecond,
    place,
    covers,
  }: Pick<TargetRow, 'id' | 'name' | 'bytesPerSecond' | 'place' | 'covers'>,
): void {
  transaction
    .sql(
      `UPDATE backup_targets SET name = $name, bytes_per_second = $bytesPerSecond, place = $place, covers = $covers
       WHERE id = $id`,
    )
    .run({ id, name, bytesPerSecond, place: placeColumn(place), covers: coversColumn(covers) });
}

const placeColumn = (place: TargetPlace) => (place.kind === 'folder' ? null : JSON.stringify(place));
const coversColumn = (covers: TargetCover) => (covers.kind === 'all' ? null : JSON.stringify(covers));

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
