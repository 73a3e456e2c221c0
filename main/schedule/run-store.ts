import type { ErrorCode } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Reading, Store, Transaction } from '../storage/store.ts';

/** How the newest run by schedule of one owner went; times are epoch milliseconds. */
export interface ScheduleRun {
  /** A tenant's id, or `installation`. */
  readonly owner: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: 'running' | 'succeeded' | 'failed';
  readonly errorCode: ErrorCode | null;
  readonly jobId: Uuid | null;
  /** How many in a row failed, and when it is tried again. */
  readonly failures: number;
  readonly retryAt: number | null;
}

export function putRun(transaction: Transaction, run: ScheduleRun): void {
  transaction
    .sql(
      `INSERT INTO schedule_runs (owner, started_at, ended_at, outcome, error_code, job_id, failures, retry_at)
       VALUES ($owner, $startedAt, $endedAt, $outcome, $errorCode, $jobId, $failures, $retryAt)
       ON CONFLICT (owner) DO UPDATE SET started_at = $startedAt, ended_at = $endedAt, outcome = $outcome,
         error_code = $errorCode, job_id = $jobId, failures = $failures, retry_at = $retryAt`,
    )
    .run({ ...run });
}

/** By owner. */
export function readRuns(reading: Reading): ReadonlyMap<string, ScheduleRun> {
  const rows = reading
    .sql<ScheduleRun>(
      `SELECT owner, started_at AS startedAt, ended_at AS endedAt, outcome, error_code AS errorCode,
         job_id AS jobId, failures, retry_at AS retryAt FROM schedule_runs`,
    )
    .all();
  return new Map(rows.map((row) => [row.owner, row]));
}

/** What ran when an earlier process ended did not succeed. */
export async function interruptRuns(control: Store, now: number): Promise<void> {
  await control.write((transaction) =>
    transaction
      .sql(
        `UPDATE schedule_runs SET outcome = 'failed', error_code = 'INTERRUPTED', ended_at = ?
         WHERE outcome = 'running'`,
      )
      .run(now),
  );
}
