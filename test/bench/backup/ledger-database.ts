import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { tenantMigrations } from '../../../main/storage/migrations/tenant.ts';
import { openStore } from '../../../main/storage/open-store.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { Protected } from '../../doubles/protected-installation.ts';
import { ledgerLine } from '../harness/ledger.ts';

/** Fills a tenant's database with documents of 200 to 2,000 bytes until the file has the size wanted. */
export async function fillDatabase(file: string, databaseBytes: number): Promise<void> {
  const options = { file, name: 'tenant', migrations: tenantMigrations, clock: systemClock };
  await (await openStore({ ...options, createIfMissing: true })).close();
  const database = new Database(file);
  try {
    for (const setting of ['synchronous = OFF', 'cache_size = -200000']) database.pragma(setting);
    const insert = database.prepare(
      `INSERT INTO documents (collection, id, revision, state, content, content_hash, updated_at)
       VALUES ('ledger', ?, 1, 1, ?, ?, ?)`,
    );
    const size = () => Number(database.pragma('page_count', { simple: true })) * 4096;
    const add = database.transaction((from: number) => {
      for (let at = from; at < from + 10_000; at += 1) {
        const { id, text } = ledgerLine(at, 200 + ((at * 7919) % 1801));
        insert.run(id, text, createHash('sha256').update(text).digest(), systemClock.now());
      }
    });
    for (let at = 0; size() < databaseBytes; at += 10_000) add(at);
  } finally {
    database.close();
  }
}

/** How many documents there are. */
export function countDocuments({ tenant }: Protected): number {
  return tenant.sql<{ n: number }>('SELECT count(*) AS n FROM documents WHERE state = 1').get()?.n ?? 0;
}

/** Gives documents chosen at random a new revision: a hundredth of all unless `count` says otherwise. */
export async function changeSome(
  subject: Protected,
  {
    documents,
    round,
    count = documents / 100,
  }: { readonly documents: number; readonly round: number; readonly count?: number },
): Promise<void> {
  const atOnce = 500;
  for (let done = 0; done < count; done += atOnce) {
    const changed = Array.from({ length: atOnce }, (_, index) => {
      const at = (((round * 1_000_003 + done + index) * 48_271) >>> 0) % documents;
      const { id, text } = ledgerLine(at, 200 + ((at * 7919) % 1801));
      return { id, value: { ...JSON.parse(text), changed: `${round} ${done} ${index}` } };
    });
    await subject.putAll('ledger', changed);
  }
}
