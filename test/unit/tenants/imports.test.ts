import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importResult } from '../../../shared/contract/tenants.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { ids, operation, recorded, standWithTenant, type TenantStand } from '../../doubles/tenant-stand.ts';

let installation: TenantStand;
let tenant: Uuid;

beforeEach(async () => {
  ({ installation, tenant } = await standWithTenant());
});
afterEach(async () => {
  await installation.requireKeptIsCounted(tenant);
  await installation.remove();
});

const lines = (documents: readonly object[]) => documents.map((value) => JSON.stringify(value)).join('\n');
const many = (count: number) =>
  lines(
    Array.from({ length: count }, (_, n) => ({ id: `d${n}`, text: `number ${n}`, more: 'x'.repeat(100) })),
  );
const start = (file: string, onDamaged: 'stop' | 'skip' = 'stop', signal?: AbortSignal) =>
  installation.jobs.result(
    installation.manager.importDocuments(
      { tenant, collection: 'notes', file, onDamaged },
      operation('data.import', signal),
    ),
  );
const load = async (content: string | Uint8Array, onDamaged?: 'stop' | 'skip') =>
  importResult.parse(await start(await installation.file('import.jsonl', content), onDamaged));
const undo = (importId: Uuid) =>
  installation.jobs.result(
    installation.manager.undoImport({ tenant, importId }, operation('data.import.undo')),
  );
const store = (file: string) =>
  installation.jobs.result(
    installation.manager.exportDocuments({ tenant, collection: 'notes', file }, operation('data.export')),
  );
const get = (id: string) =>
  installation.manager.getDocument({ tenant, collection: 'notes', id }, operation());
const counts = async () => (await installation.manager.listCollections({ tenant })).items;
const states = async () =>
  (await installation.manager.listImports({ tenant })).items.map(({ state, imported }) => ({
    state,
    imported,
  }));
const state = () =>
  installation.manager.withDatabase(tenant, ({ store }) => ({
    rows: store
      .sql(
        'SELECT collection, id, revision, state, content, updated_at FROM documents ORDER BY collection, id, revision',
      )
      .all(),
    used: store.sql('SELECT used FROM storage').get(),
  }));

test('each line is a document; what was there gets a new revision', async () => {
  await installation.put(tenant, 'notes', 'd1', { before: true });
  const result = await load(`${many(2500)}\r\n\n{"id":"last","π":"\\u00fc","__proto__":{"a":1}}`);
  expect(result).toMatchObject({ imported: 2501, skipped: 0, failed: [] });
  expect(await counts()).toEqual([{ collection: 'notes', documents: 2501, revisions: 2502 }]);
  expect(await get('d1')).toMatchObject({ revision: 2, value: { id: 'd1', text: 'number 1' } });
  expect(JSON.stringify((await get('last')).value)).toBe('{"id":"last","π":"ü","__proto__":{"a":1}}');
  expect(await states()).toEqual([{ state: 'done', imported: 2501 }]);
  expect(installation.jobs.log.phases).toEqual(['Checking lines', 'Importing documents']);
  const events = await installation.manager.withDatabase(tenant, ({ store }) => recorded(store).slice(1));
  expect(events).toMatchObject([
    { act: 'data.import', outcome: 'unknown', facts: { documents: 2501 } },
    { act: 'data.import', outcome: 'success', facts: { imported: 2501 } },
  ]);
});

const damagedLines = [
  '{"id":"ok"}',
  '{"id":"cut"',
  '[1]',
  '{"text":"no id"}',
  '{"id":7}',
  '{"id":"not a form"}',
  '{"id":"n","n":12345678901234567890}',
  '{"id":"e","n":1e999}',
  '{"id":"fine","n":12345678901234567000,"m":0.12345678901234567,"s":"12345678901234567891"}',
];

test('a damaged line stops everything, before anything is written', async () => {
  await expect(load(damagedLines.join('\n'))).rejects.toMatchObject({
    code: 'VALIDATION',
    data: { line: 2, reason: 'not JSON', damaged: 7, documents: 2 },
  });
  expect(await counts()).toEqual([]);
  expect(await states()).toEqual([]);
});

test('or is left out, counted and named', async () => {
  const content = Buffer.concat([
    Buffer.from([0xef, 0xbb, 0xbf]),
    Buffer.from(`${damagedLines.join('\n')}\n{"id":"latin","t":"`),
    Buffer.from([0xfc]),
    Buffer.from(`"}\n{"id":"long","t":"${'x'.repeat(16 * 1024 * 1024)}"}\n{"id":"end"}`),
  ]);
  const result = await load(content, 'skip');
  expect(result).toMatchObject({ imported: 3, skipped: 9 });
  expect(result.failed).toEqual([
    { line: 2, reason: 'not JSON' },
    { line: 3, reason: 'a document is a JSON object' },
    { line: 4, reason: 'the object has no "id"' },
    { line: 5, reason: '"id" is not a text' },
    { line: 6, reason: '"id" is not 1 to 200 of A-Z a-z 0-9 . _ : @ / -' },
    { line: 7, reason: 'a number that cannot be kept exactly' },
    { line: 8, reason: 'a number that cannot be kept exactly' },
    { line: 10, reason: 'not UTF-8' },
    { line: 11, reason: 'longer than 16777216 bytes' },
  ]);
});

test('what cannot fit is refused before it begins', async () => {
  await installation.manager.withDatabase(tenant, ({ store }) =>
    store.write((transaction) => transaction.sql('UPDATE storage SET storage_limit = 50').run()),
  );
  await expect(load(lines([{ id: 'a', t: 'x'.repeat(30) }, { id: 'b' }]))).rejects.toMatchObject({
    code: 'QUOTA_EXCEEDED',
    data: { quota: 'storageBytes', limit: 50, used: 0, asked: 57 },
  });
  expect(await states()).toEqual([]);
});

test('what stops fitting on the way is undone whole', async () => {
  await installation.put(tenant, 'notes', 'd0', { before: true });
  const before = await state();
  let squeezed = false;
  installation.jobs.onProgress = ({ phases }) => {
    if (phases.length < 2 || squeezed) return;
    squeezed = true;
    void installation.manager.withDatabase(tenant, ({ store }) =>
      store.write((transaction) => transaction.sql('UPDATE storage SET storage_limit = used').run()),
    );
  };
  await expect(load(many(5000))).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  expect(await state()).toEqual(before);
  expect(await states()).toMatchObject([{ state: 'undone' }]);
});

test('cancelled midway, it is undone whole', async () => {
  await installation.put(tenant, 'notes', 'd3', { before: true });
  const before = await state();
  const controller = new AbortController();
  let seen = 0;
  installation.jobs.onProgress = ({ phases, advanced }) => {
    if (phases.at(-1) !== 'Importing documents') return;
    seen += 1;
    if (seen === 2) expect(advanced).toBeGreaterThan(0);
    if (seen >= 2) controller.abort();
  };
  const file = await installation.file('import.jsonl', many(20_000));
  await expect(start(file, 'stop', controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await state()).toEqual(before);
  const [{ state: ended, imported } = { state: '', imported: 0 }] = await states();
  expect(ended).toBe('undone');
  expect(imported).toBeGreaterThan(0);
  const events = await installation.manager.withDatabase(tenant, ({ store }) => recorded(store));
  expect(events.at(-1)).toMatchObject({ act: 'data.import', outcome: 'failure' });
});

test('a restore in place under a running import takes it back: it is never told as whole', async () => {
  await installation.put(tenant, 'notes', 'd3', { before: true });
  const before = await state();
  let restored: Promise<void> | undefined;
  installation.jobs.onProgress = ({ phases, advanced }) => {
    if (phases.at(-1) !== 'Importing documents' || advanced === 0) return;
    // what a restore does to an import that ran when the snapshot was made
    restored ??= installation.manager.withDatabase(tenant, ({ store }) =>
      store.write((transaction) => void transaction.sql(`UPDATE imports SET state = 'interrupted'`).run()),
    );
  };
  const file = await installation.file('import.jsonl', many(20_000));
  await expect(start(file, 'stop')).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'restored-meanwhile' },
  });
  await restored;
  expect(await state()).toEqual(before);
  expect(await states()).toMatchObject([{ state: 'undone' }]);
});

test('an import is undone as if it had never been', async () => {
  await installation.put(tenant, 'notes', 'a', { before: 1 });
  await installation.put(tenant, 'notes', 'b', { before: 1 });
  await installation.manager.deleteDocument({ tenant, collection: 'notes', id: 'b' }, operation());
  const before = await state();
  const { importId } = await load(
    lines([{ id: 'a', n: 1 }, { id: 'a', n: 2 }, { id: 'b', n: 1 }, { id: 'c' }, { id: 'c', n: 2 }]),
  );
  expect(await counts()).toEqual([{ collection: 'notes', documents: 3, revisions: 8 }]);
  expect(await undo(importId)).toEqual({ importId, removed: 5 });
  expect(await state()).toEqual(before);
  expect(await states()).toMatchObject([{ state: 'undone' }]);
  await expect(undo(importId)).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'import-undone' } });
  await expect(undo(ids.uuid())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('an import whose documents were changed since is not undone', async () => {
  const { importId } = await load(lines([{ id: 'a' }, { id: 'b' }, { id: 'c' }]));
  await installation.put(tenant, 'notes', 'a', { mine: true });
  await installation.manager.deleteDocument({ tenant, collection: 'notes', id: 'c' }, operation());
  const before = await state();
  await expect(undo(importId)).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'changed-since', changed: 2, documents: ['a', 'c'] },
  });
  expect(await state()).toEqual(before);
  expect(await states()).toMatchObject([{ state: 'done' }]);
});

test('others write between the chunks of an import', async () => {
  let wrote = 0;
  installation.jobs.onProgress = ({ phases }) => {
    if (phases.length < 2) return;
    wrote += 1;
    void installation.put(tenant, 'other', `w${wrote}`, { wrote });
  };
  await load(many(10_000));
  expect(wrote).toBeGreaterThan(1);
  await expect.poll(counts).toEqual([
    { collection: 'notes', documents: 10_000, revisions: 10_000 },
    { collection: 'other', documents: wrote, revisions: wrote },
  ]);
});

test('an export, imported again, gives the same documents', async () => {
  await installation.put(tenant, 'notes', 'a', { text: 'no id', n: 1 });
  await installation.put(tenant, 'notes', 'b', {});
  await installation.put(tenant, 'notes', 'c', { n: 1, id: 'c' });
  await installation.put(tenant, 'notes', 'd', {});
  await installation.manager.deleteDocument({ tenant, collection: 'notes', id: 'd' }, operation());
  const file = join(installation.outside, 'export.jsonl');
  expect(await store(file)).toMatchObject({ documents: 3, bytes: 60 });
  const text = await readFile(file, 'utf8');
  expect(text).toBe('{"id":"a","text":"no id","n":1}\n{"id":"b"}\n{"n":1,"id":"c"}\n');
  await expect(store(file)).rejects.toMatchObject({ code: 'CONFLICT' });
  await load(text);
  const again = join(installation.outside, 'again.jsonl');
  await store(again);
  expect(await readFile(again, 'utf8')).toBe(text);
  expect((await readdir(installation.outside)).sort()).toEqual([
    'again.jsonl',
    'export.jsonl',
    'import.jsonl',
  ]);
});

test('an empty file is an import of nothing', async () => {
  expect(await load('')).toMatchObject({ imported: 0, skipped: 0 });
});
