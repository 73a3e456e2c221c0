import { toRfc3339 } from '../../../shared/clock.ts';
import type { ControlRestore } from '../../../shared/contract/backups/control-restore.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

/** A restore of the installation's own data, as it is kept. `moment`: epoch milliseconds. */
export interface ControlRestoreRow {
  readonly id: Uuid;
  readonly undoId: Uuid;
  readonly snapshotId: string;
  readonly moment: number;
  /** The safety snapshot of the state before. */
  readonly undoSnapshotId: string;
  /** The one that it takes back. */
  readonly undoes: Uuid | null;
  /** Of the prepared file, hex. */
  readonly sha256: string;
  readonly state: ControlRestore['state'] | 'applied';
  readonly askedAt: number;
  readonly askedBy: Uuid | null;
  readonly endedAt: number | null;
}

const columns = `id, undo_id AS undoId, snapshot_id AS snapshotId, moment, undo_snapshot_id AS undoSnapshotId, undoes,
  sha256, state, asked_at AS askedAt, asked_by AS askedBy, ended_at AS endedAt`;

/** It waits for the next start. */
export function addControlRestore(
  transaction: Transaction,
  row: Omit<ControlRestoreRow, 'state' | 'endedAt'>,
): void {
  transaction
    .sql(
      `INSERT INTO control_restores (id, undo_id, snapshot_id, moment, undo_snapshot_id, undoes, sha256, state, asked_at, asked_by)
       VALUES (@id, @undoId, @snapshotId, @moment, @undoSnapshotId, @undoes, @sha256, 'pending', @askedAt, @askedBy)`,
    )
    .run({ ...row });
}

/** The one that waits for a start, or was cut off in one. */
export function waitingControlRestore(reading: Reading): ControlRestoreRow | undefined {
  return reading
    .sql<ControlRestoreRow>(`SELECT ${columns} FROM control_restores WHERE state IN ('pending', 'applied')`)
    .get();
}

export function endControlRestore(
  transaction: Transaction,
  id: Uuid,
  state: 'done' | 'cancelled' | 'failed',
  endedAt: number,
): void {
  transaction.sql('UPDATE control_restores SET state = ?, ended_at = ? WHERE id = ?').run(state, endedAt, id);
}

/** What an installation that was recovered had waiting is not there. */
export function cancelWaiting(transaction: Transaction, now: number): void {
  transaction
    .sql(
      `UPDATE control_restores SET state = 'cancelled', ended_at = ? WHERE state IN ('pending', 'applied')`,
    )
    .run(now);
}

/** The restore that goes back to right before it, or to its safety snapshot, takes back; null: none. `at`: epoch milliseconds. */
export function restoreBefore(
  reading: Reading,
  { snapshotId, at }: { readonly snapshotId: string; readonly at: number | null },
): Uuid | null {
  const row = reading
    .sql<{ id: Uuid }>(
      `SELECT id FROM control_restores
       WHERE state = 'done' AND CASE WHEN @at IS NULL THEN undo_snapshot_id = @snapshotId ELSE applied_at = @at + 1 END
       ORDER BY ended_at DESC LIMIT 1`,
    )
    .get({ snapshotId, at });
  return row?.id ?? null;
}

/** The moment right before a restore (epoch milliseconds), and its safety snapshot; undefined where this is no undo id of one. */
export function stateBefore(
  reading: Reading,
  undoId: Uuid,
): { readonly at: number; readonly snapshotId: string } | undefined {
  return reading
    .sql<{ at: number; snapshotId: string }>(
      `SELECT applied_at - 1 AS at, undo_snapshot_id AS snapshotId FROM control_restores
       WHERE undo_id = ? AND state = 'done'`,
    )
    .get(undoId);
}

/** The newest, as people are told of it; null: there was none. */
export function newestControlRestore(
  reading: Reading,
  operatorName: (id: Uuid) => string | null,
): Omit<ControlRestore, 'needPassphrase'> | null {
  const row = reading
    .sql<ControlRestoreRow & { undoKept: number }>(
      `SELECT ${columns}, EXISTS (SELECT 1 FROM snapshots WHERE snapshots.id = undo_snapshot_id) AS undoKept
       FROM control_restores ORDER BY asked_at DESC, id DESC LIMIT 1`,
    )
    .get();
  if (row === undefined) return null;
  return {
    restoreId: row.id,
    undoId: row.undoId,
    snapshotId: row.snapshotId,
    moment: toRfc3339(row.moment),
    undoSnapshotId: row.undoSnapshotId,
    state: row.state === 'applied' ? 'done' : row.state,
    askedAt: toRfc3339(row.askedAt),
    askedBy: row.askedBy === null ? null : operatorName(row.askedBy),
    endedAt: row.endedAt === null ? null : toRfc3339(row.endedAt),
    undoable: row.state === 'done' && row.undoKept === 1,
  };
}

/** Errors: NOT_FOUND. */
export function requirePending(reading: Reading): ControlRestoreRow {
  const row = waitingControlRestore(reading);
  if (row?.state === 'pending') return row;
  throw new HoldfastError('NOT_FOUND', 'No restore of the installation’s own data waits for a start.', {
    kind: 'restore',
    id: 'pending',
  });
}
