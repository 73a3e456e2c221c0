import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BackupVerification, RestoreResult } from '../../../shared/contract/backups.ts';
import type { Tenant, TenantFile } from '../../../shared/contract/tenants.ts';
import { OpenedSuite, told } from '../../faults/opened-suite.ts';

let base: string;
let opened: OpenedSuite;
let acme: Tenant;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-between-'));
  ({ opened } = await OpenedSuite.create(join(base, 'data'), join(base, 'target')));
  acme = await told(opened.client.tenants.createTenant({ name: 'Acme', tier: 'professional' }));
  await backUp();
});
afterEach(async () => {
  await opened.stop();
  rmSync(base, { recursive: true });
});

const backUp = () => opened.finished(opened.client.backups.createBackup({ scope: { tenant: acme.id } }));
const add = async (name: string, content: string, source = 'source') => {
  const path = join(base, source);
  writeFileSync(path, content);
  return await opened.finished<TenantFile>(opened.client.tenants.addFile({ tenant: acme.id, path, name }));
};
const remove = ({ id }: TenantFile) =>
  told(opened.client.tenants.deleteFile({ tenant: acme.id, fileId: id }));
type Destination = { kind: 'in-place' } | { kind: 'folder'; path: string } | { kind: 'tenant'; name: string };
const restore = (at: string, destination: Destination, only?: string[]) =>
  opened.finished<RestoreResult>(
    opened.client.backups.restoreBackup({
      tenant: acme.id,
      at,
      destination,
      reason: 'deleted by mistake',
      ...(only === undefined ? {} : { only }),
    }),
  );
const contentOf = async (tenant: string, name: string) => {
  const { items } = await told(opened.client.tenants.listFiles({ tenant, prefix: name }));
  const path = join(base, 'back');
  rmSync(path, { force: true });
  await opened.finished(opened.client.tenants.getFile({ tenant, fileId: items[0]?.id ?? '', path }));
  return readFileSync(path, 'utf8');
};
const storedHere = ({ sha256 }: TenantFile, { id } = acme) =>
  existsSync(join(base, 'data', 'tenants', id, 'files', sha256.slice(0, 2), sha256));
/** A moment that no commit shares. */
const moment = async () => {
  await setTimeout(3);
  const at = new Date().toISOString();
  await setTimeout(3);
  return at;
};

test('a file that was added and deleted between two backups comes back, wherever to', async () => {
  const file = await add('x.txt', 'only for an hour');
  const at = await moment();
  await remove(file);
  expect(await restore(at, { kind: 'in-place' }, ['$files/x.txt'])).toMatchObject({ files: 1 });
  expect(await contentOf(acme.id, 'x.txt')).toBe('only for an hour');
  const path = join(base, 'folder');
  expect(await restore(at, { kind: 'folder', path })).toMatchObject({ files: 1 });
  expect(readFileSync(join(path, 'files', 'x.txt'), 'utf8')).toBe('only for an hour');
  const { tenantId } = await restore(at, { kind: 'tenant', name: 'Acme then' });
  expect(await contentOf(tenantId ?? '', 'x.txt')).toBe('only for an hour');
  expect(await restore(at, { kind: 'in-place' })).toMatchObject({ files: 1 });
  expect(await contentOf(acme.id, 'x.txt')).toBe('only for an hour');
});

test('additions, deletions and backups of equal contents at once: every entry has its content', async () => {
  const text = (n: number) => `one of three contents: ${n % 3}`;
  const deadline = Date.now() + 8000;
  let rounds = 0;
  const writer = async (of: number) => {
    for (let n = of; Date.now() < deadline; n += 1) {
      const file = await add(`file-${of}-${n}`, text(n), `source-${of}`);
      rounds += 1;
      if (n % 4 !== 0) await remove(file);
    }
  };
  const backups = async () => {
    while (Date.now() < deadline) await backUp();
  };
  await Promise.all([writer(0), writer(1), writer(2), backups()]);
  expect(rounds).toBeGreaterThan(20);
  const { items } = await told(opened.client.tenants.listFiles({ tenant: acme.id, limit: 500 }));
  for (const file of items) expect(storedHere(file), file.name).toBe(true);
  await backUp();
  const verified = await opened.finished<BackupVerification>(
    opened.client.backups.verifyBackupIntegrity({ tenant: acme.id, level: 4 }),
  );
  expect(verified).toMatchObject({ ok: true, problems: [] });
});

test('without a backup the content of a deleted file is off the disk in a moment', async () => {
  const other = await told(opened.client.tenants.createTenant({ name: 'Other', tier: 'professional' }));
  const path = join(base, 'source');
  writeFileSync(path, 'never backed up');
  const file = await opened.finished<TenantFile>(
    opened.client.tenants.addFile({ tenant: other.id, path, name: 'x' }),
  );
  expect(storedHere(file, other)).toBe(true);
  await told(opened.client.tenants.deleteFile({ tenant: other.id, fileId: file.id }));
  await vi.waitFor(() => expect(storedHere(file, other)).toBe(false), { timeout: 10_000 });
});
