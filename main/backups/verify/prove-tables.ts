import type { WorkerContext } from '../../jobs/serve-call.ts';
import type { Reading } from '../../storage/store.ts';
import type { ManifestDatabase } from '../snapshot/manifest.ts';
import { hashTables } from '../snapshot/table-hash.ts';

export interface Proof {
  /** What is wrong, in words; empty when proved. */
  readonly problems: readonly string[];
  /** Rows that were read again; 0 at level 3. */
  readonly rows: number;
}

/** Reads every row of every table again, and holds counts and hashes against the manifest. */
export function proveTables(
  reading: Reading,
  database: Pick<ManifestDatabase, 'name' | 'tables'>,
  { progress, check }: WorkerContext,
): Proof {
  const found = hashTables(reading, (rows) => {
    check();
    progress.advance(rows);
  });
  const problems: string[] = [];
  const byName = new Map(found.map((table) => [table.name, table]));
  for (const { name, rows, hash } of database.tables) {
    const table = byName.get(name);
    byName.delete(name);
    if (table?.rows !== rows) {
      problems.push(`${database.name}: table ${name} has ${table?.rows ?? 0} rows instead of ${rows}`);
    } else if (table.hash !== hash) problems.push(`${database.name}: rows of table ${name} were changed`);
  }
  for (const name of byName.keys()) problems.push(`${database.name}: table ${name} is not in the manifest`);
  return { problems, rows: found.reduce((sum, { rows }) => sum + rows, 0) };
}

/** Rows in the tables that a manifest lists. */
export function countRows(reading: Reading, { tables }: ManifestDatabase): number {
  return tables.reduce((sum, { name }) => {
    const counted = reading
      .sql<{ n: number }>(`SELECT count(*) AS n FROM "${name.replaceAll('"', '""')}"`)
      .get();
    return sum + (counted?.n ?? 0);
  }, 0);
}
