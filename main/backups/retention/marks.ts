import { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { RemovalMark } from '../../../shared/contract/backups/retention.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import type { RepositoryId } from '../targets/target.ts';
import { askedToGo, askNoMore } from './asked.ts';
import { subjectNamed } from './subject.ts';

/** A snapshot that waits for its removal. */
export interface Mark {
  readonly snapshotId: string;
  readonly owner: RepositoryId;
  /** Epoch milliseconds. */
  readonly markedAt: number;
  /** Backups of the owner that succeeded since. */
  readonly backups: number;
  /** Of the operation under which it is being removed; null while it waits. */
  readonly removalId: Uuid | null;
}

/** So long a mark stands before its snapshot is removed: a long weekend in which somebody may notice. */
export const waitMs = 72 * 3_600_000;
/** And so many backups succeed. */
export const waitBackups = 2;

const columns = 'snapshot_id AS snapshotId, owner, marked_at AS markedAt, backups, removal_id AS removalId';

export function isDue({ markedAt, backups }: Mark, now: number): boolean {
  return now - markedAt >= waitMs && backups >= waitBackups;
}

/** Oldest first. */
export function marksOf(reading: Reading, owner: RepositoryId): Mark[] {
  return reading
    .sql<Mark>(`SELECT ${columns} FROM removal_marks WHERE owner = ? ORDER BY marked_at, snapshot_id`)
    .all(owner);
}

export function findMark(reading: Reading, snapshotId: string): Mark | undefined {
  return reading.sql<Mark>(`SELECT ${columns} FROM removal_marks WHERE snapshot_id = ?`).get(snapshotId);
}

export function addMark(
  transaction: Transaction,
  { snapshotId, owner, markedAt }: Pick<Mark, 'snapshotId' | 'owner' | 'markedAt'>,
): void {
  transaction
    .sql('INSERT INTO removal_marks (snapshot_id, owner, marked_at) VALUES (?, ?, ?)')
    .run(snapshotId, owner, markedAt);
}

export function removeMark(transaction: Transaction, snapshotId: string): void {
  transaction.sql('DELETE FROM removal_marks WHERE snapshot_id = ?').run(snapshotId);
  askNoMore(transaction, new Set([snapshotId]));
}

export function beginRemoval(transaction: Transaction, snapshotId: string, removalId: Uuid): void {
  transaction.sql('UPDATE removal_marks SET removal_id = ? WHERE snapshot_id = ?').run(removalId, snapshotId);
}

/** Counts one more backup of an owner for all that waits. */
export function countBackup(transaction: Transaction, owner: RepositoryId): void {
  transaction.sql('UPDATE removal_marks SET backups = backups + 1 WHERE owner = ?').run(owner);
}

/** Marks of a tenant's own snapshots and of its folders'; `owner` may be one of these folders too. */
const ofOwnerOrFolders = `(owner = @owner
  OR owner IN (SELECT DISTINCT folder_id FROM folder_snapshots WHERE tenant_id = @owner))`;

/** Whether the removal that has this id began and has not ended, in this process or an earlier one. */
export function isRemovalUnderWay(reading: Reading, removalId: string): boolean {
  return reading.sql('SELECT 1 FROM removal_marks WHERE removal_id = ?').get(removalId) !== undefined;
}

/** Snapshots whose file may be gone although the catalogue still has them. */
export function beingRemoved(reading: Reading, owner: RepositoryId): ReadonlySet<string> {
  const rows = reading
    .sql<{ id: string }>(
      `SELECT snapshot_id AS id FROM removal_marks WHERE ${ofOwnerOrFolders} AND removal_id IS NOT NULL`,
    )
    .all({ owner });
  return new Set(rows.map(({ id }) => id));
}

export function setPruneDue(transaction: Transaction, owner: RepositoryId, since: number): void {
  transaction
    .sql('INSERT INTO prunes_due (owner, since) VALUES (?, ?) ON CONFLICT (owner) DO NOTHING')
    .run(owner, since);
}

export function clearPruneDue(transaction: Transaction, owner: RepositoryId): void {
  transaction.sql('DELETE FROM prunes_due WHERE owner = ?').run(owner);
}

/** Since when there has been something to prune, in epoch milliseconds; undefined where there is nothing. */
export function pruneDueSince(reading: Reading, owner: RepositoryId): number | undefined {
  return reading.sql<{ since: number }>('SELECT since FROM prunes_due WHERE owner = ?').get(owner)?.since;
}

interface ListedMark extends Mark {
  readonly snapshotTime: number;
}

const place = z.tuple([z.number(), z.string()]);

/** Oldest mark first. Errors: VALIDATION (cursor). */
export function pageOfMarks(
  reading: Reading,
  asked: {
    readonly owner: RepositoryId | undefined;
    readonly limit: number;
    readonly cursor: string | undefined;
  },
): Page<RemovalMark> {
  const { owner, limit, cursor } = asked;
  const filter = { list: 'removal-marks', owner };
  const after = decodeCursor(cursor, filter, place);
  const rows = reading
    .sql<ListedMark>(
      `SELECT ${columns}, coalesce(own.time, of_folder.time) AS snapshotTime
       FROM removal_marks LEFT JOIN snapshots AS own ON own.id = snapshot_id
         LEFT JOIN folder_snapshots AS of_folder ON of_folder.id = snapshot_id
       WHERE coalesce(own.time, of_folder.time) IS NOT NULL ${owner === undefined ? '' : `AND ${ofOwnerOrFolders}`}
         ${after === undefined ? '' : 'AND (marked_at, snapshot_id) > ($markedAt, $id)'}
       ORDER BY marked_at, snapshot_id LIMIT $limit`,
    )
    .all({
      limit: limit + 1,
      ...(owner === undefined ? {} : { owner }),
      ...(after === undefined ? {} : { markedAt: after[0], id: after[1] }),
    });
  const byHand = askedToGo(reading);
  const view = (row: ListedMark) => toView(reading, row, byHand.has(row.snapshotId));
  return pageOf(rows, limit, filter, view, (row) => [row.markedAt, row.snapshotId]);
}

function toView(
  reading: Reading,
  { snapshotId, owner: id, markedAt, backups, removalId, snapshotTime }: ListedMark,
  byHand: boolean,
): RemovalMark {
  const { owner, folder } = subjectNamed(reading, id);
  return {
    snapshotId,
    tenantId: owner,
    folderId: folder,
    snapshotTime: toRfc3339(snapshotTime),
    markedAt: toRfc3339(markedAt),
    removableAt: toRfc3339(markedAt + waitMs),
    backupsMissing: Math.max(0, waitBackups - backups),
    removing: removalId !== null,
    byHand,
  };
}
