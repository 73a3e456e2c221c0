import { toRfc3339 } from '../../shared/clock.ts';
import { type Job, job } from '../../shared/contract/suite.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { JobState } from '../../shared/states.ts';
import type { Reading, Transaction } from '../storage/store.ts';
import type { JobError } from './job-error.ts';

/** A row of the table `job`; times are epoch milliseconds. */
export interface JobRow {
  readonly id: Uuid;
  readonly kind: string;
  readonly state: JobState;
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
  readonly bytes: number;
  readonly heartbeatAt: number | null;
  readonly error: string | null;
  readonly result: string | null;
  readonly requestedBy: Uuid | null;
  readonly tenantId: Uuid | null;
  readonly resource: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

const columns = `id, kind, state, phase, done, total, unit, bytes, heartbeat_at AS heartbeatAt, error, result,
  requested_by AS requestedBy, tenant_id AS tenantId, resource, created_at AS createdAt,
  started_at AS startedAt, ended_at AS endedAt`;

export function insertJob(transaction: Transaction, row: JobRow): void {
  transaction
    .sql(
      `INSERT INTO job (id, kind, state, phase, done, total, unit, bytes, heartbeat_at, error, result,
         requested_by, tenant_id, resource, created_at, started_at, ended_at)
       VALUES ($id, $kind, $state, $phase, $done, $total, $unit, $bytes, $heartbeatAt, $error, $result,
         $requestedBy, $tenantId, $resource, $createdAt, $startedAt, $endedAt)`,
    )
    .run({ ...row });
}

/** Where a job stands; its state is not touched. */
export function storeProgress(transaction: Transaction, row: JobRow): void {
  const { id, phase, done, total, unit, bytes, heartbeatAt } = row;
  transaction
    .sql(
      `UPDATE job SET phase = $phase, done = $done, total = $total, unit = $unit, bytes = $bytes,
         heartbeat_at = $heartbeatAt
       WHERE id = $id AND ended_at IS NULL`,
    )
    .run({ id, phase, done, total, unit, bytes, heartbeatAt });
}

export function markCancelling(transaction: Transaction, id: Uuid): void {
  transaction.sql(`UPDATE job SET state = 'cancelling' WHERE id = ? AND ended_at IS NULL`).run(id);
}

/** How a job ended. */
export function endJob(transaction: Transaction, row: JobRow): void {
  storeProgress(transaction, row);
  const { id, state, error, result, endedAt } = row;
  transaction
    .sql(
      `UPDATE job SET state = $state, error = $error, result = $result, ended_at = $endedAt
       WHERE id = $id AND ended_at IS NULL`,
    )
    .run({ id, state, error, result, endedAt });
}

/** Ends what an earlier process left behind, and answers it. */
export function interruptJobs(transaction: Transaction, now: number, error: JobError): JobRow[] {
  return transaction
    .sql<JobRow>(
      `UPDATE job SET state = 'interrupted', error = ?, ended_at = ?
       WHERE state IN ('queued', 'running', 'cancelling') RETURNING ${columns}`,
    )
    .all(JSON.stringify(error), now);
}

export function findJob(reading: Reading, id: Uuid): JobRow | undefined {
  return reading.sql<JobRow>(`SELECT ${columns} FROM job WHERE id = ?`).get(id);
}

export interface JobSelection {
  readonly state: JobState | undefined;
  readonly kind: string | undefined;
  /** Creation time and id of the last one shown. */
  readonly after: readonly [number, Uuid] | undefined;
  readonly limit: number;
}

/** Newest first. */
export function selectJobs(reading: Reading, { state, kind, after, limit }: JobSelection): JobRow[] {
  const ofState = state === undefined ? '' : 'AND state = $state';
  const ofKind = kind === undefined ? '' : 'AND kind = $kind';
  const before = after === undefined ? '' : 'AND (created_at, id) < ($createdAt, $id)';
  return reading
    .sql<JobRow>(
      `SELECT ${columns} FROM job WHERE 1 = 1 ${ofState} ${ofKind} ${before} ORDER BY created_at DESC, id DESC LIMIT $limit`,
    )
    .all({
      limit,
      ...(state === undefined ? {} : { state }),
      ...(kind === undefined ? {} : { kind }),
      ...(after === undefined ? {} : { createdAt: after[0], id: after[1] }),
    });
}

/** The row in the contract's form; a row that is not of it is damaged and throws. */
export function jobOf(row: JobRow): Job {
  const time = (at: number | null) => (at === null ? null : toRfc3339(at));
  return job.parse({
    ...row,
    createdAt: toRfc3339(row.createdAt),
    startedAt: time(row.startedAt),
    endedAt: time(row.endedAt),
    heartbeatAt: time(row.heartbeatAt),
    error: row.error === null ? null : JSON.parse(row.error),
    result: row.result === null ? null : JSON.parse(row.result),
  });
}
