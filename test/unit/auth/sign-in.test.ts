import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { hash } from '@node-rs/argon2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AdvancedAuth } from '../../../main/auth/advanced-auth.ts';
import { defaultCost, hashPassphrase, matchesPassphrase } from '../../../main/auth/passphrase.ts';
import { delayAfter, waitOf } from '../../../main/auth/sign-in-delay.ts';
import { session } from '../../../shared/contract/auth.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { type AuthStand, authStand, cheap, passphrase } from '../../doubles/auth.ts';

let stand: AuthStand;
beforeEach(async () => {
  stand = await authStand();
  await stand.auth.setUpOwner('Ada', passphrase, stand.operation('operator.create'));
  stand.entries.length = 0;
});
afterEach(() => stand.close());

const signIn = (words: string, name?: string, auth = stand.auth) =>
  auth.signIn({ name, passphrase: words }, stand.operation('auth.sign-in'));

/** How an attempt is refused, without what tells attempts apart. */
async function refusal(words: string, name?: string): Promise<{ message: string; data: object }> {
  const error = await signIn(words, name).catch((thrown: unknown) => thrown);
  if (!(error instanceof HoldfastError) || error.code !== 'UNAUTHENTICATED') throw error;
  return { message: error.message, data: error.data };
}
const waits = async (name: string) => {
  const { data } = await refusal('wrong', name);
  return 'retryAfterMs' in data ? data.retryAfterMs : 0;
};

test('the right passphrase makes a session, which the token opens', async () => {
  const answer = await signIn(passphrase, 'ADA ');
  expect(session.parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({ name: 'Ada', role: 'owner' });
  expect(Buffer.from(answer.token, 'base64url')).toHaveLength(32);
  expect(stand.auth.authenticate(answer.token)).toMatchObject({
    caller: { kind: 'operator', id: answer.operatorId, name: 'Ada', role: 'owner' },
    provedAt: stand.clock.now(),
    provedFreshly: true,
  });
  expect(stand.entries).toMatchObject([
    { action: 'auth.sign-in', resource: { kind: 'operator', id: answer.operatorId, person: true } },
  ]);
});

test('a passphrase counts in whatever Unicode form it is typed', async () => {
  await stand.auth.createOperator(
    { name: 'Zoë', role: 'auditor', passphrase: 'prêt à porter demain' },
    stand.operation('operator.create'),
  );
  expect((await signIn('prêt à porter demain'.normalize('NFD'), 'Zoë')).name).toBe('Zoë');
});

test('without a name it works while there is exactly one active operator', async () => {
  expect((await signIn(passphrase)).name).toBe('Ada');
  const bob = await stand.auth.createOperator(
    { name: 'Bob', role: 'auditor', passphrase },
    stand.operation('operator.create'),
  );
  expect((await refusal(passphrase)).data).toEqual({ reason: 'name-needed' });
  await stand.auth.disableOperator({ operatorId: bob.id }, stand.operation('operator.disable'));
  expect((await signIn(passphrase)).name).toBe('Ada');
});

test('the delay: none for 3 failures, then 1 s, doubling, 15 min at most', () => {
  const delays = Array.from({ length: 15 }, (_each, failures) => delayAfter(failures) / 1000);
  expect(delays).toEqual([0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  expect(delayAfter(1e9)).toBe(900_000);
  expect(waitOf({ failures: 4, lastAt: 10_000 }, 11_500)).toBe(500);
  expect(waitOf({ failures: 4, lastAt: 10_000 }, 12_000)).toBe(0);
  expect(waitOf({ failures: 4, lastAt: 10_000_000 }, 0)).toBe(2000);
});

test('failures delay the next attempt, even with the right passphrase', async () => {
  expect([await waits('Ada'), await waits('Ada'), await waits('Ada')]).toEqual([0, 0, 1000]);
  for (let n = 0; n < 20; n += 1) {
    expect((await refusal(passphrase, 'Ada')).data).toEqual({ retryAfterMs: 1000 });
  }
  stand.clock.advance(999);
  expect((await refusal(passphrase, 'Ada')).data).toEqual({ retryAfterMs: 1 });
  stand.clock.advance(1);
  expect(await waits('Ada')).toBe(2000);
  stand.clock.advance(2000);
  await signIn(passphrase, 'Ada');
  expect(await waits('Ada')).toBe(0);
});

test('a name that nobody has, and one that is disabled, are answered and delayed alike', async () => {
  const bob = await stand.auth.createOperator(
    { name: 'Bob', role: 'auditor', passphrase },
    stand.operation('operator.create'),
  );
  await stand.auth.disableOperator({ operatorId: bob.id }, stand.operation('operator.disable'));
  const story = async (name: string) => {
    const told = [];
    for (let n = 0; n < 6; n += 1) {
      told.push(await refusal(n === 0 && name === 'Bob' ? passphrase : 'wrong', name));
      if (n % 2 === 1) stand.clock.advance(60_000);
    }
    return told;
  };
  const ofAda = await story('Ada');
  expect(await story('Nobody')).toEqual(ofAda);
  expect(await story('Bob')).toEqual(ofAda);
});

test('a name that nobody has costs as much time as one that somebody has', async () => {
  const auth = new AdvancedAuth({ ...stand.options, cost: { memoryKiB: 32 * 1024, passes: 3, lanes: 1 } });
  await signIn(passphrase, 'Ada', auth);
  const time = async (name: string) => {
    const from = performance.now();
    await expect(signIn('wrong', name, auth)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    return performance.now() - from;
  };
  const [known, unknown]: [number[], number[]] = [[], []];
  for (let round = 0; round < 5; round += 1) {
    known.push(await time('Ada'));
    unknown.push(await time(`Nobody ${round}`));
    await signIn(passphrase, 'Ada', auth); // so that no delay comes in
  }
  expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3);
});

test('while delayed no hash is computed', async () => {
  const auth = new AdvancedAuth({ ...stand.options, cost: { memoryKiB: 32 * 1024, passes: 3, lanes: 1 } });
  const time = async () => {
    const from = performance.now();
    await expect(signIn('wrong', 'Nobody', auth)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    return performance.now() - from;
  };
  const hashing = [await time(), await time(), await time()];
  let refusing = 0;
  for (let n = 0; n < 20; n += 1) refusing += await time();
  expect(refusing).toBeLessThan(Math.min(...hashing) * 5);
});

test('attempts made at once cannot outrun the delay', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, () => refusal('wrong', 'Ada')));
  expect(stand.entries).toHaveLength(3);
  expect(all.filter(({ data }) => 'retryAfterMs' in data)).toHaveLength(8);
});

test('failures outlive the process, and are forgotten after a day', async () => {
  for (let n = 0; n < 3; n += 1) await refusal('wrong', 'Ada');
  const next = new AdvancedAuth(stand.options);
  await expect(signIn(passphrase, 'Ada', next)).rejects.toMatchObject({ data: { retryAfterMs: 1000 } });
  stand.clock.advance(86_400_000);
  expect(await waits('Ada')).toBe(0);
});

test('every failure is an entry, critical from the fifth; a name that nobody has is not written down', async () => {
  for (let n = 0; n < 6; n += 1) {
    await refusal('wrong', 'Ada');
    stand.clock.advance(60_000);
  }
  const { operatorId } = await signIn(passphrase, 'Ada');
  expect(stand.entries.map(({ severity, outcome, facts }) => [severity, outcome, facts?.failures])).toEqual([
    ['warning', 'failure', 1],
    ['warning', 'failure', 2],
    ['warning', 'failure', 3],
    ['warning', 'failure', 4],
    ['critical', 'failure', 5],
    ['critical', 'failure', 6],
    [undefined, undefined, undefined],
  ]);
  expect(new Set(stand.entries.map(({ resource }) => resource.id))).toEqual(new Set([operatorId]));
  stand.entries.length = 0;
  await refusal('wrong', 'hunter2 is my passphrase');
  expect(stand.entries).toMatchObject([{ resource: { kind: 'operator', id: 'unknown' } }]);
  expect(JSON.stringify([stand.entries, stand.described])).not.toContain('hunter2');
});

test('an attempt refused by the delay says whom it concerns and how serious it is', async () => {
  for (let n = 0; n < 3; n += 1) await refusal('wrong', 'Ada');
  await refusal('wrong', 'Ada');
  expect(stand.described.at(-1)).toMatchObject({
    resource: { kind: 'operator', person: true },
    severity: 'warning',
  });
});

test('a hash is made anew at sign-in when the parameters were raised, never when lowered', async () => {
  const stored = () =>
    stand.store.sql<{ passphrase: string }>('SELECT passphrase FROM operator').get()?.passphrase;
  const raised = new AdvancedAuth({ ...stand.options, cost: { ...cheap, memoryKiB: 2048, passes: 2 } });
  expect(stored()).toContain('$m=1024,t=1,p=1$');
  await signIn(passphrase, 'Ada', raised);
  expect(stored()).toContain('$m=2048,t=2,p=1$');
  const before = stored();
  await signIn(passphrase, 'Ada');
  expect(stored()).toBe(before);
  await expect(signIn('wrong', 'Ada')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('the parameters in use are at least 64 MiB, 3 passes, 4 lanes, and hashing holds up nobody', async () => {
  expect(defaultCost).toEqual({ memoryKiB: 65_536, passes: 3, lanes: 4 });
  const auth = new AdvancedAuth({ ...stand.options, cost: defaultCost });
  let turns = 0;
  let done = false;
  const watching = (async () => {
    while (!done) {
      await nextTurn();
      turns += 1;
    }
  })();
  await signIn(passphrase, 'Ada', auth);
  await expect(signIn('wrong', 'Nobody', auth)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  done = true;
  await watching;
  expect(turns).toBeGreaterThan(100);
  expect(
    stand.store.sql<{ passphrase: string }>('SELECT passphrase FROM operator').get()?.passphrase,
  ).toContain('$argon2id$v=19$m=65536,t=3,p=4$');
});

test('a damaged hash is named as damage, and eats no memory', async () => {
  for (const damaged of [
    'nonsense',
    '$argon2id$v=19$m=4194304,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaA',
    '$argon2i$v=19$m=8,t=1,p=1$x$y',
  ]) {
    const checked = matchesPassphrase(damaged, passphrase, new Uint8Array(32));
    await expect(checked).rejects.toMatchObject({ code: 'INTEGRITY' });
  }
});

test('a hash made without the secret, or under another one, matches nothing', async () => {
  const secret = randomBytes(32);
  const hashed = await hashPassphrase(passphrase, cheap, secret);
  expect(await matchesPassphrase(hashed, passphrase, secret)).toBe(true);
  expect(await matchesPassphrase(hashed, passphrase, randomBytes(32))).toBe(false);
  const planted = await hash(passphrase, { memoryCost: 1024, timeCost: 1, parallelism: 1 });
  expect(await matchesPassphrase(planted, passphrase, secret)).toBe(false);
});

test('an operator who was changed with an SQLite tool cannot sign in, and that is critical', async () => {
  const bob = await stand.auth.createOperator(
    { name: 'Bob', role: 'auditor', passphrase },
    stand.operation('operator.create'),
  );
  const known = await hash('known to the intruder', { memoryCost: 1024, timeCost: 1, parallelism: 1 });
  expect(stand.auth.health()).toEqual({ state: 'ready', problem: null });
  for (const change of [
    `role = 'owner'`,
    `passphrase = '${known}'`,
    `passphrase = 'nonsense'`,
    `id = '${stand.ids.uuid()}'`,
    `name_index = zeroblob(32)`,
    `mac = (SELECT mac FROM operator WHERE id <> '${bob.id}')`,
  ]) {
    stand.edit(`CREATE TABLE kept AS SELECT * FROM operator WHERE id = '${bob.id}';
      UPDATE operator SET ${change} WHERE id = '${bob.id}'`);
    stand.entries.length = 0;
    for (const words of [passphrase, 'known to the intruder']) {
      stand.clock.advance(3_600_000);
      const told = await refusal(words, 'Bob');
      expect(told.message).toContain('The name or the passphrase is wrong.');
    }
    const found = !change.startsWith('name_index');
    expect([change, stand.entries]).toMatchObject([
      change,
      Array(2).fill(found ? { severity: 'critical', facts: { error: 'INTEGRITY' } } : { outcome: 'failure' }),
    ]);
    expect(stand.auth.health().state).toBe('degraded');
    stand.edit(`DELETE FROM operator WHERE name_sealed = (SELECT name_sealed FROM kept);
      INSERT INTO operator SELECT * FROM kept; DROP TABLE kept`);
  }
  stand.clock.advance(3_600_000);
  expect((await signIn(passphrase, 'Bob')).role).toBe('auditor');
});

test('a disabled operator who was made active with an SQLite tool stays out, and disabling makes nobody good', async () => {
  const bob = await stand.auth.createOperator(
    { name: 'Bob', role: 'auditor', passphrase },
    stand.operation('operator.create'),
  );
  const disable = () =>
    stand.auth.disableOperator({ operatorId: bob.id }, stand.operation('operator.disable'));
  await disable();
  expect(stand.auth.health().state).toBe('ready');
  stand.edit(`UPDATE operator SET state = 'active', role = 'owner' WHERE id = '${bob.id}'`);
  await refusal(passphrase, 'Bob');
  const ada = stand.auth.operatorNamed('Ada');
  if (ada === undefined) throw new TypeError('Ada is not there');
  const last = stand.auth.disableOperator({ operatorId: ada }, stand.operation('operator.disable'));
  await expect(last).rejects.toMatchObject({ data: { reason: 'last-owner' } });
  await disable();
  expect(stand.auth.health().state).toBe('degraded');
});
