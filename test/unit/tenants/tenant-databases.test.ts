import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Uuid } from '../../../shared/ids.ts';
import { ids, keptAndCounted, operation, TenantStand, temporaryFolder } from '../../doubles/tenant-stand.ts';

let base: string;
let installation: TenantStand;
let open: Set<Uuid>;
let events: string[];

beforeEach(async () => {
  base = await temporaryFolder();
  open = new Set();
  events = [];
  installation = await TenantStand.open(base, {
    maximumOpen: 2,
    hooks: {
      opened: (id) => {
        open.add(id);
        events.push('opened');
      },
      closing: async (id) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        open.delete(id);
        events.push('closing');
      },
      contentFreed: () => undefined,
      drain: () => Promise.resolve(),
    },
  });
});
afterEach(async () => {
  await installation.close();
  expect(open.size).toBe(0);
  await rm(base, { recursive: true });
});

const settle = () => new Promise((resolve) => setTimeout(resolve, 50));

test('those unused for longest are closed, never one in use', async () => {
  const tenants = [];
  for (const name of ['a', 'b', 'c', 'd']) tenants.push(await installation.createTenant(name));
  const [a, b, c, d] = tenants.map(({ id }) => id);
  if (!a || !b || !c || !d) throw new RangeError('four tenants');
  await installation.manager.withDatabase(a, async ({ store }) => {
    for (const id of [b, c, d, b, c]) await installation.put(id, 'notes', 'n', {});
    await settle();
    expect(open).toEqual(new Set([a, c]));
    expect(store.sql('SELECT count(*) AS n FROM documents').get()).toEqual({ n: 0 });
  });
  await installation.put(a, 'notes', 'n', {});
  await Promise.all([b, d, b, a, c, d].map((id) => installation.put(id, 'notes', 'n', {})));
  await settle();
  expect(open.size).toBe(2);
});

test('one that is being closed is opened again only when it is closed', async () => {
  const tenants = [];
  for (const name of ['a', 'b', 'c']) tenants.push((await installation.createTenant(name)).id);
  const [a] = tenants;
  if (!a) throw new RangeError('a tenant');
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(tenants.map((id) => installation.put(id, 'notes', 'n', { round })));
  }
  const history = await installation.manager.getDocumentHistory(
    {
      tenant: a,
      collection: 'notes',
      id: 'n',
      limit: 10,
    },
    operation(),
  );
  expect(history.items.map(({ value }) => value)).toEqual([4, 3, 2, 1, 0].map((round) => ({ round })));
});

test('work that lasts keeps its databases open, however many others come and go', async () => {
  const tenants: Uuid[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) tenants.push((await installation.createTenant(name)).id);
  const lines = Array.from({ length: 3000 }, (_, at) => JSON.stringify({ id: `d${at}`, at })).join('\n');
  const file = await installation.file('lines.jsonl', lines);
  let busy = true;
  const visitors = (async () => {
    for (let at = 0; busy; at += 1) {
      const tenant = tenants[at % tenants.length];
      if (tenant !== undefined) await installation.put(tenant, 'visits', `v${at}`, { at });
    }
  })();
  const imports = tenants.map((tenant) =>
    installation.jobs.result(
      installation.manager.importDocuments(
        { tenant, collection: 'notes', file, onDamaged: 'stop' },
        operation(),
      ),
    ),
  );
  const content = await installation.file('content', 'c'.repeat(100_000));
  const files = tenants.map((tenant) =>
    installation.jobs.result(installation.manager.addFile({ tenant, path: content, name: 'c' }, operation())),
  );
  expect(await Promise.all(imports)).toMatchObject(tenants.map(() => ({ imported: 3000 })));
  await Promise.all(files);
  busy = false;
  await visitors;
  await settle();
  expect(open.size).toBe(2);
  for (const tenant of tenants) {
    await installation.manager.withDatabase(tenant, ({ store }) => {
      const { kept, counted } = keptAndCounted(store, installation.keys.rowHashPrefix(tenant));
      expect(kept).toEqual(counted);
      expect(kept.sums).toHaveProperty('notes');
    });
  }
});

test('nobody reaches one tenant through another', async () => {
  const [mine, theirs] = [await installation.createTenant('Mine'), await installation.createTenant('Theirs')];
  await installation.put(theirs.id, 'notes', 'secret', { text: 'theirs' });
  const path = await installation.file('f', 'theirs');
  await installation.jobs.result(
    installation.manager.addFile({ tenant: theirs.id, path, name: 'f' }, operation()),
  );
  const [file] = (await installation.manager.listFiles({ tenant: theirs.id, limit: 1 })).items;
  const tenant = mine.id;
  const notFound = { code: 'NOT_FOUND' };
  const note = { collection: 'notes', id: 'secret' };
  await expect(installation.manager.getDocument({ tenant, ...note }, operation())).rejects.toMatchObject(
    notFound,
  );
  await expect(installation.manager.deleteDocument({ tenant, ...note }, operation())).rejects.toMatchObject(
    notFound,
  );
  await expect(
    installation.manager.deleteFile({ tenant, fileId: file?.id ?? ids.uuid() }, operation()),
  ).rejects.toMatchObject(notFound);
  for (const reference of [
    `../${theirs.id}`,
    `${tenant}/../${theirs.id}`,
    '..',
    `${theirs.id}' OR '1'='1`,
    '%',
  ]) {
    await expect(
      installation.manager.getDocument({ tenant: reference, ...note }, operation()),
    ).rejects.toMatchObject(notFound);
    await expect(installation.manager.withDatabase(reference as Uuid, () => 'reached')).rejects.toMatchObject(
      notFound,
    );
  }
  const page = await installation.manager.getTenantData(
    {
      tenant: theirs.id,
      collection: 'notes',
      by: 'key',
      limit: 1,
    },
    operation(),
  );
  expect(page.items).toHaveLength(1);
  await installation.manager.withDatabase(mine.id, ({ store, rowHashPrefix }) => {
    expect(() => store.sql(`ATTACH '${installation.control.file}' AS other`).run()).toThrow();
    expect(rowHashPrefix).not.toEqual(installation.keys.rowHashPrefix(theirs.id));
  });
});

test('the limit of the tier is copied at open and after a restore', async () => {
  const { id } = await installation.createTenant('Restored', 'standard');
  const limit = () =>
    installation.manager.withDatabase(
      id,
      ({ store }) => store.sql<{ l: number }>('SELECT storage_limit AS l FROM storage').get()?.l,
    );
  await installation.manager.withDatabase(id, ({ store }) =>
    store.write((transaction) => transaction.sql('UPDATE storage SET storage_limit = NULL').run()),
  );
  await installation.manager.afterRestore(id);
  expect(await limit()).toBe(100_000_000_000);
});

test('after the end nothing is opened any more', async () => {
  const { id } = await installation.createTenant('Late');
  await installation.manager.close();
  await expect(installation.put(id, 'notes', 'n', {})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
