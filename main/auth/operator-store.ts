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
  passphraseSetAt: z.number().nullable(),
  accessGivenAt: z.number().nullable(),
  mac: blob,
  createdAt: z.number(),
});

/** A row of the table `operator`; times are epoch milliseconds, `passphrase` is a PHC string. */
export type OperatorRow = z.infer<typeof operatorRow>;

const columns = `id, name_sealed AS nameSealed, name_index AS nameIndex, role, state, passphrase,
  passphrase_set_at AS passphraseSetAt, access_given_at AS accessGivenAt, mac, created_at AS createdAt`;

const parsed = (row: unknown) => (row === undefined ? undefined : operatorRow.parse(row));

export function insertOperator(transaction: Transaction, row: OperatorRow): void {
  transaction
    .sql(
      `INSERT INTO operator (id, name_sealed, name_index, role, state, passphrase, passphrase_set_at,
         access_given_at, mac, created_at)
       VALUES ($id, $nameSealed, $nameIndex, $role, $state, $passphrase, $passphraseSetAt, $accessGivenAt, $mac,
         $createdAt)`,
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

export function allOperators(reading: Reading): OperatorRow[] {
  return reading
    .sql(`SELECT ${columns} FROM operator`)
    .all()
    .map((row) => operatorRow.parse(row));
}

/** With sessions and counted failures of signing in. */
export function deleteOperator(transaction: Transaction, { id, nameIndex }: OperatorRow): void {
  transaction.sql('DELETE FROM sign_in_failure WHERE name_index = ?').run(nameIndex);
  transaction.sql('DELETE FROM session WHERE operator_id = ?').run(id);
  transaction.sql('DELETE FROM operator WHERE id = ?').run(id);
}

/** `mac` is that of the row as it becomes. */
export function markDisabled(transaction: Transaction, id: Uuid, now: number, mac: Uint8Array): void {
  transaction
    .sql(`UPDATE operator SET state = 'disabled', disabled_at = ?, mac = ? WHERE id = ?`)
    .run(now, mac, id);
}

/** `mac` is that of the row as it becomes. */
export function storePassphrase(
  transaction: Transaction,
  { id, passphrase, passphraseSetAt, accessGivenAt, mac }: OperatorRow,
): void {
  transaction
    .sql(
      'UPDATE operator SET passphrase = ?, passphrase_set_at = ?, access_given_at = ?, mac = ? WHERE id = ?',
    )
    .run(passphrase, passphraseSetAt, accessGivenAt, mac, id);
}

/** With the passphrase that the row has from then on; its MAC is that of the row as it becomes. */
export function markActive(transaction: Transaction, row: OperatorRow): void {
  storePassphrase(transaction, row);
  transaction.sql(`UPDATE operator SET state = 'active', disabled_at = NULL WHERE id = ?`).run(row.id);
}
