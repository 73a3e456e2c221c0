import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import {
  appendFile,
  link as hardLink,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Lease } from '../../../main/storage/store.ts';
import { fileName, tenantFile } from '../../../shared/contract/tenants.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { operation, recorded, standWithTenant, type TenantStand } from '../../doubles/tenant-stand.ts';

let installation: TenantStand;
let tenant: Uuid;

beforeEach(async () => {
  ({ installation, tenant } = await standWithTenant());
});
afterEach(async () => {
  await installation.requireKeptIsCounted(tenant);
  await installation.remove();
});

const add = (path: string, name: string, signal?: AbortSignal) =>
  installation.jobs.result(
    installation.manager.addFile({ tenant, path, name }, operation('file.add', signal)),
  );
const get = (fileId: Uuid, path: string) =>
  installation.jobs.result(installation.manager.getFile({ tenant, fileId, path }, operation('file.get')));
const contents = async () => {
  const folder = join(installation.folder, 'tenants', tenant, 'files');
  return (await readdir(folder, { recursive: true })).filter((name) => name.length > 60);
};

test('files with odd names and of no bytes come back as they were', async () => {
  const names = [
    'plain.txt',
    'with spaces and "quotes"',
    `it's <tag> & more.html`,
    'Üñïçødé/日本語/🎻.bin',
    'folder/-rf *',
    '%2e%2e',
    `${'long'.repeat(200)}`,
  ];
  for (const [index, name] of names.entries()) {
    const content = index === 0 ? '' : `content of ${name}`;
    const added = tenantFile.parse(
      await add(await installation.file('source', content), fileName.parse(name)),
    );
    expect(added).toMatchObject({ name: name.normalize('NFC'), size: Buffer.byteLength(content) });
    expect(added.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    const back = join(installation.outside, `back ${index}`);
    await get(added.id, back);
    expect(await readFile(back, 'utf8')).toBe(content);
  }
  const page = await installation.manager.listFiles({ tenant, limit: 3 });
  const rest = await installation.manager.listFiles({ tenant, limit: 100, cursor: page.next ?? '' });
  const sorted = [...page.items, ...rest.items].map(({ name }) => name);
  expect(sorted).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  const inFolder = await installation.manager.listFiles({ tenant, limit: 10, prefix: 'folder/' });
  expect(inFolder.items.map(({ name }) => name)).toEqual(['folder/-rf *']);
  expect(await readdir(join(installation.folder, 'tenants', tenant, 'incoming'))).toEqual([]);
});

test('the same content is stored once and counted each time', async () => {
  const path = await installation.file('twice', 'x'.repeat(1000));
  const first = tenantFile.parse(await add(path, 'one'));
  await add(path, 'two');
  expect(await contents()).toHaveLength(1);
  expect((await installation.manager.getUsage({ tenant })).usage.storageBytes).toBe(2000);
  await expect(add(path, 'two')).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'name-taken' } });
  await installation.manager.deleteFile({ tenant, fileId: first.id }, operation('file.delete'));
  expect(await contents()).toHaveLength(1);
  expect((await installation.manager.getUsage({ tenant })).usage.storageBytes).toBe(1000);
  await expect(get(first.id, join(installation.outside, 'gone'))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const acts = await installation.manager.withDatabase(tenant, ({ store }) =>
    recorded(store).map(({ act }) => act),
  );
  expect(acts).toEqual(['file.add', 'file.add', 'file.delete']);
  expect((await installation.manager.listCollections({ tenant })).items).toEqual([]);
});

test('a content that was damaged on the disk is mended when the same file is added again', async () => {
  const path = await installation.file('again', 'x'.repeat(1000));
  await add(path, 'one');
  const [content = ''] = await contents();
  await writeFile(join(installation.folder, 'tenants', tenant, 'files', content), `${'x'.repeat(999)}y`);
  const second = tenantFile.parse(await add(path, 'two'));
  const to = join(installation.outside, 'back');
  await get(second.id, to);
  expect(await readFile(to, 'utf8')).toBe('x'.repeat(1000));
});

/** Adds a file whose entry has to wait while `meanwhile` runs: its content is in place by then. */
const addWhile = (name: string, content: string, meanwhile: (path: string, lease: Lease) => void) =>
  installation.manager.withDatabase(tenant, async ({ store, folder }) => {
    const source = await installation.file(name, content);
    const lease = await store.lease('a test');
    const sha256 = createHash('sha256').update(content).digest('hex');
    const path = join(folder, 'files', sha256.slice(0, 2), sha256);
    const added = add(source, name);
    added.catch(() => undefined);
    try {
      await vi.waitFor(() => expect(existsSync(path)).toBe(true), { timeout: 10_000 });
      meanwhile(path, lease);
    } finally {
      lease.release();
    }
    return await added;
  });

test('a content that is removed while an equal one is added is copied again', async () => {
  const file = tenantFile.parse(await addWhile('twice', 'x'.repeat(1000), (path) => rmSync(path)));
  const to = join(installation.outside, 'back');
  await get(file.id, to);
  expect(await readFile(to, 'utf8')).toBe('x'.repeat(1000));
});

test('a content whose entry was refused is listed to go, and into no backup', async () => {
  const refused = addWhile('refused', 'x'.repeat(1000), (_, lease) =>
    lease.write((transaction) => transaction.sql('UPDATE storage SET storage_limit = 10').run()),
  );
  await expect(refused).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  const listed = await installation.manager.withDatabase(tenant, ({ store }) =>
    store.sql('SELECT lower(hex(sha256)) AS sha256, seq FROM removed_contents').all(),
  );
  expect(listed).toEqual([{ sha256: createHash('sha256').update('x'.repeat(1000)).digest('hex'), seq: 0 }]);
});

test('200 MB are copied in a thread, with progress', async () => {
  const path = join(installation.outside, 'large');
  await writeFile(path, '');
  await truncate(path, 200_000_000);
  expect(await add(path, 'large')).toMatchObject({ size: 200_000_000 });
  expect(installation.jobs.log).toMatchObject({ phases: ['Copying the file'], advanced: 200_000_000 });
});

test('only regular files outside the installation, named by an absolute path', async () => {
  const link = join(installation.outside, 'link');
  const pipe = join(installation.outside, 'pipe');
  await symlink(installation.outside, link);
  execFileSync('mkfifo', [pipe]);
  for (const path of [installation.outside, link, pipe, '/dev/null']) {
    await expect(add(path, 'x')).rejects.toMatchObject({
      code: 'VALIDATION',
      data: { issues: [{ reason: 'not-a-regular-file' }] },
    });
  }
  const inside = join(installation.outside, 'control');
  await symlink(installation.control.file, inside);
  const { file: control } = installation.control;
  const linked: string[] = [];
  for (const file of [control, `${control}-wal`, join(installation.folder, 'tenants', tenant, 'data.db')]) {
    const name = join(installation.outside, `another-name-${linked.length}`);
    await hardLink(file, name);
    linked.push(name);
  }
  for (const path of [installation.control.file, inside, ...linked]) {
    await expect(add(path, 'x')).rejects.toMatchObject({
      data: { issues: [{ reason: 'inside-installation' }] },
    });
  }
  await expect(add('relative', 'x')).rejects.toMatchObject({
    data: { issues: [{ reason: 'not-absolute' }] },
  });
  await expect(add(join(installation.base, 'missing'), 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await contents()).toEqual([]);
});

test('a file is written only where none is, and only when its content is whole', async () => {
  const file = tenantFile.parse(await add(await installation.file('source', 'content'), 'f'));
  const taken = await installation.file('taken', 'mine');
  await expect(get(file.id, taken)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await readFile(taken, 'utf8')).toBe('mine');
  await expect(get(file.id, join(installation.folder, 'x'))).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(get(file.id, join(installation.base, 'nowhere', 'x'))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const stored = join(installation.folder, 'tenants', tenant, 'files', file.sha256.slice(0, 2), file.sha256);
  await appendFile(stored, '!');
  const out = join(installation.outside, 'out');
  await mkdir(out);
  await expect(get(file.id, join(out, 'f'))).rejects.toMatchObject({
    code: 'INTEGRITY',
    data: { problems: ['file-content-damaged'] },
  });
  await rm(stored);
  await expect(get(file.id, join(out, 'f'))).rejects.toMatchObject({ code: 'INTEGRITY' });
  expect(await readdir(out)).toEqual([]);
});

test('over quota is refused before anything is copied; cancelled leaves nothing', async () => {
  await installation.manager.withDatabase(tenant, ({ store }) =>
    store.write((transaction) => transaction.sql('UPDATE storage SET storage_limit = 1000').run()),
  );
  const path = await installation.file('big', 'x'.repeat(1001));
  await expect(add(path, 'big')).rejects.toMatchObject({
    code: 'QUOTA_EXCEEDED',
    data: { quota: 'storageBytes', limit: 1000, used: 0, asked: 1001 },
  });
  const incoming = join(installation.folder, 'tenants', tenant, 'incoming');
  expect(existsSync(incoming)).toBe(false);
  await installation.manager.afterRestore(tenant);
  await truncate(path, 100_000_000);
  const controller = new AbortController();
  installation.jobs.onProgress = () => controller.abort();
  await expect(add(path, 'big', controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await readdir(incoming)).toEqual([]);
  expect((await installation.manager.listFiles({ tenant, limit: 10 })).items).toEqual([]);
});
