import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AdvancedAuth } from '../../../main/auth/advanced-auth.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuthStand, authStand, memoryUnlocking, passphrase } from '../../doubles/auth.ts';

const next = 'another four words here';
let stand: AuthStand;
let auth: AdvancedAuth;
let { slots, unlocking } = memoryUnlocking();
let ada: Uuid;
let bob: Uuid;

beforeEach(async () => {
  stand = await authStand();
  ({ slots, unlocking } = memoryUnlocking());
  auth = new AdvancedAuth({ ...stand.options, unlocking });
  ada = (await auth.setUpOwner('Ada', passphrase, stand.operation('operator.create'))).id;
  bob = (
    await auth.createOperator({ name: 'Bob', role: 'owner', passphrase }, stand.operation('operator.create'))
  ).id;
});
afterEach(() => stand.close());

const signIn = async (name: string, words: string) =>
  (await auth.signIn({ name, passphrase: words }, stand.operation('auth.sign-in'))).token;
const disable = () => auth.disableOperator({ operatorId: bob }, stand.operation('operator.disable'));
const enable = (words = next) =>
  auth.enableOperator({ operatorId: bob, passphrase: words }, stand.operation('operator.enable'));
const reset = (operatorId: Uuid, words = next) =>
  auth.resetPassphrase({ operatorId, passphrase: words }, stand.operation('operator.passphrase.reset'));
const write = (sql: string) => stand.store.write((transaction) => void transaction.sql(sql).run(bob));
const opens = (id: Uuid) => slots.filter((slot) => slot.id === id).map(({ words }) => words);
const refused = (code: string, data: object = {}) =>
  expect.objectContaining({ code, data: expect.objectContaining(data) });

test('who is enabled again signs in under the new passphrase alone, and it opens the installation', async () => {
  await disable();
  expect(await enable()).toMatchObject({ name: 'Bob', role: 'owner', state: 'active' });
  await expect(signIn('bob', passphrase)).rejects.toEqual(refused('UNAUTHENTICATED'));
  expect(auth.authenticate(await signIn('bob', next)).caller.id).toBe(bob);
  expect(opens(bob)).toEqual([next]);
  expect(stand.entries.find(({ action }) => action === 'operator.enable')).toMatchObject({
    resource: { kind: 'operator', id: bob, person: true },
    before: { state: 'disabled' },
    after: { state: 'active' },
    facts: { role: 'owner' },
  });
  await expect(enable()).rejects.toEqual(refused('CONFLICT', { reason: 'already-active' }));
});

test('a passphrase set anew ends the sessions and the wait after failures, and the former one opens nothing', async () => {
  const token = await signIn('bob', passphrase);
  for (let n = 0; n < 3; n += 1) await expect(signIn('bob', 'wrong')).rejects.toThrow();
  await expect(signIn('bob', passphrase)).rejects.toEqual(
    refused('UNAUTHENTICATED', { retryAfterMs: expect.any(Number) }),
  );
  await reset(bob);
  expect(() => auth.authenticate(token)).toThrow(refused('UNAUTHENTICATED'));
  expect(auth.authenticate(await signIn('bob', next)).caller.id).toBe(bob);
  expect(opens(bob)).toEqual([next]);
  expect(opens(ada)).toEqual([passphrase]);
  expect(stand.entries.find(({ action }) => action === 'operator.passphrase.reset')?.facts).toEqual({
    role: 'owner',
    sessionsEnded: 1,
  });
});

test('who changes the own passphrase stays signed in here, and nowhere else', async () => {
  const [here, elsewhere] = [await signIn('ada', passphrase), await signIn('ada', passphrase)];
  const { caller } = auth.authenticate(here);
  const operation = stand.operation('operator.passphrase.change', { caller });
  expect(await auth.changePassphrase({ passphrase: next }, operation)).toMatchObject({ id: ada });
  expect(auth.authenticate(here).caller.id).toBe(ada);
  expect(() => auth.authenticate(elsewhere)).toThrow(refused('UNAUTHENTICATED'));
  expect(opens(ada)).toEqual([next]);
});

test('an owner whose passphrase another one set is as new as one who was made then', async () => {
  const since = () => auth.owners().find(({ id }) => id === bob)?.since ?? 0;
  const made = since();
  stand.clock.advance(48 * 3_600_000);
  expect(since()).toBe(made);
  await reset(bob);
  expect(since()).toBe(stand.clock.now());
  stand.clock.advance(3_600_000);
  const { caller } = auth.authenticate(await signIn('bob', next));
  await auth.changePassphrase({ passphrase: 'known to Bob alone' }, stand.operation('x', { caller }));
  expect(since()).toBe(stand.clock.now() - 3_600_000);
  await write('UPDATE operator SET access_given_at = NULL WHERE id = ?');
  expect(auth.owners().map(({ id }) => id)).toEqual([ada]);
});

test('nobody is let in who was changed outside Holdfast, is not there, or under a short passphrase', async () => {
  await expect(reset(bob, 'short')).rejects.toEqual(refused('VALIDATION'));
  await expect(reset(stand.ids.uuid())).rejects.toEqual(refused('NOT_FOUND', { kind: 'operator' }));
  await disable();
  await expect(reset(bob)).rejects.toEqual(refused('CONFLICT', { reason: 'disabled' }));
  await write(`UPDATE operator SET role = 'auditor' WHERE id = ?`);
  await expect(enable()).rejects.toEqual(refused('CONFLICT', { reason: 'tampered' }));
  expect(opens(bob)).toEqual([]);
  expect((await auth.listOperators({ limit: 9 })).items.map(({ opens: own }) => own)).toEqual([true, false]);
});

test('changes made at once come one after the other, and the last one counts', async () => {
  const [one, other] = ['the first of them', 'the second of them'];
  await Promise.all([reset(bob, one), reset(bob, other)]);
  await signIn('bob', other);
  expect(opens(bob)).toEqual([other]);
  await Promise.all([disable(), enable()]);
  await signIn('bob', next);
  expect(opens(bob)).toEqual([next]);
});

test('a change that fails leaves the former passphrase, and ends the new one', async () => {
  vi.spyOn(stand.store, 'write').mockRejectedValueOnce(new Error('no disk'));
  await expect(reset(bob)).rejects.toThrow('no disk');
  expect(opens(bob)).toEqual([passphrase]);
  await signIn('bob', passphrase);
});
