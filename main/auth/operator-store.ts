import { z } from 'zod';
import { operatorStates } from '../../shared/contract/auth.ts';
import { uuid } from '../../shared/contract/values.ts';
import type { Uuid } from '../../shared/ids.ts';
import { roles } from '../../shared/roles.ts';
import type { Reading, Transaction } from '../storage/store.ts';

/** Bytes as SQLite answers them. */
const blob = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const operatorRow = z.object({
  id: uuid,
  nameSealed: blob,
  nameIndex: blob,
  role: z.enum(roles),
  state: z.enum(operatorStates),
  passphrase: z.string(),
  createdAt: z.number(),
});

/** A row of the table `operator`; times are epoch milliseconds, `passphrase` is a PHC string. */
export type OperatorRow = z.infer<typeof operatorRow>;

const columns = `id, name_sealed AS nameSealed, name_index AS nameIndex, role, state, passphrase,
  created_at AS createdAt`;

const parsed = (row: unknown) => (row === undefined ? undefined : operatorRow.parse(row));

export function insertOperator(transaction: Transaction, row: OperatorRow): void {
  transaction
    .sql(
      `INSERT INTO operator (id, name_sealed, name_index, role, state, passphrase, created_at)
       VALUES ($id, $nameSealed, $nameIndex, $role, $state, $passphrase, $createdAt)`,
    )
    .run({ ...row });
}

export function hasOperators(reading: Reading): boolean {
  return reading.sql('SELECT 1 FROM operator LIMIT 1').get() !== undefined;
}

export function findOperator(reading: Reading, id: Uuid): OperatorRow | undefined {
  return parsed(reading.sql(`SELECT ${columns} FROM operator WHERE id = ?`).get(id));
}

export function findOperatorByName(reading: Reading, nameIndex: Uint8Array): OperatorRow | undefined {
  return parsed(reading.sql(`SELECT ${columns} FROM operator WHERE name_index = ?`).get(nameIndex));
}

/** The one active operator, where there is exactly one. */
export function findSoleOperator(reading: Reading): OperatorRow | undefined {
  const rows = reading.sql(`SELECT ${columns} FROM operator WHERE state = 'active' LIMIT 2`).all();
  return rows.length === 1 ? parsed(rows[0]) : undefined;
}

/** In the order of their ids, which is the order in which they were made. */
export function selectOperators(reading: Reading, after: Uuid | undefined, limit: number): OperatorRow[] {
  return reading
    .sql(`SELECT ${columns} FROM operator WHERE id > ? ORDER BY id LIMIT ?`)
    .all(after ?? '', limit)
    .map((row) => operatorRow.parse(row));
}

export function countActiveOwners(reading: Reading): number {
  return (
    reading
      .sql<{ n: number }>(`SELECT count(*) AS n FROM operator WHERE role = 'owner' AND state = 'active'`)
      .get()?.n ?? 0
  );
}

export function markDisabled(transaction: Transaction, id: Uuid, now: number): void {
  transaction.sql(`UPDATE operator SET state = 'disabled', disabled_at = ? WHERE id = ?`).run(now, id);
}

export function storePassphrase(transaction: Transaction, id: Uuid, passphrase: string): void {
  transaction.sql('UPDATE operator SET passphrase = ? WHERE id = ?').run(passphrase, id);
}
