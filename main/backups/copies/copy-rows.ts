import type { Uuid } from '../../../shared/ids.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import type { RepositoryId } from '../targets/target.ts';

/** What a target holds of an owner. */
export interface CopyRow {
  readonly owner: RepositoryId;
  /** Time of the newest snapshot that was copied there. */
  readonly newest: number | null;
  readonly snapshots: number;
  /** When it was last brought up to date. */
  readonly updatedAt: number | null;
  /** The next synchronisation removes it, by choice. */
  readonly isUnwanted: boolean;
  /** Since when backups are written to it that the first target lacks; null: it has none. */
  readonly standsInSince: number | null;
}

/** How the copy of an owner was last verified. */
export interface CopyVerified {
  readonly at: number;
  readonly level: number;
  readonly problems: number;
}

/** The turn in which a copy is written to. */
export const copyTurn = (targetId: Uuid, owner: RepositoryId) => `copy:${targetId}:${owner}`;

export function copiesOn(reading: Reading, id: Uuid): readonly CopyRow[] {
  return reading
    .sql<Omit<CopyRow, 'isUnwanted'> & { unwanted: number }>(
      `SELECT owner, newest, snapshots, updated_at AS updatedAt, unwanted, stands_in_since AS standsInSince
       FROM backup_copies WHERE target_id = ? AND gone = 0`,
    )
    .all(id)
    .map(({ unwanted, ...row }) => ({ ...row, isUnwanted: unwanted === 1 }));
}

/** What a target holds of one owner. */
export function copyOn(reading: Reading, id: Uuid, owner: RepositoryId): CopyRow | undefined {
  return copiesOn(reading, id).find((copy) => copy.owner === owner);
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

/** The copy was brought up to date, at `updatedAt`: it is wanted. */
export function putCopy(
  transaction: Transaction,
  id: Uuid,
  copy: Pick<CopyRow, 'owner' | 'newest' | 'snapshots' | 'updatedAt'>,
): void {
  transaction
    .sql(
      `UPDATE backup_copies SET newest = $newest, snapshots = $snapshots, updated_at = $updatedAt, unwanted = 0
       WHERE target_id = $id AND owner = $owner`,
    )
    .run({ id, ...copy });
}

/** Whether the next synchronisation is to remove the copy of an owner who is still there. */
export function setUnwanted(
  transaction: Transaction,
  id: Uuid,
  owner: RepositoryId,
  isUnwanted: boolean,
): void {
  transaction
    .sql('UPDATE backup_copies SET unwanted = ? WHERE target_id = ? AND owner = ?')
    .run(isUnwanted ? 1 : 0, id, owner);
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
