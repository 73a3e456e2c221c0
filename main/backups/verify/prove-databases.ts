import type { WorkerContext } from '../../jobs/serve-call.ts';
import { allRows, collectionSums, fileEntries } from '../../row-hash/tenant-rows.ts';
import { Connection, reading } from '../../storage/connection.ts';
import type { Reading } from '../../storage/store.ts';
import { rebuiltFile } from '../restore/rebuild.ts';
import type { ManifestCollection, ManifestDatabase } from '../snapshot/manifest.ts';
import type { OpenSnapshot } from '../snapshot/open-snapshot.ts';
import { schemaHash } from '../snapshot/table-hash.ts';
import { countRows, type Proof, proveTables } from './prove-tables.ts';
import { type RowSum, sumInThreads, sumRows } from './row-sums.ts';

const problemsAtMost = 20;
/** In a smaller database further threads gain nothing. */
const largeBytes = 64 * 1024 * 1024;

/**
 * Proves rebuilt databases. Level 3: SQLite's integrity_check and foreign_key_check, schema, commit. Level 4: every
 * row is read again, and counts and row hashes must be the manifest's. `prefix` keys a tenant's row hash.
 */
export async function proveDatabases(
  snapshot: OpenSnapshot,
  folder: string,
  { level, prefix }: { readonly level: 3 | 4; readonly prefix: Uint8Array | null },
  context: WorkerContext,
): Promise<Proof> {
  const problems: string[] = [];
  let rows = 0;
  for (const { database } of snapshot.bases) {
    const connection = new Connection(rebuiltFile(folder, database.name), { name: database.name });
    try {
      context.progress.phase(`Checking ${database.name}`, null, 'rows');
      const rowsOf = { file: connection.file, prefix: prefix ?? new Uint8Array(0) };
      const state = reading(connection);
      const byRows = level === 4 && snapshot.manifest.tenantId !== null;
      const beside =
        byRows && database.bytes >= largeBytes ? sumInThreads(state, rowsOf, context) : undefined;
      beside?.catch(() => undefined); // seen below, or hidden behind what is wrong with the form
      const wrong = checkForm(connection, database);
      problems.push(...wrong);
      if (wrong.length > 0) await beside?.catch(() => undefined);
      if (level === 4 && problems.length === 0) {
        const found = byRows
          ? compareRows(
              state,
              snapshot,
              await (beside ?? sumRows(state, { ...rowsOf, range: allRows }, context)),
            )
          : tablesOf(state, database, context);
        problems.push(...found.problems);
        rows += found.rows;
      }
    } finally {
      connection.close();
    }
  }
  return { problems: problems.slice(0, problemsAtMost), rows };
}

/**
 * Where there is a log, `tables` of the manifest are those of the base, which was proved before the log was gone through; those of
 * the last commit it does not have of a large database, nor of a commit in between.
 */
function tablesOf(reading: Reading, database: ManifestDatabase, context: WorkerContext): Proof {
  const { name, segments, tables, lastTables } = database;
  const expected = segments.length === 0 ? tables : lastTables;
  if (expected === undefined) return { problems: [], rows: countRows(reading, database) };
  return proveTables(reading, { name, tables: expected }, context);
}

function checkForm(connection: Connection, database: ManifestDatabase): string[] {
  const { name } = database;
  const problems: string[] = [];
  const check = connection.pragma(`integrity_check(${problemsAtMost})`);
  if (check !== 'ok') problems.push(`${name}: integrity_check says ${String(check)}`);
  const broken = connection.rows('foreign_key_check');
  if (Array.isArray(broken) && broken.length > 0) {
    problems.push(`${name}: ${broken.length} rows refer to missing ones`);
  }
  if (schemaHash(reading(connection)) !== database.schemaHash) {
    problems.push(`${name}: the schema is not the one in the manifest`);
  }
  const seq = connection.sql<{ seq: number }>('SELECT seq FROM commit_clock', false).get()?.seq;
  if (seq !== database.commits.last) {
    problems.push(`${name}: stands at commit ${seq}, not ${database.commits.last}`);
  }
  return problems;
}

function compareRows(reading: Reading, { manifest, files }: OpenSnapshot, anew: readonly RowSum[]): Proof {
  const problems = [
    ...differences(manifest.collections, anew, 'reading every row'),
    ...differences(manifest.collections, collectionSums(reading), 'the kept sums'),
  ];
  const damaged = new Set(manifest.damaged.map(({ sha256 }) => sha256));
  for (const entry of fileEntries(reading)) {
    const sha256 = Buffer.from(entry.sha256).toString('hex');
    const node = files.get(sha256);
    if (damaged.has(sha256)) continue;
    if (node === undefined)
      problems.push(`the content ${sha256.slice(0, 8)} of a file is not in the snapshot`);
    else if ((node.size ?? 0) !== entry.size)
      problems.push(`the content ${sha256.slice(0, 8)} has another size`);
  }
  return { problems, rows: anew.reduce((sum, { revisions }) => sum + revisions, 0) };
}

function differences(
  expected: readonly ManifestCollection[],
  found: readonly RowSum[],
  how: string,
): string[] {
  const problems: string[] = [];
  const byName = new Map(found.map((each) => [each.name, each]));
  for (const { name, revisions, rowHash: hash } of expected) {
    const each = byName.get(name);
    byName.delete(name);
    if (each?.revisions !== revisions) {
      problems.push(`${how}: collection ${name} has ${each?.revisions ?? 0} rows instead of ${revisions}`);
    } else if (each.rowHash !== hash) problems.push(`${how}: rows of collection ${name} were changed`);
  }
  for (const name of byName.keys()) problems.push(`${how}: collection ${name} is not in the manifest`);
  return problems;
}
