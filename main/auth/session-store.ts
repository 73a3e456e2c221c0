import { z } from 'zod';
import { operatorStates } from '../../shared/contract/auth.ts';
import { uuid } from '../../shared/contract/values.ts';
import type { Uuid } from '../../shared/ids.ts';
import { roles } from '../../shared/roles.ts';
import type { Reading, Transaction } from '../storage/store.ts';

/** A row of the table `session`; times are epoch milliseconds. */
export interface SessionRow {
  readonly tokenHash: Uint8Array;
  readonly id: Uuid;
  readonly operatorId: Uuid;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly seenAt: number;
  readonly provedAt: number;
  readonly mac: Uint8Array;
}

const sessionOfOperator = z.object({
  id: uuid,
  operatorId: uuid,
  nameSealed: z.instanceof(Uint8Array),
  nameIndex: z.instanceof(Uint8Array),
  role: z.enum(roles),
  state: z.enum(operatorStates),
  passphrase: z.string(),
  /** Of the operator's row. */
  mac: z.instanceof(Uint8Array),
  sessionMac: z.instanceof(Uint8Array),
  createdAt: z.number(),
  expiresAt: z.number(),
  seenAt: z.number(),
  provedAt: z.number(),
});
export type SessionOfOperator = z.infer<typeof sessionOfOperator>;

export function insertSession(transaction: Transaction, row: SessionRow): void {
  transaction
    .sql(
      `INSERT INTO session (token_hash, id, operator_id, created_at, expires_at, seen_at, proved_at, mac)
       VALUES ($tokenHash, $id, $operatorId, $createdAt, $expiresAt, $seenAt, $provedAt, $mac)`,
    )
    .run({ ...row });
}

export function findSession(reading: Reading, tokenHash: Uint8Array): SessionOfOperator | undefined {
  const row = reading
    .sql(
      `SELECT session.id, operator_id AS operatorId, name_sealed AS nameSealed,
         name_index AS nameIndex, role, state, passphrase, operator.mac, session.mac AS sessionMac,
         session.created_at AS createdAt, expires_at AS expiresAt, seen_at AS seenAt, proved_at AS provedAt
       FROM session JOIN operator ON operator.id = operator_id WHERE token_hash = ?`,
    )
    .get(tokenHash);
  return row === undefined ? undefined : sessionOfOperator.parse(row);
}

/** Epoch milliseconds; undefined once the session has ended. */
export function timesOf(
  reading: Reading,
  id: Uuid,
): { readonly expiresAt: number; readonly provedAt: number } | undefined {
  return reading
    .sql<{ expiresAt: number; provedAt: number }>(
      'SELECT expires_at AS expiresAt, proved_at AS provedAt FROM session WHERE id = ?',
    )
    .get(id);
}

export function storeSeen(transaction: Transaction, id: Uuid, now: number): void {
  transaction.sql('UPDATE session SET seen_at = max(seen_at, ?) WHERE id = ?').run(now, id);
}

export function endSession(transaction: Transaction, id: Uuid): void {
  transaction.sql('DELETE FROM session WHERE id = ?').run(id);
}

/** Answers how many there were. */
export function endSessionsOf(transaction: Transaction, operatorId: Uuid): number {
  return transaction.sql('DELETE FROM session WHERE operator_id = ?').run(operatorId).changes;
}

export function countSessionsOf(reading: Reading, operatorId: Uuid): number {
  const sql = 'SELECT count(*) AS n FROM session WHERE operator_id = ?';
  return reading.sql<{ n: number }>(sql).get(operatorId)?.n ?? 0;
}

export interface SessionTimes {
  readonly id: Uuid;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}

/** Sessions that an operator has, by when they were begun; times are epoch milliseconds. */
export function sessionsOf(reading: Reading, operatorId: Uuid): SessionTimes[] {
  return reading
    .sql<SessionTimes>(
      `SELECT id, created_at AS createdAt, seen_at AS seenAt, expires_at AS expiresAt FROM session
       WHERE operator_id = ? ORDER BY created_at, id`,
    )
    .all(operatorId);
}

export function endAllSessions(transaction: Transaction): void {
  transaction.sql('DELETE FROM session').run();
}

/** Removes what can no longer serve. */
export function sweepSessions(transaction: Transaction, now: number, idleMs: number): void {
  transaction.sql('DELETE FROM session WHERE expires_at <= ? OR seen_at <= ?').run(now, now - idleMs);
}
