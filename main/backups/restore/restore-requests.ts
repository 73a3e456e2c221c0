import { z } from 'zod';
import { restoreDestination } from '../../../shared/contract/backups/destination.ts';
import { snapshotId, uuid } from '../../../shared/contract/values.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

/** What a restore was asked for, with what it chose: enough to ask for the same again. */
const restoreRequest = z.strictObject({
  owner: uuid.nullable(),
  snapshotId,
  /** Epoch milliseconds; null: the snapshot's own time. */
  at: z.number().nullable(),
  /** The further target whose copy is read; null: the first. */
  targetId: uuid.nullable().default(null),
  destination: restoreDestination,
  /** The parts as text; null: all. */
  only: z.array(z.string()).nullable(),
  /** Of the operation that asked: whoever ends it at a start tells its outcome. */
  operation: uuid.optional(),
});
export type RestoreRequest = z.infer<typeof restoreRequest>;

const keptMs = 30 * 86_400_000;

/** Keeps a request until its restore has succeeded; `now` in epoch milliseconds. Those of a month ago go. */
export function putRequest(
  transaction: Transaction,
  jobId: Uuid,
  request: RestoreRequest,
  now: number,
): void {
  transaction.sql('DELETE FROM restore_requests WHERE ended = 1 AND asked_at < ?').run(now - keptMs);
  transaction
    .sql('INSERT INTO restore_requests (job_id, tenant_id, request, asked_at) VALUES (?, ?, ?, ?)')
    .run(jobId, request.owner, JSON.stringify(request), now);
}

/** The restore in place that came of a job, so that a start can tell whether it came to pass. */
export function setRestoreOf(transaction: Transaction, jobId: Uuid, restoreId: Uuid): void {
  transaction.sql('UPDATE restore_requests SET restore_id = ? WHERE job_id = ?').run(restoreId, jobId);
}

/** The operation that a restore in place came of, where its request is still kept. */
export function operationOf(reading: Reading, restoreId: Uuid): Uuid | undefined {
  const row = reading
    .sql<{ request: string }>('SELECT request FROM restore_requests WHERE restore_id = ?')
    .get(restoreId);
  return row && restoreRequest.parse(JSON.parse(row.request)).operation;
}

/** It did not succeed, and may be asked for again. */
export function markEnded(transaction: Transaction, jobId: Uuid): void {
  transaction.sql('UPDATE restore_requests SET ended = 1 WHERE job_id = ?').run(jobId);
}

/** At start, nothing runs any more. */
export function markAllEnded(transaction: Transaction): void {
  transaction.sql('UPDATE restore_requests SET ended = 1').run();
}

/** Folders that restores which did not succeed were to make. */
export function foldersAskedFor(
  reading: Reading,
): readonly { readonly jobId: Uuid; readonly path: string }[] {
  return reading
    .sql<{ jobId: Uuid; request: string }>(
      'SELECT job_id AS jobId, request FROM restore_requests WHERE ended = 1',
    )
    .all()
    .flatMap(({ jobId, request }) => {
      const { destination } = restoreRequest.parse(JSON.parse(request));
      return destination.kind === 'folder' ? [{ jobId, path: destination.path }] : [];
    });
}

/** It has succeeded, or another job does the same. */
export function removeRequest(transaction: Transaction, jobId: Uuid): void {
  transaction.sql('DELETE FROM restore_requests WHERE job_id = ?').run(jobId);
}

/** A restore in place turned out to have come to pass. */
export function removeRequestOf(transaction: Transaction, restoreId: Uuid): void {
  transaction.sql('DELETE FROM restore_requests WHERE restore_id = ?').run(restoreId);
}

export function removeRequestsOfTenant(transaction: Transaction, tenantId: Uuid): void {
  transaction.sql('DELETE FROM restore_requests WHERE tenant_id = ?').run(tenantId);
}

/** Of a restore that did not succeed. Errors: NOT_FOUND, CONFLICT (it is still at work). */
export function findRequest(reading: Reading, jobId: Uuid): RestoreRequest {
  const row = reading
    .sql<{ request: string; ended: number }>('SELECT request, ended FROM restore_requests WHERE job_id = ?')
    .get(jobId);
  if (row === undefined) {
    throw new HoldfastError(
      'NOT_FOUND',
      `The job ${jobId} left no restore to go on with: it has succeeded, was resumed already, or was of another kind.`,
      { kind: 'restore', id: jobId },
    );
  }
  if (row.ended === 0) {
    throw new HoldfastError('CONFLICT', `The job ${jobId} is still at work.`, { reason: 'still-at-work' });
  }
  return restoreRequest.parse(JSON.parse(row.request));
}
