import type { SetBackTable } from '../../../shared/control-data.ts';
import type { AccessTold } from '../../audit/access-told.ts';
import { pseudonym } from '../../audit/pseudonym.ts';
import type { OperatorSeal } from '../../auth/operator-seal.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

/** What the control data of a moment are set against. */
export interface SetBackSources {
  /** control.db as it is. */
  readonly now: Reading;
  /** control.db as of the moment, in the present form. */
  readonly past: Reading;
  /** What the log tells of access since the moment. */
  readonly told: ReadonlyMap<string, AccessTold>;
  readonly pseudonymKey: Uint8Array;
  readonly seal: Pick<OperatorSeal, 'fits' | 'of'>;
  /** Whether the key is still there under which what names this person is sealed: one who was erased has none. */
  readonly hasKey: (subject: string) => boolean;
  /** Whom the restore that is taken back left without access. */
  readonly regains: ReadonlySet<string>;
  /** Called now and then; throws when the work should stop. */
  readonly check: () => void;
}

/** A row as SQLite answers it. */
export type Row = Readonly<Record<string, string | number | Uint8Array | null>>;

/** One row that is not any more what it was, and how it is made so. `time`: epoch milliseconds. */
export interface RowChange {
  readonly table: SetBackTable;
  readonly kind: 'added' | 'changed' | 'lost';
  /** Whoever or whatever can do less from then on. */
  readonly taken: string | null;
  /** The operator who can sign in by it, and could not before. */
  readonly lets?: string;
  readonly apply: (transaction: Transaction, time: number) => void;
}

/** Tables whose rows say nothing of who may do what. */
export type Plain = Exclude<SetBackTable, 'operator' | 'tenants' | 'principals' | 'api_key'>;

/** What the log told last of somebody's access; people stand in it under their pseudonym. */
export function lastTold({ told, pseudonymKey }: SetBackSources, id: string): AccessTold | undefined {
  return told.get(id) ?? told.get(pseudonym(pseudonymKey, id));
}

/** The rows of a table by their id. */
export function rowsById(reading: Reading, table: string): ReadonlyMap<string, Row> {
  const rows = reading.sql<Row>(`SELECT * FROM ${table}`).all();
  return new Map(rows.map((row) => [String(row.id), row]));
}

/** Inserts a row of then as it was, but for `changed`. */
export function insertRow(transaction: Transaction, table: string, row: Row, changed: Row = {}): void {
  const values = { ...row, ...changed };
  const names = Object.keys(values);
  transaction
    .sql(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`)
    .run(values);
}

/** Gives columns of the row with this id other values. */
export function updateRow(transaction: Transaction, table: string, id: string, changed: Row): void {
  const set = Object.keys(changed).map((name) => `${name} = @${name}`);
  transaction.sql(`UPDATE ${table} SET ${set.join(', ')} WHERE id = @id`).run({ ...changed, id });
}

/** Whether two values of SQLite are the same. */
export function sameValue(one: Row[string] | undefined, other: Row[string] | undefined): boolean {
  return one instanceof Uint8Array && other instanceof Uint8Array
    ? Buffer.compare(one, other) === 0
    : one === other;
}
