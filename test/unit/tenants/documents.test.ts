import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { documentRevision } from '../../../shared/contract/tenants.ts';
import type { Uuid } from '../../../shared/ids.ts';
import {
  keptAndCounted,
  operation,
  recorded,
  standWithTenant,
  type TenantStand,
} from '../../doubles/tenant-stand.ts';

let installation: TenantStand;
let tenant: Uuid;

beforeEach(async () => {
  ({ installation, tenant } = await standWithTenant());
});
afterEach(() => installation.remove());

const put = (id: string, value: object, ifRevision?: number) =>
  installation.put(tenant, 'notes', id, value as never, ifRevision);
const remove = (id: string, ifRevision?: number) =>
  installation.manager.deleteDocument(
    { tenant, collection: 'notes', id, ifRevision },
    operation('data.delete'),
  );
const get = (id: string, revision?: number) =>
  installation.manager.getDocument({ tenant, collection: 'notes', id, revision }, operation());
const list = (input: object = {}) =>
  installation.manager.getTenantData(
    { tenant, collection: 'notes', by: 'key', limit: 100, ...input },
    operation(),
  );
const history = (id: string, input: object = {}) =>
  installation.manager.getDocumentHistory(
    { tenant, collection: 'notes', id, limit: 100, ...input },
    operation(),
  );

test('a document goes through its revisions, and deletion is one of them', async () => {
  const first = await put('a', { text: 'one' });
  expect(documentRevision.parse(first)).toEqual(first);
  expect(first).toMatchObject({ revision: 1, state: 'live', value: { text: 'one' } });
  await put('a', { text: 'two' });
  expect(await remove('a')).toMatchObject({ revision: 3, state: 'deleted', value: null });
  await expect(get('a')).rejects.toMatchObject({ code: 'NOT_FOUND', data: { id: 'notes/a' } });
  await expect(remove('a')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await put('a', { text: 'four' })).toMatchObject({ revision: 4, state: 'live' });
  expect(await get('a', 1)).toMatchObject({ state: 'superseded', value: { text: 'one' } });
  const states = (await history('a')).items.map(({ revision, state }) => `${revision} ${state}`);
  expect(states).toEqual(['4 live', '3 deleted', '2 superseded', '1 superseded']);
  const pages = await history('a', { limit: 3 });
  expect(
    (await history('a', { limit: 3, cursor: pages.next })).items.map(({ revision }) => revision),
  ).toEqual([1]);
  await expect(history('never')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await installation.manager.listCollections({ tenant })).toEqual({
    items: [{ collection: 'notes', documents: 1, revisions: 4 }],
  });
});

test('a change names the revision it saw', async () => {
  await expect(put('a', {}, 1)).rejects.toMatchObject({ code: 'CONFLICT', data: { revision: 0 } });
  await put('a', { n: 1 }, 0);
  await expect(put('a', { n: 2 }, 0)).rejects.toMatchObject({ code: 'CONFLICT', data: { revision: 1 } });
  const both = await Promise.allSettled([put('a', { n: 2 }, 1), put('a', { n: 3 }, 1)]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  await expect(remove('a', 1)).rejects.toMatchObject({ code: 'CONFLICT' });
  await remove('a', 2);
  expect(await put('a', { n: 4 }, 0)).toMatchObject({ revision: 4 });
});

test('the log says which bytes there were, never what they said', async () => {
  await put('a', { secret: 'bytes' });
  await remove('a');
  const events = await installation.manager.withDatabase(
    installation.manager.tenantIds()[0] ?? (tenant as never),
    ({ store }) => recorded(store),
  );
  expect(events).toMatchObject([
    { act: 'data.put', resource: { kind: 'document', id: 'notes/a' }, after: { revision: 1, state: 1 } },
    { act: 'data.delete', before: { revision: 1 }, after: { revision: 2, state: 3 } },
  ]);
  expect(JSON.stringify(events)).not.toContain('bytes"');
});

test('listed by key and by time, in pages that hold while documents change', async () => {
  for (const id of ['c', 'a', 'b', 'B', 'd']) await put(id, { id });
  const keys = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);
  expect(keys(await list())).toEqual(['B', 'a', 'b', 'c', 'd']);
  expect(keys(await list({ fromKey: 'a', toKey: 'c' }))).toEqual(['a', 'b']);
  expect(keys(await list({ by: 'time' }))).toHaveLength(5);
  const page = await list({ limit: 2 });
  await put('aa', { id: 'aa' });
  await remove('c');
  expect(keys(await list({ limit: 2, cursor: page.next }))).toEqual(['aa', 'b']);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const last = await put('a', { changed: true });
  expect(keys(await list({ by: 'time', fromTime: last.updatedAt }))).toEqual(['a']);
  expect(keys(await list({ by: 'time' })).at(-1)).toBe('a');
  expect(keys(await list({ by: 'time', toTime: last.updatedAt }))).not.toContain('a');
  const timed = await list({ by: 'time', limit: 1 });
  expect(keys(await list({ by: 'time', limit: 1, cursor: timed.next }))).not.toEqual(keys(timed));
  await expect(list({ by: 'key', cursor: timed.next })).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('a page ends early when its documents are large', async () => {
  const text = 'x'.repeat(5_000_000);
  for (const id of ['a', 'b', 'c']) await put(id, { text });
  const page = await list();
  expect(page.items).toHaveLength(2);
  expect((await list({ cursor: page.next })).items).toHaveLength(1);
});

test('only an object that agrees with its id and is neither deep nor huge can be stored', async () => {
  let deep: object = {};
  for (let level = 0; level < 150; level += 1) deep = { deep };
  const refused = async (value: unknown) => {
    const error = await put('a', value as object).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return (error as { data: { issues: { reason: string }[] } } | null)?.data.issues[0]?.reason;
  };
  expect(await refused([1])).toBe('not-an-object');
  expect(await refused({ id: 'b' })).toBe('id-differs');
  expect(await refused(deep)).toBe('nested-too-deeply');
  expect(await refused({ text: 'x'.repeat(16 * 1024 * 1024) })).toBe('too-large');
  expect(await put('a', { id: 'a', __proto__: null, constructor: 1 })).toMatchObject({ revision: 1 });
});

test('storage is counted in bytes and refused in the transaction that would exceed it', async () => {
  await put('a', { text: 'ä' });
  expect((await installation.manager.getUsage({ tenant })).usage.storageBytes).toBe(13);
  await installation.manager.withDatabase(tenant as never, ({ store }) =>
    store.write((transaction) => transaction.sql('UPDATE storage SET storage_limit = 40').run()),
  );
  const asked = await Promise.allSettled(['b', 'c', 'd', 'e'].map((id) => put(id, { text: 'ä' })));
  expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  expect(asked[2]).toMatchObject({
    reason: { code: 'QUOTA_EXCEEDED', data: { quota: 'storageBytes', limit: 40, used: 39, asked: 13 } },
  });
  expect(await remove('a')).toMatchObject({ state: 'deleted' });
  expect((await installation.manager.getUsage({ tenant })).usage.storageBytes).toBe(39);
});

test('whatever is done, the kept row hashes, counts and bytes are those of the rows', async () => {
  const prefix = installation.keys.rowHashPrefix(tenant as never);
  const key = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('put' as const),
      id: key,
      value: fc.dictionary(fc.string(), fc.jsonValue()),
    }),
    fc.record({ kind: fc.constant('delete' as const), id: key }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      for (const { id, ...step } of steps) {
        if (step.kind === 'put') {
          const { id: _, ...value } = step.value;
          await put(id, value);
        } else await remove(id).catch((error) => expect(error.code).toBe('NOT_FOUND'));
      }
      const { kept, counted } = await installation.manager.withDatabase(tenant as never, ({ store }) =>
        keptAndCounted(store, prefix),
      );
      expect(kept).toEqual(counted);
    }),
    { numRuns: 15 },
  );
});

test('a stored row can only be changed as a whole', async () => {
  await put('a', { text: 'x' });
  await expect(
    installation.manager.withDatabase(tenant as never, ({ store }) =>
      store.write((transaction) => transaction.sql(`UPDATE documents SET content = '{}'`).run()),
    ),
  ).rejects.toThrow('immutable:documents');
});
