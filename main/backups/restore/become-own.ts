import type { WorkerContext } from '../../jobs/serve-call.ts';
import { rowHash } from '../../row-hash/row-hash.ts';
import { rowsReadAnew } from '../../row-hash/tenant-rows.ts';
import { Connection, reading } from '../../storage/connection.ts';
import { HashSum } from '../snapshot/hash-sum.ts';

const rowsBetweenChecks = 1000;

/**
 * Makes a proved copy of one tenant's database another tenant's, in one transaction: row hashes under that tenant's
 * prefix, nothing that waits for the log or on the disk, its first timeline, a commit clock that has not begun. Errors: STORAGE_FULL,
 * IO, CANCELLED.
 */
export function becomeOwn(
  file: string,
  prefix: Uint8Array,
  { progress, check }: Pick<WorkerContext, 'progress' | 'check'>,
): void {
  // what waited for the log is zeroed: its fields are sealed for the log of another
  const connection = new Connection(file, { name: 'tenant', secureDelete: true });
  try {
    progress.phase('Making it its own', null, 'rows');
    connection.exec('BEGIN IMMEDIATE');
    const sums = new Map<string, HashSum>();
    let rows = 0;
    for (const row of rowsReadAnew(reading(connection))) {
      const sum = sums.get(row.collection) ?? new HashSum();
      sum.add(rowHash(prefix, row));
      sums.set(row.collection, sum);
      rows += 1;
      if (rows % rowsBetweenChecks !== 0) continue;
      progress.advance(rowsBetweenChecks);
      check();
    }
    const none = new HashSum().hex();
    const collections = connection.sql<{ collection: string }>('SELECT collection FROM collections', false);
    const write = connection.sql('UPDATE collections SET row_hash = ? WHERE collection = ?', true);
    for (const { collection } of collections.all()) {
      write.run(Buffer.from(sums.get(collection)?.hex() ?? none, 'hex'), collection);
    }
    connection.exec(`
      DELETE FROM outbox;
      DELETE FROM timeline;
      DELETE FROM removed_contents;
      UPDATE commit_clock SET seq = 0, time = 0;
      COMMIT;
    `);
  } finally {
    connection.close(); // an open transaction is undone; the last connection leaves no write-ahead log
  }
}
