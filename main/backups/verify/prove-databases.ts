import { setImmediate } from 'node:timers/promises';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { rowHash } from '../../row-hash/row-hash.ts';
import { collectionSums, fileEntries, rowsReadAnew } from '../../row-hash/tenant-rows.ts';
import { Connection, reading } from '../../storage/connection.ts';
import type { Reading } from '../../storage/store.ts';
import { rebuiltFile } from '../restore/rebuild.ts';
import { HashSum } from '../snapshot/hash-sum.ts';
import type { ManifestCollection, ManifestDatabase } from '../snapshot/manifest.ts';
import type { OpenSnapshot } from '../snapshot/open-snapshot.ts';
import { schemaHash } from '../snapshot/table-hash.ts';
import { countRows, type Proof, proveTables } from './prove-tables.ts';

const problemsAtMost = 20;
const rowsBetweenPauses = 5000;

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
      problems.push(...checkForm(connection, database));
      if (level === 4 && problems.length === 0) {
        const found =
          snapshot.manifest.tenantId === null
            ? tablesOf(reading(connection), database, context)
            : await proveRows(reading(connection), snapshot, prefix ?? new Uint8Array(0), context);
        problems.push(...found.problems);
        rows += found.rows;
      }
    } finally {
      connection.close();
    }
  }
  return { problems: problems.slice(0, problemsAtMost), rows };
}

/** Where there is a log, the manifest's tables are those of the base, which was proved before the log was gone through. */
function tablesOf(reading: Reading, database: ManifestDatabase, context: WorkerContext): Proof {
  if (database.segments.length > 0) return { problems: [], rows: countRows(reading, database) };
  return proveTables(reading, database, context);
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

async function proveRows(
  reading: Reading,
  { manifest, files }: OpenSnapshot,
  prefix: Uint8Array,
  { progress, signal }: WorkerContext,
): Promise<Proof> {
  const sums = new Map<string, { rows: number; sum: HashSum }>();
  let rows = 0;
  for (const row of rowsReadAnew(reading)) {
    const kept = sums.get(row.collection) ?? { rows: 0, sum: new HashSum() };
    kept.sum.add(rowHash(prefix, row));
    kept.rows += 1;
    sums.set(row.collection, kept);
    rows += 1;
    if (rows % rowsBetweenPauses !== 0) continue;
    progress.advance(rowsBetweenPauses);
    await setImmediate(); // lets a cancel in
    signal.throwIfAborted();
  }
  progress.advance(rows % rowsBetweenPauses);
  const anew = [...sums].map(([name, { rows: revisions, sum }]) => ({ name, revisions, rowHash: sum.hex() }));
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
  return { problems, rows };
}

function differences(
  expected: readonly ManifestCollection[],
  found: readonly Pick<ManifestCollection, 'name' | 'revisions' | 'rowHash'>[],
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
