import type { RestorePlan } from '../../../shared/contract/backups.ts';
import { controlTables } from '../../../shared/control-data.ts';
import type { Reading } from '../../storage/store.ts';

type Change = RestorePlan['changes'][number];
type Row = Readonly<Record<string, unknown>>;

/** Change with each use, and say nothing of what was decided. */
const passing: ReadonlySet<string> = new Set(['last_used_at', 'last_seen_at', 'seen_at']);
const rowsBetweenChecks = 1000;

/**
 * How many rows of each table of control.db are only in `then`, differ from those of now, are only in `now`, and are the same;
 * found by their primary key, and none of them kept. Tables that say nothing by themselves, or have no difference, are
 * left out. `check` is called now and then.
 */
export function compareTables(
  now: Reading,
  then: Reading,
  check: (rows: number) => void = () => undefined,
): Change[] {
  return Object.entries(controlTables).flatMap(([table, { data }]) => {
    if (data === null) return [];
    const change = { collection: data, ...compareTable(now, then, table, check) };
    return change.added + change.changed + change.lost > 0 ? [change] : [];
  });
}

function compareTable(
  now: Reading,
  then: Reading,
  table: string,
  check: (rows: number) => void,
): Omit<Change, 'collection'> {
  const columns = then
    .sql<{ name: string; pk: number }>('SELECT name, pk FROM pragma_table_info(?) ORDER BY cid')
    .all(table);
  const keys = columns.filter(({ pk }) => pk > 0).map(({ name }) => name);
  const others = columns.map(({ name }) => name).filter((name) => !keys.includes(name) && !passing.has(name));
  const here = now.sql<Row>(`SELECT * FROM ${table} WHERE ${keys.map((key) => `${key} = ?`).join(' AND ')}`);
  let [rows, unchanged, changed] = [0, 0, 0];
  for (const row of then.sql<Row>(`SELECT * FROM ${table}`).iterate()) {
    const found = here.get(...keys.map((key) => row[key] as string | number));
    if (found !== undefined && others.every((name) => same(found[name], row[name]))) unchanged += 1;
    else if (found !== undefined) changed += 1;
    rows += 1;
    if (rows % rowsBetweenChecks === 0) check(rowsBetweenChecks);
  }
  const all = now.sql<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0;
  return { added: rows - unchanged - changed, changed, lost: all - unchanged - changed, unchanged };
}

function same(one: unknown, other: unknown): boolean {
  return one instanceof Uint8Array && other instanceof Uint8Array
    ? Buffer.compare(one, other) === 0
    : one === other;
}
