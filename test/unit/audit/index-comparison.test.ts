import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeRecord } from '../../../main/audit/record.ts';
import { IndexComparison, type IndexedPart } from '../../../main/audit/search/index-comparison.ts';
import type { Reading } from '../../../main/storage/store.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

let stand: AuditStand;
const size = 450;

beforeAll(async () => {
  stand = await auditStand();
  const tenantId = stand.ids.uuid();
  for (const some of Array.from({ length: size / 50 }, () => 50))
    await Promise.all(
      Array.from({ length: some }, () => {
        const run = stand.run('thing.create');
        run.describe({ resource: { kind: 'thing', id: 'one' }, tenantId });
        return run.succeeded();
      }),
    );
  await stand.audit.explorer.getAuditTrail({ limit: 1, order: 'newest' }, stand.run('audit.read'));
});

afterAll(() => stand.close());

const span = 2 ** 36;
const heads = () => stand.store.sql<{ log: number; size: number }>('SELECT log, size FROM logs').all();
const logOfTenant = () => heads().find((head) => head.size === size)?.log ?? 0;

/** What is found the same when the log is read as it is, and the index as it is after `change`, which is undone. */
async function compared(
  change: string | undefined,
  partOf: (part: IndexedPart) => IndexedPart = (part) => part,
  skip: (index: number) => boolean = () => false,
): Promise<readonly number[]> {
  const parts = new Map(
    heads().map(({ log, size: of }) => [log, partOf({ size: of, minimum: 0, kept: [] })]),
  );
  const compare = (search: Reading) => {
    const comparison = new IndexComparison(search, parts);
    const entries = stand.store.sql<{ position: number; record: Uint8Array }>(
      'SELECT position, record FROM entries ORDER BY position',
    );
    for (const { position, record } of entries.all())
      if (!skip(position % span))
        comparison.read(Math.floor(position / span), position % span, decodeRecord(record));
    return comparison.finish();
  };
  if (change === undefined) return compare(stand.search);
  let found: readonly number[] = [];
  const undone = new Error('undone');
  const changed = stand.search.write((transaction) => {
    const { changes } = transaction.sql(change).run();
    expect(changes).toBeGreaterThan(0);
    found = compare(transaction);
    throw undone;
  });
  await expect(changed).rejects.toBe(undone);
  return found;
}

test('an index that has what it should is the same as every log', async () => {
  expect([...(await compared(undefined))].sort()).toEqual(heads().map(({ log }) => log));
});

const position = (index: number) => `position = ${logOfTenant() * span + index}`;

test.each<[string, () => string]>([
  ['the first entry given to somebody else', () => `UPDATE events SET actor = 'x' WHERE ${position(0)}`],
  ['the last one at another time', () => `UPDATE events SET time = time + 1 WHERE ${position(size - 1)}`],
  ['one of another kind', () => `UPDATE events SET kind = kind + 1 WHERE ${position(210)}`],
  ['one missing within', () => `DELETE FROM events WHERE ${position(200)}`],
  ['the last one missing', () => `DELETE FROM events WHERE ${position(size - 1)}`],
  ['all missing', () => `DELETE FROM events WHERE log = ${logOfTenant()}`],
])('%s is a difference, of that log alone', async (_, change) => {
  await stand.search.write((transaction) =>
    transaction
      .sql(
        "INSERT OR IGNORE INTO event_kinds (action, severity, outcome) SELECT action, 'critical', outcome FROM event_kinds",
      )
      .run(),
  );
  const others = heads().filter(({ log }) => log !== logOfTenant());
  expect(await compared(change())).toEqual(others.map(({ log }) => log));
});

test('an entry that the log lacks is a difference', async () => {
  expect(await compared(undefined, undefined, (index) => index === 3)).not.toContain(logOfTenant());
});

test('of a pruned log only what stays is to be in the index, and beyond its size nothing is asked', async () => {
  const part = { size: 300, minimum: 256, kept: [7, 9] };
  const gone = `DELETE FROM events WHERE position < ${logOfTenant() * span + 256}
    AND position NOT IN (${logOfTenant() * span + 7}, ${logOfTenant() * span + 9}) AND log = ${logOfTenant()}`;
  const only = (whole: IndexedPart) => (whole.size === size ? part : whole);
  expect(await compared(gone, only)).toContain(logOfTenant());
  expect(await compared(undefined, only)).not.toContain(logOfTenant());
});

test('a log that is not read, or not to be compared, is not told of', async () => {
  const none = await compared(undefined, undefined, () => true);
  expect(none).toEqual([]);
});
