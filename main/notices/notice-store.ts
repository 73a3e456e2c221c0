import type { AlertRuleId } from '../../shared/alert-rules.ts';
import { toRfc3339 } from '../../shared/clock.ts';
import { type Notice, notice } from '../../shared/contract/suite.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Severity } from '../../shared/severities.ts';
import type { Reading, Transaction } from '../storage/store.ts';

/** A row of the table `notices`; times are epoch milliseconds. */
export interface NoticeRow {
  readonly id: Uuid;
  readonly time: number;
  readonly kind: Notice['kind'];
  readonly severity: Severity;
  readonly tenantId: Uuid | null;
  readonly jobId: Uuid | null;
  readonly jobKind: string | null;
  /** JSON of code and data. */
  readonly error: string | null;
  readonly dueAt: number | null;
  readonly alertId: Uuid | null;
  readonly alertRule: AlertRuleId | null;
  readonly breachId: Uuid | null;
  readonly destinationId: Uuid | null;
  readonly acknowledgedAt: number | null;
  readonly acknowledgedBy: Uuid | null;
}

export type NewNotice = Omit<NoticeRow, 'acknowledgedAt' | 'acknowledgedBy'>;

const columns = `id, time, kind, severity, tenant_id AS tenantId, job_id AS jobId, job_kind AS jobKind, error,
  due_at AS dueAt, alert_id AS alertId, alert_rule AS alertRule, breach_id AS breachId, destination_id AS destinationId,
  acknowledged_at AS acknowledgedAt, acknowledged_by AS acknowledgedBy`;

/** The same trouble again renews the notice that is still open, so that a night of it leaves one. */
export function putNotice(transaction: Transaction, given: NewNotice, fold: string): void {
  transaction
    .sql(
      `INSERT INTO notices (id, fold, time, kind, severity, tenant_id, job_id, job_kind, error, due_at, alert_id, alert_rule,
         breach_id, destination_id)
       VALUES ($id, $fold, $time, $kind, $severity, $tenantId, $jobId, $jobKind, $error, $dueAt, $alertId, $alertRule,
         $breachId, $destinationId)
       ON CONFLICT (fold) WHERE acknowledged_at IS NULL DO UPDATE SET time = excluded.time,
         severity = excluded.severity, job_id = excluded.job_id, error = excluded.error, due_at = excluded.due_at,
         alert_id = excluded.alert_id`,
    )
    .run({ ...given, fold });
}

export function countOpen(reading: Reading): number {
  const row = reading
    .sql<{ open: number }>('SELECT count(*) AS open FROM notices WHERE acknowledged_at IS NULL')
    .get();
  return row?.open ?? 0;
}

export interface NoticeSelection {
  readonly state: 'open' | 'acknowledged' | undefined;
  /** Time and id of the last one shown. */
  readonly after: readonly [number, Uuid] | undefined;
  readonly limit: number;
}

/** Newest first. */
export function selectNotices(reading: Reading, { state, after, limit }: NoticeSelection): NoticeRow[] {
  const ofState =
    state === undefined ? '' : `AND acknowledged_at IS ${state === 'open' ? 'NULL' : 'NOT NULL'}`;
  const before = after === undefined ? '' : 'AND (time, id) < ($time, $id)';
  return reading
    .sql<NoticeRow>(
      `SELECT ${columns} FROM notices WHERE 1 = 1 ${ofState} ${before} ORDER BY time DESC, id DESC LIMIT $limit`,
    )
    .all({ limit, ...(after === undefined ? {} : { time: after[0], id: after[1] }) });
}

/** Answers how many were open until now. */
export function acknowledge(
  transaction: Transaction,
  ids: readonly Uuid[],
  by: Uuid | null,
  now: number,
): number {
  const update = transaction.sql(
    'UPDATE notices SET acknowledged_at = ?, acknowledged_by = ? WHERE id = ? AND acknowledged_at IS NULL',
  );
  return ids.reduce((changed, id) => changed + update.run(now, by, id).changes, 0);
}

/** The trouble is over: what is open of it needs nobody's eyes any more. */
export function settle(transaction: Transaction, fold: string, now: number): void {
  transaction
    .sql('UPDATE notices SET acknowledged_at = ? WHERE fold = ? AND acknowledged_at IS NULL')
    .run(now, fold);
}

/** The trouble of these kinds (a pattern of GLOB) is over, but for that of the `folds`. */
export function settleOthers(
  transaction: Transaction,
  kinds: string,
  folds: readonly string[],
  now: number,
): void {
  transaction
    .sql(
      `UPDATE notices SET acknowledged_at = ? WHERE kind GLOB ? AND acknowledged_at IS NULL
         AND fold NOT IN (SELECT value FROM json_each(?))`,
    )
    .run(now, kinds, JSON.stringify(folds));
}

/** Removes what was acknowledged before a time. */
export function pruneNotices(transaction: Transaction, before: number): void {
  transaction.sql('DELETE FROM notices WHERE acknowledged_at < ?').run(before);
}

/** The row in the contract's form; one that is not of it is damaged and throws. */
export function noticeOf(row: NoticeRow, acknowledgedBy: string | null): Notice {
  const time = (at: number | null) => (at === null ? null : toRfc3339(at));
  return notice.parse({
    ...row,
    time: toRfc3339(row.time),
    error: row.error === null ? null : JSON.parse(row.error),
    dueAt: time(row.dueAt),
    acknowledgedAt: time(row.acknowledgedAt),
    acknowledgedBy,
  });
}
