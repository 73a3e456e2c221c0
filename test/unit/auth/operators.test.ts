import { afterEach, beforeEach, expect, test } from 'vitest';
import { AdvancedAuth } from '../../../main/auth/advanced-auth.ts';
import { operator } from '../../../shared/contract/auth.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Role } from '../../../shared/roles.ts';
import { type AuthStand, authStand, memoryUnlocking, passphrase } from '../../doubles/auth.ts';

let stand: AuthStand;
beforeEach(async () => {
  stand = await authStand();
});
afterEach(() => stand.close());

const setUp = (name = 'Ada Lovelace') =>
  stand.auth.setUpOwner(name, passphrase, stand.operation('operator.create'));
const create = (name: string, role: Role = 'auditor', words = passphrase) =>
  stand.auth.createOperator({ name, role, passphrase: words }, stand.operation('operator.create'));
const disable = (operatorId: Uuid) =>
  stand.auth.disableOperator({ operatorId }, stand.operation('operator.disable'));
const refused = (code: string, data: object) =>
  expect.objectContaining({ code, data: expect.objectContaining(data) });

test('the owner is set up once', async () => {
  expect(stand.auth.health().state).toBe('degraded');
  const owner = await setUp();
  expect(operator.parse(owner)).toEqual(owner);
  expect(owner).toMatchObject({ name: 'Ada Lovelace', role: 'owner', state: 'active' });
  expect(stand.auth.health().state).toBe('ready');
  await expect(setUp('Another')).rejects.toEqual(refused('CONFLICT', { reason: 'has-operators' }));
  expect(await stand.auth.listOperators({ limit: 9 })).toEqual({
    items: [{ ...owner, opens: null }],
    next: null,
  });
});

test('two set-ups at once: one owner', async () => {
  const asked = await Promise.allSettled([setUp('Ada'), setUp('Grace')]);
  expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect((await stand.auth.listOperators({ limit: 9 })).items).toHaveLength(1);
  expect(stand.entries).toHaveLength(1);
});

test('neither a name nor a passphrase is in the database in clear', async () => {
  const { id } = await setUp();
  const rows = stand.store.sql<{ [column: string]: unknown }>('SELECT * FROM operator').all();
  const text = rows
    .flatMap((row) => Object.values(row))
    .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
    .join('\n');
  expect(text).toContain('$argon2id$v=19$m=1024,t=1,p=1$');
  expect(text).not.toMatch(/ada|lovelace|horse/i);
  stand.sealer.erase(id);
  expect((await stand.auth.listOperators({ limit: 1 })).items[0]?.name).toBe('');
});

test('the entry names the operator as a person and seals the name', async () => {
  const { id } = await setUp();
  expect(stand.entries).toEqual([
    {
      action: 'operator.create',
      resource: { kind: 'operator', id, person: true },
      after: { role: 'owner', state: 'active' },
      facts: { role: 'owner' },
      personal: [{ subject: id, field: 'operator.name', value: 'Ada Lovelace' }],
    },
  ]);
});

test('a name is taken whatever its case and form', async () => {
  await setUp('Zoë Ångström');
  for (const name of ['zoë ångström', 'ZOE\u0308 A\u030angstro\u0308m', 'Ｚoë Ångström']) {
    await expect(create(name)).rejects.toEqual(refused('CONFLICT', { reason: 'name-taken' }));
  }
});

test('a passphrase that is too short, and a name that is none, are refused', async () => {
  await expect(create('Bob', 'auditor', 'short')).rejects.toEqual(refused('VALIDATION', {}));
  await expect(stand.auth.setUpOwner('Ada', 'elevenchars', stand.operation('x'))).rejects.toEqual(
    refused('VALIDATION', {}),
  );
  await expect(setUp('\u0007')).rejects.toEqual(refused('VALIDATION', {}));
  expect(stand.entries).toEqual([]);
});

test('the last active owner stays, also when two are disabled at once', async () => {
  const ada = await setUp();
  await create('Bob', 'administrator');
  await expect(disable(ada.id)).rejects.toEqual(refused('CONFLICT', { reason: 'last-owner' }));
  const grace = await create('Grace', 'owner');
  const both = await Promise.allSettled([disable(ada.id), disable(grace.id)]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  await expect(disable(ada.id)).rejects.toEqual(refused('CONFLICT', { reason: 'already-disabled' }));
  await expect(disable(stand.ids.uuid())).rejects.toEqual(refused('NOT_FOUND', { kind: 'operator' }));
  const states = (await stand.auth.listOperators({ limit: 9 })).items.map(({ name, state }) => [name, state]);
  expect(states).toEqual([
    ['Ada Lovelace', 'disabled'],
    ['Bob', 'active'],
    ['Grace', 'active'],
  ]);
});

test('a disabled operator is out at once', async () => {
  await setUp();
  const bob = await create('Bob', 'operator');
  const { token } = await stand.auth.signIn({ name: 'bob', passphrase }, stand.operation('auth.sign-in'));
  expect(stand.auth.authenticate(token).caller.id).toBe(bob.id);
  await disable(bob.id);
  expect(() => stand.auth.authenticate(token)).toThrow(refused('UNAUTHENTICATED', {}));
  await expect(
    stand.auth.signIn({ name: 'bob', passphrase }, stand.operation('auth.sign-in')),
  ).rejects.toEqual(refused('UNAUTHENTICATED', {}));
  expect(stand.entries.find(({ action }) => action === 'operator.disable')?.facts).toEqual({
    role: 'operator',
    sessionsEnded: 1,
  });
});

test('exactly the active operators can unlock, also after a refused set-up', async () => {
  const { slots, unlocking } = memoryUnlocking();
  const auth = new AdvancedAuth({ ...stand.options, unlocking });
  const asked = ['Ada', 'Grace'].map((name) =>
    auth.setUpOwner(name, 'pre\u0302t a\u0300 porter demain', stand.operation('operator.create')),
  );
  await Promise.allSettled(asked);
  const [owner] = (await auth.listOperators({ limit: 9 })).items;
  expect(slots.map(({ id, words }) => [id, words])).toEqual([[owner?.id, 'pr\u00eat \u00e0 porter demain']]);
  const bob = await auth.createOperator(
    { name: 'Bob', role: 'auditor', passphrase },
    stand.operation('operator.create'),
  );
  const opens = () => slots.some(({ id }) => id === bob.id);
  expect(opens()).toBe(true);
  const disableBob = () => auth.disableOperator({ operatorId: bob.id }, stand.operation('operator.disable'));
  await disableBob();
  expect(opens()).toBe(false);
  await unlocking.allow(bob.id, 'left behind');
  await expect(disableBob()).rejects.toEqual(refused('CONFLICT', { reason: 'already-disabled' }));
  expect(opens()).toBe(false);
});

test('operators are listed in pages', async () => {
  await setUp();
  for (const name of ['B', 'C']) await create(name);
  const first = await stand.auth.listOperators({ limit: 2 });
  const rest = await stand.auth.listOperators({ limit: 2, cursor: first.next ?? '' });
  expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(['Ada Lovelace', 'B', 'C']);
  await expect(stand.auth.listOperators({ limit: 2, cursor: 'x' })).rejects.toEqual(
    refused('VALIDATION', {}),
  );
});
