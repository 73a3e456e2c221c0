import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RestorePlan, RestoreResult } from '../../../shared/contract/backups.ts';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import { OpenedSuite, told } from '../../faults/opened-suite.ts';

let base: string;
let opened: OpenedSuite;
let acme: Tenant;
let snapshotId: string;
let logoId: string;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-parts-folder-'));
  ({ opened } = await OpenedSuite.create(join(base, 'data'), join(base, 'target')));
  acme = await told(opened.client.tenants.createTenant({ name: 'Acme', tier: 'professional' }));
  for (const name of ['letter.txt', 'logo.txt', 'in/other.txt']) {
    const path = join(base, 'source.txt');
    writeFileSync(path, `${name} of then`);
    await opened.finished(opened.client.tenants.addFile({ tenant: acme.id, path, name }));
  }
  const { items } = await told(opened.client.tenants.listFiles({ tenant: acme.id, prefix: 'logo' }));
  logoId = items[0]?.id ?? '';
  await put('orders', 'one', { letter: ['letter.txt'], at: 1 });
  await put('orders', 'two', { id: 'two', seal: { logo: logoId } });
  await put('people', 'ada', { note: 'not letter.txt itself' });
  await opened.finished(opened.client.backups.createBackup({ scope: { tenant: acme.id } }));
  ({ id: snapshotId = '' } =
    (await told(opened.client.backups.getBackupHistory({ tenant: acme.id }))).items[0] ?? {});
  await told(opened.client.tenants.deleteDocument({ tenant: acme.id, collection: 'orders', id: 'one' }));
});
afterAll(async () => {
  await opened.stop();
  rmSync(base, { recursive: true });
});

const put = (
  collection: string,
  id: string,
  value: Parameters<typeof opened.client.tenants.putDocument>[0]['value'],
) => told(opened.client.tenants.putDocument({ tenant: acme.id, collection, id, value }));
const asked = (path: string, ...only: string[]) => ({
  tenant: acme.id,
  snapshotId,
  only,
  destination: { kind: 'folder' as const, path: join(base, path) },
});
const plan = (...only: string[]) =>
  opened.finished<RestorePlan>(opened.client.backups.planRestore(asked('planned', ...only)));
const run = (path: string, ...only: string[]) =>
  opened.finished<RestoreResult>(
    opened.client.backups.restoreBackup({ ...asked(path, ...only), reason: 'to look at' }),
  );
const within = (path: string, name: string) => readFileSync(join(base, path, name), 'utf8');
const allIn = (path: string) =>
  readdirSync(join(base, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(base, path).length + 1))
    .sort();

test('a document comes with the files it refers to, and the folder says that it holds no more', async () => {
  expect(await plan('orders/one')).toMatchObject({
    only: ['orders/one'],
    rows: 1,
    files: 1,
    referredFiles: 1,
    obstacles: [],
    changes: [],
  });
  expect(await run('one', 'orders/one')).toMatchObject({
    to: 'folder',
    only: ['orders/one'],
    verifiedLevel: 4,
    rows: 1,
    files: 1,
    undoId: null,
    importId: null,
  });
  expect(allIn('one')).toEqual([
    'README.txt',
    'documents/orders.jsonl',
    'files.jsonl',
    'files/letter.txt',
    'parts.json',
  ]);
  const line = within('one', 'documents/orders.jsonl');
  expect(JSON.parse(line)).toEqual({ id: 'one', letter: ['letter.txt'], at: 1 });
  expect(within('one', 'files/letter.txt')).toBe('letter.txt of then');
  expect(within('one', 'README.txt')).toContain('PARTS of a backup, not all of it');
  const sha256 = createHash('sha256').update(line).digest('hex');
  expect(JSON.parse(within('one', 'parts.json'))).toMatchObject({
    format: 1,
    partial: true,
    snapshotId,
    tenantId: acme.id,
    parts: ['orders/one'],
    collections: [{ collection: 'orders', documents: 1, sha256 }],
    files: { count: 1, referred: ['letter.txt'] },
  });
});

test('collections and files; a reference by id counts, a mention does not; the lines can be imported', async () => {
  expect(await run('many', 'people', 'orders/two', '$files/in/other.txt')).toMatchObject({
    rows: 2,
    files: 2,
  });
  expect(allIn('many')).toEqual([
    'README.txt',
    'documents/orders.jsonl',
    'documents/people.jsonl',
    'files.jsonl',
    'files/in/other.txt',
    'files/logo.txt',
    'parts.json',
  ]);
  const path = join(base, 'many', 'documents', 'orders.jsonl');
  const beta = await told(opened.client.tenants.createTenant({ name: 'Beta', tier: 'professional' }));
  await opened.finished(
    opened.client.tenants.importDocuments({ tenant: beta.id, collection: 'orders', file: path }),
  );
  const { items } = await told(
    opened.client.tenants.getTenantData({ tenant: beta.id, collection: 'orders' }),
  );
  expect(items.map(({ id, value }) => [id, value])).toEqual([['two', { id: 'two', seal: { logo: logoId } }]]);
});

test('what was not there is told beforehand; a folder of parts proves no snapshot', async () => {
  expect((await plan('orders/never', '$files/none')).obstacles).toEqual([
    expect.stringContaining('no orders/never'),
    expect.stringContaining('no $files/none'),
  ]);
  await expect(run('none', 'orders/never')).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'obstacles' },
  });
  expect(existsSync(join(base, 'none'))).toBe(false);
  expect(existsSync(join(base, 'none.holdfast-partial'))).toBe(false);
  expect(await told(opened.client.backups.getSnapshot({ snapshotId }))).toMatchObject({ verified: null });
  await expect(run('one', 'orders/one')).rejects.toMatchObject({ code: 'CONFLICT' });
});
