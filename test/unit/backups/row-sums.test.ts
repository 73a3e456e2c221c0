import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sumInThreads, sumRows } from '../../../main/backups/verify/row-sums.ts';
import { allRows, collectionSums } from '../../../main/row-hash/tenant-rows.ts';
import { makeProtected } from '../../doubles/protected-installation.ts';

const context = {
  progress: { phase: () => undefined, advance: () => undefined },
  signal: new AbortController().signal,
};

test('rows read in several threads sum to what they sum to in one, and to what is kept', async () => {
  const prefix = randomBytes(32);
  const place = await makeProtected({ prefix });
  try {
    for (const collection of ['orders', 'people'])
      await place.putAll(
        collection,
        Array.from({ length: 41 }, (_, at) => ({ id: `id-${at}`, value: { at } })),
      );
    await place.remove('people', 'id-7');
    await place.addFile('drawing', randomBytes(100));
    const { tenant } = place;
    const inOne = await sumRows(tenant, { prefix, range: allRows }, context);
    const kept = collectionSums(tenant).map(({ name, revisions, rowHash }) => ({ name, revisions, rowHash }));
    const byName = (sums: typeof kept) => sums.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    expect(byName(inOne)).toEqual(byName(kept));
    expect(byName(await sumInThreads(tenant, { file: tenant.file, prefix }, context))).toEqual(byName(kept));
  } finally {
    await place.close();
  }
});
