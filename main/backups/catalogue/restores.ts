import { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { RestoreRecord as RestoreView } from '../../../shared/contract/backups.ts';
import { uuid } from '../../../shared/contract/values.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { decodeCursor, pageOf } from '../../operations/cursor.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

/** A restore in place; `replacing` from just before the live database is replaced until its event is durable. */
export interface RestoreRecord {
  readonly id: Uuid;
  readonly undoId: Uuid;
  readonly tenantId: Uuid;
  readonly snapshotId: string;
  /** The safety snapshot of the state before; the restored one where that state could not be read. */
  readonly undoSnapshotId: string;
  /** The timeline that the replaced database carries: how a start tells whether it came to pass. */
  readonly timeline: Uuid;
}

interface Row {
  readonly id: Uuid;
  readonly undo_id: Uuid;
  readonly tenant_id: Uuid;
  readonly snapshot_id: string;
  readonly undo_snapshot_id: string;
  readonly timeline: Uuid;
}

/** Of a list: times are epoch milliseconds. */
interface ListedRow extends Omit<Row, 'tenant_id' | 'timeline'> {
  readonly tenant_id: Uuid | null;
  readonly state: RestoreView['state'];
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly undo_kept: number;
}

interface RestoreSelection {
  /** Null: the installation's own; undefined: everybody's. */
  readonly owner: Uuid | null | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

const place = z.tuple([z.number(), uuid]);
const columns = 'id, undo_id, tenant_id, snapshot_id, undo_snapshot_id, timeline';

/** Whether there was a state before that can be gone back to. */
export function isUndoable({
  snapshotId,
  undoSnapshotId,
}: Pick<RestoreRecord, 'snapshotId' | 'undoSnapshotId'>): boolean {
  return undoSnapshotId !== snapshotId;
}

/** `startedAt`: epoch milliseconds. */
export function beginRestore(transaction: Transaction, record: RestoreRecord, startedAt: number): void {
  transaction
    .sql(`INSERT INTO restores (${columns}, state, started_at) VALUES (?, ?, ?, ?, ?, ?, 'replacing', ?)`)
    .run(
      record.id,
      record.undoId,
      record.tenantId,
      record.snapshotId,
      record.undoSnapshotId,
      record.timeline,
      startedAt,
    );
}

export function endRestore(
  transaction: Transaction,
  id: Uuid,
  state: 'done' | 'abandoned',
  endedAt: number,
): void {
  transaction.sql('UPDATE restores SET state = ?, ended_at = ? WHERE id = ?').run(state, endedAt, id);
}

/** Removes a tenant's restores, which then can no longer be undone. */
export function removeRestoresOf(transaction: Transaction, tenantId: Uuid): void {
  transaction.sql('DELETE FROM restores WHERE tenant_id = ?').run(tenantId);
}

/** Restores that were cut off around the moment of replacing. */
export function unfinishedRestores(reading: Reading): RestoreRecord[] {
  return reading.sql<Row>(`SELECT ${columns} FROM restores WHERE state = 'replacing'`).all().map(toRecord);
}

/** The restore that `undoId` takes back. Errors: NOT_FOUND. */
export function restoreToUndo(reading: Reading, undoId: Uuid): RestoreRecord {
  const row = reading
    .sql<Row>(
      `SELECT ${columns} FROM restores WHERE undo_id = ? AND state = 'done' AND undo_snapshot_id <> snapshot_id`,
    )
    .get(undoId);
  if (row === undefined) {
    throw new HoldfastError('NOT_FOUND', `There is no restore with the undo id ${undoId}.`, {
      kind: 'restore',
      id: undoId,
    });
  }
  return toRecord(row);
}

/** Snapshots that a restore of an owner's is at, or that take back one that ended after `since` (epoch milliseconds). */
export function neededForUndo(reading: Reading, owner: Uuid | null, since: number): ReadonlySet<string> {
  const rows = reading
    .sql<Pick<Row, 'snapshot_id' | 'undo_snapshot_id'> & Pick<ListedRow, 'state'>>(
      `SELECT snapshot_id, undo_snapshot_id, state FROM restores
       WHERE tenant_id IS @owner AND (state = 'replacing' OR (state = 'done' AND ended_at > @since))
       UNION ALL SELECT snapshot_id, undo_snapshot_id, CASE state WHEN 'done' THEN state ELSE 'replacing' END FROM control_restores
       WHERE @owner IS NULL AND (state IN ('pending', 'applied') OR (state = 'done' AND ended_at > @since))`,
    )
    .all({ owner, since });
  return new Set(
    rows.flatMap((row) =>
      row.state === 'replacing' ? [row.snapshot_id, row.undo_snapshot_id] : [row.undo_snapshot_id],
    ),
  );
}

function toRecord(row: Row): RestoreRecord {
  return {
    id: row.id,
    undoId: row.undo_id,
    tenantId: row.tenant_id,
    snapshotId: row.snapshot_id,
    undoSnapshotId: row.undo_snapshot_id,
    timeline: row.timeline,
  };
}

/** Of tenants and of the installation's own data; what was cut off in a start is carried out before anybody looks. */
const everybodys = `SELECT ${columns}, state, started_at, ended_at FROM restores
  UNION ALL SELECT id, undo_id, NULL, snapshot_id, undo_snapshot_id, '', CASE state WHEN 'applied' THEN 'pending' ELSE state END,
    asked_at, ended_at FROM control_restores`;

/** A page of restores, newest first. Errors: VALIDATION (cursor). */
export function pageOfRestores(
  reading: Reading,
  { owner, limit, cursor }: RestoreSelection,
): { items: RestoreView[]; next: string | null } {
  const filter = { list: 'restores', owner };
  const after = decodeCursor(cursor, filter, place);
  const rows = reading
    .sql<ListedRow>(
      `SELECT *, EXISTS (SELECT 1 FROM snapshots WHERE snapshots.id = undo_snapshot_id) AS undo_kept
       FROM (${everybodys}) WHERE 1 = 1 ${owner === undefined ? '' : 'AND tenant_id IS $owner'}
         ${after === undefined ? '' : 'AND (started_at, id) < ($startedAt, $id)'}
       ORDER BY started_at DESC, id DESC LIMIT $limit`,
    )
    .all({
      limit: limit + 1,
      ...(owner === undefined ? {} : { owner }),
      ...(after === undefined ? {} : { startedAt: after[0], id: after[1] }),
    });
  return pageOf(rows, limit, filter, toView, (row) => [row.started_at, row.id]);
}

function toView(row: ListedRow): RestoreView {
  const [snapshotId, undoSnapshotId] = [row.snapshot_id, row.undo_snapshot_id];
  return {
    restoreId: row.id,
    undoId: row.undo_id,
    tenantId: row.tenant_id,
    snapshotId,
    undoSnapshotId,
    state: row.state,
    startedAt: toRfc3339(row.started_at),
    endedAt: row.ended_at === null ? null : toRfc3339(row.ended_at),
    undoable: row.state === 'done' && isUndoable({ snapshotId, undoSnapshotId }) && row.undo_kept === 1,
  };
}
