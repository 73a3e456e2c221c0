import type { Uuid } from '../../../shared/ids.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import type { OwnerId } from '../owner.ts';
import { type RepositoryId, repositoryIdOf } from '../targets/target.ts';

/** A further target that has backups of an owner which the first one lacks; `since` in epoch milliseconds. */
export interface StandIn {
  readonly targetId: Uuid;
  readonly owner: RepositoryId;
  readonly since: number;
}

/** Those of one owner, or of all: copies that say so, and those that alone have a snapshot whatever they say. */
export function standIns(reading: Reading, owner?: RepositoryId): readonly StandIn[] {
  return reading
    .sql<StandIn>(
      `SELECT targetId, owner, min(since) AS since FROM (
         SELECT target_id AS targetId, owner, stands_in_since AS since FROM backup_copies
         WHERE stands_in_since IS NOT NULL AND gone = 0
         UNION ALL SELECT target_id, coalesce(tenant_id, 'installation'), time FROM snapshots
         WHERE target_id IS NOT NULL
         UNION ALL SELECT target_id, tenant_id, time FROM folder_snapshots WHERE target_id IS NOT NULL)
       WHERE (? IS NULL OR owner = ?) GROUP BY targetId, owner ORDER BY since`,
    )
    .all(owner ?? null, owner ?? null);
}

/** Before the first byte goes there, so that nothing that is written is taken for superfluous. Answers since when it stands in. */
export function beginStandIn(
  transaction: Transaction,
  targetId: Uuid,
  owner: RepositoryId,
  now: number,
): number {
  transaction
    .sql(
      `UPDATE backup_copies SET stands_in_since = coalesce(stands_in_since, ?)
       WHERE target_id = ? AND owner = ?`,
    )
    .run(now, targetId, owner);
  return standIns(transaction, owner).find((each) => each.targetId === targetId)?.since ?? now;
}

function endStandIn(transaction: Transaction, targetId: Uuid, owner: RepositoryId): void {
  transaction
    .sql('UPDATE backup_copies SET stands_in_since = NULL WHERE target_id = ? AND owner = ?')
    .run(targetId, owner);
}

const tables = ['snapshots', 'folder_snapshots'] as const;

/** The further target that alone has a snapshot, of a folder too; null: the first target has it. */
export function liesOn(reading: Reading, snapshotId: string): Uuid | null {
  for (const table of tables) {
    const row = reading
      .sql<{ targetId: Uuid }>(
        `SELECT target_id AS targetId FROM ${table} WHERE id = ? AND target_id IS NOT NULL`,
      )
      .get(snapshotId);
    if (row !== undefined) return row.targetId;
  }
  return null;
}

export interface OnlyThere {
  readonly id: string;
  readonly targetId: Uuid;
  readonly tenantId: OwnerId;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly isFolder: boolean;
}

/** Snapshots that the first target lacks, folders' too: of one owner, or of all. */
export function notOnFirst(reading: Reading, owner?: OwnerId): readonly OnlyThere[] {
  return tables.flatMap((table) =>
    reading
      .sql<Omit<OnlyThere, 'isFolder'>>(
        `SELECT id, target_id AS targetId, tenant_id AS tenantId, time FROM ${table}
         WHERE target_id IS NOT NULL AND (? = 0 OR tenant_id IS ?)`,
      )
      .all(owner === undefined ? 0 : 1, owner ?? null)
      .map((row) => ({ ...row, isFolder: table === 'folder_snapshots' })),
  );
}

export type OnFirst = Omit<OnlyThere, 'targetId'>;

/** Snapshots of an owner that the first target is said to have, folders' too. */
export function onFirst(reading: Reading, owner: OwnerId): readonly OnFirst[] {
  return tables.flatMap((table) =>
    reading
      .sql<Omit<OnFirst, 'isFolder'>>(
        `SELECT id, tenant_id AS tenantId, time FROM ${table} WHERE target_id IS NULL AND tenant_id IS ?`,
      )
      .all(owner)
      .map((row) => ({ ...row, isFolder: table === 'folder_snapshots' })),
  );
}

/** That target alone has it now. */
export function onlyOn(transaction: Transaction, snapshotId: string, targetId: Uuid): void {
  for (const table of tables)
    transaction.sql(`UPDATE ${table} SET target_id = ? WHERE id = ?`).run(targetId, snapshotId);
}

/**
 * These of the snapshots that a target alone had of an owner are on the first target from `now` on, as `repository`. Answers which
 * ones are not; with none left it stands in no more.
 */
export function noteOnFirst(
  transaction: Transaction,
  targetId: Uuid,
  owner: OwnerId,
  {
    repository,
    there,
    now,
  }: { readonly repository: string; readonly there: readonly string[]; readonly now: number },
): readonly OnlyThere[] {
  for (const table of tables) {
    const update = transaction.sql(
      `UPDATE ${table} SET target_id = NULL, returned_from = target_id, returned_at = ?, repository = ?
       WHERE id = ? AND target_id = ? AND tenant_id IS ?`,
    );
    for (const id of there) update.run(now, repository, id, targetId, owner);
  }
  const left = notOnFirst(transaction, owner).filter((each) => each.targetId === targetId);
  if (left.length === 0) endStandIn(transaction, targetId, repositoryIdOf(owner));
  return left;
}

/** Snapshots that came to the first target since then (epoch ms) from another target than this one: a copy on it lacks them. */
export function returnedSince(
  reading: Reading,
  owner: OwnerId,
  { targetId, since }: { readonly targetId: Uuid; readonly since: number },
): ReadonlySet<string> {
  const ids = tables.flatMap((table) =>
    reading
      .sql<{ id: string }>(
        `SELECT id FROM ${table} WHERE tenant_id IS ? AND returned_at >= ? AND returned_from <> ?`,
      )
      .all(owner, since, targetId),
  );
  return new Set(ids.map(({ id }) => id));
}

/** When each owner's newest snapshot on the first target was made, of those who have newer ones elsewhere; null: it has none. */
export function newestOnFirst(reading: Reading): ReadonlyMap<RepositoryId, number | null> {
  const owners = new Set(
    notOnFirst(reading)
      .filter(({ isFolder }) => !isFolder)
      .map(({ tenantId }) => tenantId),
  );
  const newest = reading.sql<{ time: number | null }>(
    'SELECT max(time) AS time FROM snapshots WHERE tenant_id IS ? AND target_id IS NULL AND safety = 0',
  );
  return new Map([...owners].map((owner) => [repositoryIdOf(owner), newest.get(owner)?.time ?? null]));
}
