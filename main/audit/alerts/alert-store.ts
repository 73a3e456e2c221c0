import { z } from 'zod';
import { type AlertRuleId, alertRuleIds } from '../../../shared/alert-rules.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Severity } from '../../../shared/severities.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

export const dayMs = 86_400_000;

/** An entry that an alert rests on: index, id of the event, Base 64 of the leaf hash as it was. */
export type RestsOn = readonly [index: number, eventId: Uuid, leafHash: string];
const restsOn = z.array(z.tuple([z.int(), z.string(), z.string()]));

/** A row of the table `alerts`; times are epoch milliseconds. */
export interface AlertRow {
  readonly id: Uuid;
  readonly rule: AlertRuleId;
  readonly severity: Severity;
  readonly time: number;
  readonly raisedAt: number;
  readonly origin: string;
  readonly tenantId: Uuid | null;
  readonly subject: string;
  readonly actor: string | null;
  /** JSON of `RestsOn`. */
  readonly entries: string;
  readonly threshold: number | null;
  readonly windowMs: number | null;
  /** Of the entry that tells of the alert. */
  readonly eventId: Uuid;
  readonly more: number;
  readonly lastTime: number;
  /** JSON, see `parseAnomaly`; null for what a rule found. */
  readonly anomaly: string | null;
}

const columns = `id, rule, severity, time, raised_at AS raisedAt, origin, tenant_id AS tenantId, subject, actor, entries,
  threshold, window_ms AS windowMs, event_id AS eventId, more, last_time AS lastTime, anomaly`;
/** Of rules that this version has. */
const known = `rule IN (${alertRuleIds.map((id) => `'${id}'`).join(', ')})`;

export function entriesOf({ entries }: Pick<AlertRow, 'entries'>): RestsOn[] {
  return restsOn.parse(JSON.parse(entries)).map(([index, id, hash]) => [index, id as Uuid, hash]);
}

/** `score`: of an anomaly, in hundredths of bits. */
export function insertAlert(
  transaction: Transaction,
  row: AlertRow & { readonly score: number | null },
): void {
  transaction
    .sql(
      `INSERT INTO alerts (id, rule, severity, time, day, raised_at, origin, tenant_id, subject, actor, entries, threshold,
         window_ms, event_id, more, last_time, anomaly, score)
       VALUES ($id, $rule, $severity, $time, $day, $raisedAt, $origin, $tenantId, $subject, $actor, $entries, $threshold,
         $windowMs, $eventId, $more, $lastTime, $anomaly, $score)`,
    )
    .run({ ...row, day: Math.floor(row.time / dayMs) });
}

/** Adds one more to the newest alert of a rule and tenant on the day of `time`, where there are `most` already. */
export function foldAlert(
  transaction: Transaction,
  { rule, tenantId, time }: Pick<AlertRow, 'rule' | 'tenantId' | 'time'>,
  most: number,
): boolean {
  const ofDay = transaction
    .sql<{ id: string }>(
      `SELECT id FROM alerts WHERE rule = ? AND tenant_id IS ? AND day = ? AND superseded_by IS NULL
       ORDER BY time DESC, id DESC LIMIT ?`,
    )
    .all(rule, tenantId, Math.floor(time / dayMs), most);
  const [newest] = ofDay;
  if (newest === undefined || ofDay.length < most) return false;
  transaction
    .sql('UPDATE alerts SET more = more + 1, last_time = max(last_time, ?) WHERE id = ?')
    .run(time, newest.id);
  return true;
}

/**
 * What an anomaly of that `score` takes the place of: the one of its subject on that day, else the weakest of its rule and tenant
 * where there are `most`. `more`: what the new one then counts.
 */
export function weakerAnomaly(
  reading: Reading,
  { rule, tenantId, time, subject }: Pick<AlertRow, 'rule' | 'tenantId' | 'time' | 'subject'>,
  score: number,
  most: number,
): { readonly id: Uuid; readonly more: number } | undefined {
  const ofDay = reading
    .sql<{ id: Uuid; more: number; score: number; subject: string }>(
      `SELECT id, more, score, subject FROM alerts WHERE rule = ? AND tenant_id IS ? AND day = ? AND superseded_by IS NULL
       ORDER BY score, time, id`,
    )
    .all(rule, tenantId, Math.floor(time / dayMs));
  const grown = ofDay.find((row) => row.subject === subject && row.score < score);
  if (grown !== undefined) return grown;
  const [weakest] = ofDay;
  if (weakest === undefined || ofDay.length < most || weakest.score >= score) return undefined;
  return { id: weakest.id, more: weakest.more + 1 };
}

/** Another took its place: it is listed no more, and found by its id alone. */
export function supersede(transaction: Transaction, id: Uuid, by: Uuid): void {
  transaction.sql('UPDATE alerts SET superseded_by = ? WHERE id = ?').run(by, id);
}

export function findAlert(reading: Reading, id: Uuid): AlertRow | undefined {
  return reading.sql<AlertRow>(`SELECT ${columns} FROM alerts WHERE id = ? AND ${known}`).get(id);
}

export interface AlertSelection {
  readonly rule: AlertRuleId | undefined;
  readonly tenantId: Uuid | undefined;
  /** Time and id of the last one shown. */
  readonly after: readonly [number, Uuid] | undefined;
  readonly limit: number;
}

/** Newest first. */
export function selectAlerts(reading: Reading, { rule, tenantId, after, limit }: AlertSelection): AlertRow[] {
  const conditions = [
    known,
    'superseded_by IS NULL',
    ...(rule === undefined ? [] : ['rule = $rule']),
    ...(tenantId === undefined ? [] : ['tenant_id = $tenantId']),
    ...(after === undefined ? [] : ['(time, id) < ($time, $id)']),
  ];
  return reading
    .sql<AlertRow>(
      `SELECT ${columns} FROM alerts WHERE ${conditions.join(' AND ')} ORDER BY time DESC, id DESC LIMIT $limit`,
    )
    .all({
      limit,
      ...(rule === undefined ? {} : { rule }),
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(after === undefined ? {} : { time: after[0], id: after[1] }),
    });
}

/** How often each rule was met on this day and since, those that were folded with them. */
export function countRaised(reading: Reading, sinceDay: number): Map<string, number> {
  const rows = reading
    .sql<{ rule: string; raised: number }>(
      'SELECT rule, sum(1 + more) AS raised FROM alerts WHERE day >= ? AND superseded_by IS NULL GROUP BY rule',
    )
    .all(sinceDay);
  return new Map(rows.map(({ rule, raised }) => [rule, raised]));
}

export interface CursorRow {
  readonly origin: string;
  readonly size: number;
  readonly state: string;
}

export function readCursor(reading: Reading, origin: string): CursorRow | undefined {
  return reading.sql<CursorRow>('SELECT origin, size, state FROM alert_cursors WHERE origin = ?').get(origin);
}

export function putCursor(transaction: Transaction, { origin, size, state }: CursorRow): void {
  transaction
    .sql('INSERT OR REPLACE INTO alert_cursors (origin, size, state) VALUES (?, ?, ?)')
    .run(origin, size, state);
}

/** Whether what is in the logs already is older than the alerts of this installation. */
export function isToBegin(reading: Reading): boolean {
  return reading.sql('SELECT 1 FROM alerts_not_before').get() !== undefined;
}

export function begun(transaction: Transaction): void {
  transaction.sql('DELETE FROM alerts_not_before').run();
}
