import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tenant as tenantForm, tenantUsage } from '../../../shared/contract/tenants.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Slug } from '../../../shared/ids.ts';
import { ids, operation, recorded, TenantStand, temporaryFolder } from '../../doubles/tenant-stand.ts';

let base: string;
let installation: TenantStand;
const create = (name: string, tier?: Parameters<TenantStand['createTenant']>[1]) =>
  installation.createTenant(name, tier);
const list = (input: object) =>
  installation.manager.listTenants({ limit: 100, sort: 'name', ...input } as never);

beforeEach(async () => {
  base = await temporaryFolder();
  installation = await TenantStand.open(base);
});
afterEach(async () => {
  await installation.close();
  await rm(base, { recursive: true });
});

test('a tenant has keys, a folder, a database, a repository, a row and an audit event', async () => {
  const tenant = await create('Zürich Straßenbau & Co.');
  expect(tenantForm.parse(tenant)).toEqual(tenant);
  expect(tenant).toMatchObject({
    slug: 'zurich-strassenbau-co',
    name: 'Zürich Straßenbau & Co.',
    tier: 'free',
    state: 'active',
    sample: false,
  });
  const folder = join(installation.folder, 'tenants', tenant.id);
  expect((await readdir(folder)).sort()).toEqual(['data.db', 'data.db-shm', 'data.db-wal', 'files']);
  expect(installation.keys.has(tenant.id)).toBe(true);
  expect([...installation.repository.prepared]).toEqual([tenant.id]);
  expect(recorded(installation.control)).toMatchObject([
    { act: 'tenant.create', tenantId: tenant.id, resource: { kind: 'tenant', id: tenant.id } },
  ]);
  expect(await installation.manager.getTenant({ tenant: tenant.slug })).toEqual(tenant);
  expect(await installation.manager.getTenant({ tenant: tenant.id })).toEqual(tenant);
});

test('slugs come from names, are never shaped like ids and never given twice', async () => {
  const slugs = async (name: string) => (await create(name)).slug;
  expect(await slugs('Acme')).toBe('acme');
  expect(await slugs('ACME!')).toBe('acme-2');
  expect(await slugs('東京')).toMatch(/^t-/);
  expect(await slugs('42 Ways')).toBe('t-42-ways');
  expect(await slugs('Installation')).toBe('installation-2');
  expect((await slugs('x'.repeat(120))).length).toBe(40);
  expect(await slugs('abcdef01-2345-7abc-8def-0123456789ab')).toBe('abcdef01-2345-7abc-8def-0123456789ab-2');
  const named = (slug: string) =>
    installation.manager.createTenant(
      { name: 'Other', tier: 'free', sample: false, slug: slug as Slug },
      operation(),
    );
  await expect(named('acme')).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'slug-taken' } });
  await expect(named('abcdef01-2345-7abc-8def-0123456789ab')).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(
    installation.control.write((transaction) => transaction.sql('DELETE FROM slugs').run()),
  ).rejects.toThrow('immutable:slugs');
});

test('two creations of one slug at a time: one wins, and the other leaves nothing', async () => {
  const both = await Promise.allSettled(
    [1, 2].map(() =>
      installation.manager.createTenant(
        { name: 'Same', tier: 'free', sample: false, slug: 'same' as Slug },
        operation(),
      ),
    ),
  );
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await readdir(join(installation.folder, 'tenants'))).toHaveLength(1);
  expect(installation.repository.prepared.size).toBe(1);
});

test('a creation that fails leaves neither folder nor keys', async () => {
  installation.repository.fails = true;
  await expect(create('Unlucky')).rejects.toThrow('no repository today');
  expect(await readdir(join(installation.folder, 'tenants'))).toEqual([]);
  expect(await readdir(join(base, 'keys'))).toEqual([]);
  installation.repository.fails = false;
  expect((await create('Unlucky')).slug).toBe('unlucky');
});

test('orphans are swept at start: only what is marked as unfinished, or empty', async () => {
  const tenant = await create('Whole');
  const [unfinished, stranger, empty] = [ids.uuid(), ids.uuid(), ids.uuid()];
  const folder = (id: string) => join(installation.folder, 'tenants', id);
  await mkdir(folder(unfinished));
  await writeFile(join(folder(unfinished), 'unfinished'), '');
  await installation.keys.addTenant(unfinished);
  await mkdir(folder(stranger));
  await writeFile(join(folder(stranger), 'data.db'), '');
  await mkdir(folder(empty));
  await writeFile(join(folder(tenant.id), 'unfinished'), '');
  await mkdir(join(folder(tenant.id), 'incoming'));
  expect(await installation.manager.sweepOrphans()).toEqual({
    removed: [unfinished, empty],
    unknown: [stranger],
  });
  const there = [unfinished, empty, stranger, tenant.id].map((id) => existsSync(folder(id)));
  expect(there).toEqual([false, false, true, true]);
  expect(installation.keys.has(unfinished)).toBe(false);
  expect((await readdir(folder(tenant.id))).includes('unfinished')).toBe(false);
  expect((await readdir(folder(tenant.id))).includes('incoming')).toBe(false);
});

test('an unfinished folder whose repository holds backups was someone’s: nothing of it is removed', async () => {
  const id = ids.uuid();
  const folder = join(installation.folder, 'tenants', id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'unfinished'), '');
  await installation.keys.addTenant(id);
  installation.repository.remove = () =>
    Promise.reject(new HoldfastError('CONFLICT', 'It holds backups.', { reason: 'repository-in-use' }));
  expect(await installation.manager.sweepOrphans()).toEqual({ removed: [], unknown: [id] });
  expect(existsSync(folder)).toBe(true);
  expect(installation.keys.has(id)).toBe(true);
});

test('tenants are found by name and slug, in pages, by name or creation', async () => {
  for (const name of ['Émile', 'emil', 'Zoë', 'alpha_1', 'alphaX1']) await create(name, 'standard');
  const names = (page: { items: { name: string }[] }) => page.items.map(({ name }) => name);
  expect(names(await list({}))).toEqual(['alpha_1', 'alphaX1', 'emil', 'Émile', 'Zoë']);
  expect(names(await list({ sort: 'createdAt' }))).toEqual(['Émile', 'emil', 'Zoë', 'alpha_1', 'alphaX1']);
  expect(names(await list({ search: 'EMIL' }))).toEqual(['emil', 'Émile']);
  expect(names(await list({ search: 'a_1' }))).toEqual(['alpha_1']);
  expect(names(await list({ tier: 'free' }))).toEqual([]);
  const first = await list({ limit: 2 });
  const second = await list({ limit: 2, cursor: first.next ?? '' });
  const third = await list({ limit: 2, cursor: second.next ?? '' });
  expect([first, second, third].flatMap(names)).toEqual(['alpha_1', 'alphaX1', 'emil', 'Émile', 'Zoë']);
  expect(third.next).toBeNull();
  await expect(list({ limit: 2, cursor: first.next, search: 'e' })).rejects.toMatchObject({
    code: 'VALIDATION',
    data: { issues: [{ path: 'cursor', reason: 'another-filter' }] },
  });
  await expect(list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('a tier below what is used is refused with all that is over', async () => {
  const { id } = await create('Grown', 'enterprise');
  for (const kind of ['bot', 'bot', 'user', 'user', 'user', 'user', 'user', 'user'] as const) {
    await installation.manager.createPrincipal({ tenant: id, kind, name: 'n' }, operation());
  }
  await installation.put(id, 'notes', 'a', { text: 'x' });
  await installation.manager.withDatabase(id, ({ store }) =>
    store.write((transaction) => transaction.sql('UPDATE storage SET used = 20000000000').run()),
  );
  const update = (tier: 'free' | 'standard' | 'enterprise') =>
    installation.manager.updateTenant({ tenant: id, tier }, operation('tenant.update'));
  await expect(update('free')).rejects.toMatchObject({
    code: 'QUOTA_EXCEEDED',
    data: {
      over: [
        { quota: 'bots', used: 2, limit: 1 },
        { quota: 'users', used: 6, limit: 5 },
        { quota: 'storageBytes', used: 20_000_000_000, limit: 10_000_000_000 },
      ],
    },
  });
  const limit = () =>
    installation.manager.withDatabase(
      id,
      ({ store }) => store.sql<{ l: number | null }>('SELECT storage_limit AS l FROM storage').get()?.l,
    );
  expect(await limit()).toBeNull();
  expect(await update('standard')).toMatchObject({ tier: 'standard' });
  expect(await limit()).toBe(100_000_000_000);
  const usage = await installation.manager.getUsage({ tenant: id });
  expect(tenantUsage.parse(usage)).toEqual({
    tenantId: id,
    usage: { bots: 2, users: 6, storageBytes: 20_000_000_000 },
    limits: { bots: 3, users: 50, storageBytes: 100_000_000_000 },
    warnings: [],
  });
  await update('enterprise');
  expect(await limit()).toBeNull();
});

test('usage warns from 80 % and from 95 %', async () => {
  const { id } = await create('Full');
  for (const kind of ['bot', 'user', 'user', 'user', 'user'] as const) {
    await installation.manager.createPrincipal({ tenant: id, kind, name: 'n' }, operation());
  }
  expect((await installation.manager.getUsage({ tenant: id })).warnings).toEqual([
    { quota: 'bots', percent: 95 },
    { quota: 'users', percent: 80 },
  ]);
});

test('a suspended tenant can be read but not changed', async () => {
  const { id } = await create('Paused');
  await installation.put(id, 'notes', 'a', { text: 'x' });
  expect(await installation.manager.suspendTenant({ tenant: id }, operation())).toMatchObject({
    state: 'suspended',
  });
  await expect(installation.put(id, 'notes', 'a', {})).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'tenant-suspended' },
  });
  await expect(
    installation.manager.createPrincipal({ tenant: id, kind: 'bot', name: 'b' }, operation()),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(
    await installation.manager.getDocument({ tenant: id, collection: 'notes', id: 'a' }, operation()),
  ).toMatchObject({
    value: { text: 'x' },
  });
  await expect(installation.manager.suspendTenant({ tenant: id }, operation())).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  await installation.manager.resumeTenant({ tenant: id }, operation());
  expect(await installation.put(id, 'notes', 'a', {})).toMatchObject({ revision: 2 });
});

test('suspending reaches changes that were waiting already', async () => {
  const { id } = await create('Racing');
  const lease = await installation.manager.withDatabase(id, ({ store }) => store.lease('test'));
  const waiting = installation.put(id, 'notes', 'a', {});
  await new Promise((resolve) => setTimeout(resolve, 20));
  await installation.manager.suspendTenant({ tenant: id }, operation());
  lease.release();
  await expect(waiting).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a renamed tenant keeps its slug', async () => {
  const { id } = await create('Before');
  const renamed = await installation.manager.updateTenant({ tenant: id, name: 'After' }, operation());
  expect(renamed).toMatchObject({ name: 'After', slug: 'before' });
  expect((await list({ search: 'after' })).items).toHaveLength(1);
  await expect(installation.manager.getTenant({ tenant: 'after' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
