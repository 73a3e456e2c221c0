import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Principal, principal as principalForm } from '../../../shared/contract/tenants.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { operation, recorded, standWithTenant, type TenantStand } from '../../doubles/tenant-stand.ts';

let installation: TenantStand;
let tenant: Uuid;

beforeEach(async () => {
  ({ installation, tenant } = await standWithTenant());
});
afterEach(() => installation.remove());

const create = (kind: Principal['kind'], more: object = {}) =>
  installation.manager.createPrincipal(
    { tenant, kind, name: 'Ada Lovelace', ...more },
    operation('principal.create'),
  );

test('a person is named only by what is sealed under a key of their own', async () => {
  const user = await create('user', { externalId: 'ada@example.org' });
  expect(principalForm.parse(user)).toEqual(user);
  expect(user).toMatchObject({
    name: 'Ada Lovelace',
    externalId: 'ada@example.org',
    state: 'active',
    scopes: ['data:*'],
    lastSeenAt: null,
  });
  const stored = JSON.stringify(
    installation.control
      .sql<{ [column: string]: unknown }>('SELECT * FROM principals')
      .all()
      .map((row) =>
        Object.values(row).map((value) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
        ),
      ),
  );
  expect(stored).not.toContain('Ada');
  expect(stored).not.toContain('example');
  expect(recorded(installation.control).at(-1)).toMatchObject({
    act: 'principal.create',
    resource: { kind: 'user', id: user.id, person: true },
    personal: 1,
  });
  expect(JSON.stringify(recorded(installation.control))).not.toContain('Ada');
});

test('however many ask at once, no more are made than the tier allows', async () => {
  const asked = await Promise.allSettled([
    ...Array.from({ length: 20 }, () => create('user')),
    ...Array.from({ length: 5 }, () => create('bot')),
  ]);
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(5 + 1);
  const refused = asked.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(refused[0]).toMatchObject({
    code: 'QUOTA_EXCEEDED',
    data: { quota: 'users', limit: 5, used: 5, asked: 1 },
  });
  expect((await installation.manager.getUsage({ tenant })).usage).toMatchObject({ bots: 1, users: 5 });
  expect(installation.sealer.keys.size).toBe(6);
});

test('the counters are right by themselves, and refuse increases only', async () => {
  const users = [await create('user'), await create('user')];
  await installation.control.write((transaction) =>
    transaction.sql('UPDATE tenants SET users_limit = 1').run(),
  );
  await expect(create('user')).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  await installation.manager.deletePrincipal(
    { tenant, principalId: users[0]?.id ?? users[1]?.id ?? (tenant as never) },
    operation(),
  );
  expect((await installation.manager.getUsage({ tenant })).usage.users).toBe(1);
  await expect(
    installation.control.write((transaction) => transaction.sql(`UPDATE principals SET kind = 'bot'`).run()),
  ).rejects.toThrow('immutable:principals');
});

test('an external id names one principal of a tenant', async () => {
  await create('user', { externalId: 'x' });
  await expect(create('user', { externalId: 'x' })).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'external-id-taken' },
  });
  const other = await installation.createTenant('Other');
  expect(await create('user', { tenant: other.id, externalId: 'x' })).toMatchObject({ externalId: 'x' });
});

test('scopes follow the grammar', async () => {
  expect(await create('bot', { scopes: ['orders:read', 'data:read', 'data:read'] })).toMatchObject({
    scopes: ['data:read', 'orders:read'],
  });
  await expect(create('user', { scopes: ['data:read', '*', 'Data:read'] })).rejects.toMatchObject({
    code: 'VALIDATION',
    data: { issues: [{ path: 'scopes.1' }, { path: 'scopes.2' }] },
  });
});

test('disabled and enabled again, listed in pages, never through another tenant', async () => {
  const users = [await create('user'), await create('user'), await create('user')];
  const bot = await create('bot');
  const other = await installation.createTenant('Other');
  const of = { tenant, principalId: bot.id };
  expect(await installation.manager.disablePrincipal(of, operation())).toMatchObject({ state: 'disabled' });
  await expect(installation.manager.disablePrincipal(of, operation())).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect(await installation.manager.enablePrincipal(of, operation())).toMatchObject({ state: 'active' });
  const foreign = { tenant: other.id, principalId: bot.id };
  for (const act of ['disablePrincipal', 'enablePrincipal', 'deletePrincipal'] as const) {
    await expect(installation.manager[act](foreign, operation())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  }
  expect((await installation.manager.listPrincipals({ tenant: other.id, limit: 10 })).items).toEqual([]);
  const first = await installation.manager.listPrincipals({ tenant, limit: 2, kind: 'user' });
  const cursor = first.next ?? '';
  const second = await installation.manager.listPrincipals({ tenant, limit: 2, kind: 'user', cursor });
  expect([...first.items, ...second.items]).toEqual(users);
  expect(second.next).toBeNull();
  await expect(
    installation.manager.listPrincipals({ tenant: other.id, limit: 2, kind: 'user', cursor }),
  ).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('deleting destroys the key, also after a crash between the two', async () => {
  const [first, second] = [await create('user'), await create('user')];
  await installation.manager.deletePrincipal({ tenant, principalId: first.id }, operation());
  expect(installation.sealer.keys.has(first.id)).toBe(false);
  const destroy = installation.sealer.destroy.bind(installation.sealer);
  installation.sealer.destroy = () => Promise.reject(new RangeError('power cut'));
  await expect(
    installation.manager.deletePrincipal({ tenant, principalId: second.id }, operation()),
  ).rejects.toThrow('power cut');
  installation.sealer.destroy = destroy;
  await installation.manager.sweepOrphans();
  expect(installation.sealer.keys.size).toBe(0);
  expect((await installation.manager.listPrincipals({ tenant, limit: 10 })).items).toEqual([]);
});
