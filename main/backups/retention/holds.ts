import { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { Hold } from '../../../shared/contract/backups/retention.ts';
import { uuid } from '../../../shared/contract/values.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import type { RepositoryId } from '../targets/target.ts';
import { subjectNamed } from './subject.ts';

/** A legal hold: what it is on is not removed. Times are epoch milliseconds. */
export interface HoldRow {
  readonly id: Uuid;
  readonly owner: RepositoryId;
  /** null: everything of the owner. */
  readonly snapshotId: string | null;
  readonly reason: string;
  readonly placedAt: number;
  readonly placedBy: Uuid | null;
  readonly liftedAt: number | null;
  readonly liftedBy: Uuid | null;
  readonly liftReason: string | null;
}

const columns = `id, owner, snapshot_id AS snapshotId, reason, placed_at AS placedAt, placed_by AS placedBy,
  lifted_at AS liftedAt, lifted_by AS liftedBy, lift_reason AS liftReason`;

/** What is held of an owner: all of it, or these snapshots. */
export interface Held {
  readonly all: boolean;
  readonly snapshots: ReadonlySet<string>;
}

export function heldOf(reading: Reading, owner: RepositoryId): Held {
  const rows = reading
    .sql<Pick<HoldRow, 'snapshotId'>>(
      'SELECT snapshot_id AS snapshotId FROM holds WHERE owner = ? AND lifted_at IS NULL',
    )
    .all(owner);
  return {
    all: rows.some(({ snapshotId }) => snapshotId === null),
    snapshots: new Set(rows.flatMap(({ snapshotId }) => (snapshotId === null ? [] : [snapshotId]))),
  };
}

export function insertHold(transaction: Transaction, hold: HoldRow): void {
  transaction
    .sql(
      `INSERT INTO holds (id, owner, snapshot_id, reason, placed_at, placed_by)
       VALUES ($id, $owner, $snapshotId, $reason, $placedAt, $placedBy)`,
    )
    .run({
      id: hold.id,
      owner: hold.owner,
      snapshotId: hold.snapshotId,
      reason: hold.reason,
      placedAt: hold.placedAt,
      placedBy: hold.placedBy,
    });
}

/** Errors: NOT_FOUND. */
export function findHold(reading: Reading, id: Uuid): HoldRow {
  const row = reading.sql<HoldRow>(`SELECT ${columns} FROM holds WHERE id = ?`).get(id);
  if (row === undefined) {
    throw new HoldfastError('NOT_FOUND', `There is no legal hold ${id}.`, { kind: 'hold', id });
  }
  return row;
}

export function markLifted(
  transaction: Transaction,
  id: Uuid,
  lifted: { readonly at: number; readonly by: Uuid | null; readonly reason: string },
): void {
  transaction
    .sql('UPDATE holds SET lifted_at = $at, lifted_by = $by, lift_reason = $reason WHERE id = $id')
    .run({ id, ...lifted });
}

export interface HoldSelection {
  readonly owner: RepositoryId | undefined;
  readonly state: 'active' | 'lifted' | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

const place = z.tuple([z.number(), uuid]);

/** Newest first. Errors: VALIDATION (cursor). */
export function pageOfHolds(
  reading: Reading,
  { owner, state, limit, cursor }: HoldSelection,
  nameOf: (operator: Uuid) => string | null,
): Page<Hold> {
  const filter = { list: 'holds', owner, state };
  const after = decodeCursor(cursor, filter, place);
  const ofState = state === undefined ? '' : `AND lifted_at IS ${state === 'active' ? 'NULL' : 'NOT NULL'}`;
  const rows = reading
    .sql<HoldRow>(
      `SELECT ${columns} FROM holds WHERE 1 = 1 ${owner === undefined ? '' : 'AND (owner = $owner OR owner IN (SELECT folder_id FROM folder_snapshots WHERE tenant_id = $owner))'} ${ofState}
         ${after === undefined ? '' : 'AND (placed_at, id) < ($placedAt, $id)'}
       ORDER BY placed_at DESC, id DESC LIMIT $limit`,
    )
    .all({
      limit: limit + 1,
      ...(owner === undefined ? {} : { owner }),
      ...(after === undefined ? {} : { placedAt: after[0], id: after[1] }),
    });
  return pageOf(
    rows,
    limit,
    filter,
    (row) => toHold(reading, row, nameOf),
    (row) => [row.placedAt, row.id],
  );
}

/** As the contract tells it. */
export function toHold(reading: Reading, row: HoldRow, nameOf: (operator: Uuid) => string | null): Hold {
  const { owner, folder } = subjectNamed(reading, row.owner);
  const name = (id: Uuid | null) => (id === null ? null : nameOf(id));
  return {
    id: row.id,
    tenantId: owner,
    folderId: folder,
    snapshotId: row.snapshotId,
    reason: row.reason,
    placedAt: toRfc3339(row.placedAt),
    placedBy: name(row.placedBy),
    lifted:
      row.liftedAt === null
        ? null
        : { time: toRfc3339(row.liftedAt), by: name(row.liftedBy), reason: row.liftReason ?? '' },
  };
}
