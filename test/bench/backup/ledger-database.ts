import { tenantMigrations } from '../../../main/storage/migrations/tenant.ts';
import { openStore } from '../../../main/storage/open-store.ts';
import { DocumentWriter } from '../../../main/tenants/data/document-writer.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { Protected } from '../../doubles/protected-installation.ts';
import { ledgerLine } from '../harness/ledger.ts';

const atOnce = 10_000;

/** Fills a tenant's database with documents of 200 to 2,000 bytes until the file has the size wanted. */
export async function fillDatabase(
  file: string,
  { databaseBytes, rowHashPrefix }: { readonly databaseBytes: number; readonly rowHashPrefix: Uint8Array },
): Promise<void> {
  const options = { file, name: 'tenant', migrations: tenantMigrations, clock: systemClock };
  const store = await openStore({ ...options, createIfMissing: true });
  try {
    const pages = () => store.sql<{ page_count: number }>('PRAGMA page_count').get()?.page_count ?? 0;
    for (let from = 0; pages() * 4096 < databaseBytes; from += atOnce) {
      await store.write((transaction) => {
        const writer = new DocumentWriter(transaction, rowHashPrefix);
        for (let at = from; at < from + atOnce; at += 1) {
          const { id, text } = ledgerLine(at, 200 + ((at * 7919) % 1801));
          writer.put('ledger', id, text, undefined, null);
        }
        writer.finish();
      });
    }
  } finally {
    await store.close();
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
