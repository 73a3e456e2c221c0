import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
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

const columns = 'id, undo_id, tenant_id, snapshot_id, undo_snapshot_id, timeline';

/** Whether there was a state before that can be gone back to. */
export function isUndoable({ snapshotId, undoSnapshotId }: RestoreRecord): boolean {
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
