import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BackupVerification, RestorePlan, RestoreResult } from '../../../shared/contract/backups.ts';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import { everyPage, OpenedSuite, told } from '../../faults/opened-suite.ts';

let base: string;
let folder: string;
let opened: OpenedSuite;
let acme: Tenant;
let snapshotId: string;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-parts-'));
  folder = join(base, 'data');
  ({ opened } = await OpenedSuite.create(folder, join(base, 'target')));
  acme = await told(opened.client.tenants.createTenant({ name: 'Acme', tier: 'professional' }));
  await put('orders', 'deleted', { at: 1 });
  await put('orders', 'changed', { at: 1 });
  await put('orders', 'same', { at: 1 });
  await put('people', 'ada/lovelace', { at: 1 });
  for (const name of ['gone.txt', 'kept.txt']) await add(name, `${name} of then`);
  await opened.finished(opened.client.backups.createBackup({ scope: { tenant: acme.id } }));
  ({ id: snapshotId = '' } =
    (await told(opened.client.backups.getBackupHistory({ tenant: acme.id }))).items[0] ?? {});
  await remove('orders', 'deleted');
  await put('orders', 'changed', { at: 2 });
  await put('orders', 'new', { at: 2 });
  await put('people', 'ada/lovelace', { at: 2 });
  const { items } = await told(opened.client.tenants.listFiles({ tenant: acme.id, prefix: 'gone' }));
  await told(opened.client.tenants.deleteFile({ tenant: acme.id, fileId: items[0]?.id ?? '' }));
});
afterEach(async () => {
  await opened.stop();
  rmSync(base, { recursive: true });
});

const put = (collection: string, id: string, value: { readonly at: number }) =>
  told(opened.client.tenants.putDocument({ tenant: acme.id, collection, id, value }));
const remove = (collection: string, id: string) =>
  told(opened.client.tenants.deleteDocument({ tenant: acme.id, collection, id }));
const add = async (name: string, content: string) => {
  const path = join(base, name);
  writeFileSync(path, content);
  await opened.finished(opened.client.tenants.addFile({ tenant: acme.id, path, name }));
};
const asked = (...only: string[]) => ({
  tenant: acme.id,
  snapshotId,
  only,
  destination: { kind: 'in-place' as const },
});
const plan = (...only: string[]) =>
  opened.finished<RestorePlan>(opened.client.backups.planRestore(asked(...only)));
const run = (...only: string[]) =>
  opened.finished<RestoreResult>(
    opened.client.backups.restoreBackup({ ...asked(...only), reason: 'deleted by mistake' }),
  );
const undo = (importId: string | null) =>
  opened.finished(opened.client.tenants.undoImport({ tenant: acme.id, importId: importId ?? '' }));
const live = async (collection: string) => {
  const { items } = await told(opened.client.tenants.getTenantData({ tenant: acme.id, collection }));
  return Object.fromEntries(items.map(({ id, revision, value }) => [id, [revision, value]]));
};
const files = async () =>
  (await told(opened.client.tenants.listFiles({ tenant: acme.id }))).items.map(({ name }) => name);
const proved = async () => {
  await opened.finished(opened.client.backups.createBackup({ scope: { tenant: acme.id }, kind: 'full' }));
  const verified = await opened.finished<BackupVerification>(
    opened.client.backups.verifyBackupIntegrity({ tenant: acme.id, level: 4 }),
  );
  expect(verified).toMatchObject({ ok: true, problems: [] });
};

test('one deleted document comes back as a new revision; nothing else changes, and it is taken back alone', async () => {
  const now = { ...(await live('orders')) };
  expect(await plan('orders/deleted')).toMatchObject({
    only: ['orders/deleted'],
    changes: [{ collection: 'orders', added: 1, changed: 0, lost: 0, unchanged: 0 }],
    obstacles: [],
  });
  expect(await live('orders')).toEqual(now);
  const snapshots = async () =>
    (await told(opened.client.backups.getBackupHistory({ tenant: acme.id }))).items.length;
  const before = await snapshots();
  const result = await run('orders/deleted');
  expect(result).toMatchObject({ to: 'in-place', verifiedLevel: 4, rows: 1, files: 0, undoId: null });
  expect(await live('orders')).toEqual({ ...now, deleted: [3, { at: 1 }] });
  expect(await snapshots()).toBe(before);
  // what others write meanwhile stays when it is taken back
  await put('orders', 'later', { at: 3 });
  await proved();
  await undo(result.importId);
  expect(await live('orders')).toEqual({ ...now, later: [1, { at: 3 }] });
  const entries = (
    await everyPage((cursor) =>
      opened.client.audit.getAuditTrail({ tenant: acme.id, order: 'oldest', cursor }),
    )
  ).filter(({ action }) => action === 'backup.restore');
  expect(entries.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'success']);
});

test('a collection and files: what differs or is gone comes back, what is new stays', async () => {
  expect(await plan('orders', 'orders/same', '$files')).toMatchObject({
    only: ['orders', '$files'],
    changes: [
      { collection: 'orders', added: 1, changed: 1, lost: 0, unchanged: 1 },
      { collection: '$files', added: 1, changed: 0, lost: 0, unchanged: 1 },
    ],
    obstacles: [],
  });
  // the content is not on this disk any more
  for (const name of readdirSync(join(folder, 'tenants', acme.id, 'files'))) {
    rmSync(join(folder, 'tenants', acme.id, 'files', name), { recursive: true });
  }
  expect(await run('orders', '$files')).toMatchObject({ rows: 2, files: 1 });
  expect(await live('orders')).toEqual({
    deleted: [3, { at: 1 }],
    changed: [3, { at: 1 }],
    same: [1, { at: 1 }],
    new: [1, { at: 2 }],
  });
  expect(await live('people')).toEqual({ 'ada/lovelace': [2, { at: 2 }] });
  expect(await files()).toEqual(['gone.txt', 'kept.txt']);
  const { items } = await told(opened.client.tenants.listFiles({ tenant: acme.id, prefix: 'gone' }));
  const path = join(base, 'back.txt');
  await opened.finished(opened.client.tenants.getFile({ tenant: acme.id, fileId: items[0]?.id ?? '', path }));
  expect(readFileSync(path, 'utf8')).toBe('gone.txt of then');
  await proved();
  expect(await run('orders', '$files')).toMatchObject({ rows: 0, files: 0 });
});

test('what was not there, a name that is taken and a full quota are obstacles; a run changes nothing', async () => {
  await add('gone.txt', 'another of that name');
  const parts = ['orders/never', 'nothing', '$files/gone.txt', '$files/none', 'people/ada/lovelace'];
  const { obstacles, changes } = await plan(...parts);
  expect(changes).toEqual([{ collection: 'people', added: 0, changed: 1, lost: 0, unchanged: 0 }]);
  expect(obstacles).toEqual([
    expect.stringContaining('no orders/never'),
    expect.stringContaining('no nothing'),
    expect.stringContaining('no $files/none'),
    expect.stringContaining('"gone.txt" has another content'),
  ]);
  await expect(run(...parts)).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'obstacles' } });
  expect(await live('people')).toEqual({ 'ada/lovelace': [2, { at: 2 }] });
  await opened.stop();
  const database = new Database(join(folder, 'tenants', acme.id, 'data.db'));
  database.prepare('UPDATE storage SET used = ?').run(1e12 - 3);
  database.close();
  opened = await OpenedSuite.open(folder);
  expect((await plan('people')).obstacles).toEqual([expect.stringContaining('raise its tier')]);
});

test('parts are named as they are, and make no new tenant', async () => {
  const destination = { kind: 'tenant' as const, name: 'Parts' };
  await expect(
    told(opened.client.backups.restoreBackup({ ...asked('orders'), destination, reason: 'a test' })),
  ).rejects.toMatchObject({ code: 'VALIDATION' });
  for (const part of ['', 'Orders', 'orders/', 'orders/a b', '$files/', '$other', '../orders']) {
    await expect(told(opened.client.backups.planRestore(asked(part)))).rejects.toMatchObject({
      code: 'VALIDATION',
    });
  }
});
