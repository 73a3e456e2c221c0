import { setImmediate } from 'node:timers/promises';
import { callWorker } from '../../jobs/call-worker.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { rowHash } from '../../row-hash/row-hash.ts';
import { allRows, type RowRange, rowsReadAnew } from '../../row-hash/tenant-rows.ts';
import type { Reading } from '../../storage/store.ts';
import { HashSum } from '../snapshot/hash-sum.ts';
import type { ManifestCollection } from '../snapshot/manifest.ts';

/** Rows of a collection that were read again: how many, and the sum of their hashes in hex. */
export type RowSum = Pick<ManifestCollection, 'name' | 'revisions' | 'rowHash'>;

export interface RowSumInput {
  readonly file: string;
  readonly prefix: Uint8Array;
  readonly range: RowRange;
}

const rowsBetweenPauses = 5000;
/** No row outlives the next: more room only takes longer to go through. */
const youngMegabytes = 3;

/** Reads every row of a range again and sums the hashes by collection. Errors: CANCELLED, INTEGRITY. */
export async function sumRows(
  reading: Reading,
  { prefix, range }: Pick<RowSumInput, 'prefix' | 'range'>,
  { progress, signal }: Pick<WorkerContext, 'progress' | 'signal'>,
): Promise<RowSum[]> {
  const sums = new Map<string, { rows: number; sum: HashSum }>();
  let rows = 0;
  for (const row of rowsReadAnew(reading, range)) {
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
  return [...sums].map(([name, { rows: revisions, sum }]) => ({ name, revisions, rowHash: sum.hex() }));
}

/** As `sumRows` of all rows of a database's file, in several threads that read it beside each other. */
export async function sumInThreads(
  reading: Reading,
  { file, prefix }: Pick<RowSumInput, 'file' | 'prefix'>,
  { progress, signal }: Pick<WorkerContext, 'progress' | 'signal'>,
): Promise<RowSum[]> {
  const module = siblingModule(import.meta.url, 'row-sums-worker');
  const parts = rangesOf(reading).map((range) =>
    callWorker<RowSumInput, RowSum[]>({
      module,
      input: { file, prefix, range },
      youngMegabytes,
      progress,
      signal,
    }),
  );
  await Promise.allSettled(parts); // the file is let go by all of them, also when one fails
  return added((await Promise.all(parts)).flat());
}

/** Two parts, together all rows, whatever their numbers: each further thread would take some forty megabytes. */
function rangesOf(reading: Reading): RowRange[] {
  const highest = reading.sql<{ last: number | null }>('SELECT max(rowid) AS last FROM documents').get();
  const middle = BigInt(highest?.last ?? 0) / 2n;
  return [
    { from: allRows.from, through: middle - 1n },
    { from: middle, through: allRows.through },
  ];
}

function added(sums: readonly RowSum[]): RowSum[] {
  const whole = new Map<string, { revisions: number; sum: HashSum }>();
  for (const { name, revisions, rowHash: hash } of sums) {
    const kept = whole.get(name) ?? { revisions: 0, sum: new HashSum() };
    kept.sum.add(Buffer.from(hash, 'hex'));
    whole.set(name, { ...kept, revisions: kept.revisions + revisions });
  }
  return [...whole].map(([name, { revisions, sum }]) => ({ name, revisions, rowHash: sum.hex() }));
}
