import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Reading } from '../../storage/store.ts';
import { HashSum } from './hash-sum.ts';
import type { ManifestTable } from './manifest.ts';

const rowsBetween = 1000;

const typeBytes: Readonly<Record<string, number>> = { null: 0, integer: 1, real: 2, text: 3, blob: 4 };

/** SHA-256 over the schema as SQLite keeps it: every object's type, name, table and text. */
export function schemaHash(reading: Reading): string {
  const hash = createHash('sha256').update('holdfast/schema/v1\0');
  const objects = reading.sql<{ type: string; name: string; tbl_name: string; sql: string | null }>(
    'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name',
  );
  for (const { type, name, tbl_name: table, sql } of objects.iterate()) {
    hash.update(`${type}\0${name}\0${table}\0${sql ?? ''}\0`);
  }
  return hash.digest('hex');
}

/**
 * Row count and hash of every ordinary table: the sum modulo 2^256 of the SHA-256 of each row, so that the
 * order of reading does not matter. A row is, per column, type byte || length LE32 || bytes (docs/formats).
 */
export function hashTables(
  reading: Reading,
  onRows: (rows: number) => void = () => undefined,
): ManifestTable[] {
  return ordinaryTables(reading).map((name) => {
    const hashing = hashTable(reading, name);
    for (;;) {
      const { done, value } = hashing.next();
      if (done) return value;
      onRows(value);
    }
  });
}

/** As `hashTables`, letting other tasks of the thread in between; the state has to be held meanwhile. */
export async function hashTablesBetween(reading: Reading): Promise<ManifestTable[]> {
  const tables: ManifestTable[] = [];
  for (const name of ordinaryTables(reading)) {
    const hashing = hashTable(reading, name);
    for (let next = hashing.next(); ; next = hashing.next()) {
      if (next.done) {
        tables.push(next.value);
        break;
      }
      await setImmediate();
    }
  }
  return tables;
}

function ordinaryTables(reading: Reading): string[] {
  const tables = reading.sql<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name`,
  );
  return tables.all().map(({ name }) => name);
}

/** Yields how many rows were read since, now and then and at the end. */
function* hashTable(reading: Reading, table: string): Generator<number, ManifestTable> {
  const columns = reading
    .sql<{ name: string }>('SELECT name FROM pragma_table_info(?) ORDER BY cid')
    .all(table)
    .map(({ name }) => quoted(name));
  const selected = columns.map(
    (column, at) =>
      `typeof(${column}) AS t${at}, CASE typeof(${column}) WHEN 'real' THEN CAST(format('%!.17g', ${column}) AS BLOB) ELSE CAST(${column} AS BLOB) END AS v${at}`,
  );
  const rows = reading.sql<Record<string, unknown>>(`SELECT ${selected.join(', ')} FROM ${quoted(table)}`);
  const sum = new HashSum();
  const head = Buffer.alloc(5);
  let count = 0;
  for (const row of rows.iterate()) {
    const hash = createHash('sha256');
    for (let at = 0; at < columns.length; at += 1) {
      const value = row[`v${at}`];
      const bytes = value instanceof Uint8Array ? value : new Uint8Array(0);
      head[0] = typeBytes[String(row[`t${at}`])] ?? 255;
      head.writeUInt32LE(bytes.length, 1);
      hash.update(head).update(bytes);
    }
    sum.add(hash.digest());
    count += 1;
    if (count % rowsBetween === 0) yield rowsBetween;
  }
  yield count % rowsBetween;
  return { name: table, rows: count, hash: sum.hex() };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
