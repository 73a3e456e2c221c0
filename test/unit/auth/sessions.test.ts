import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuthStand, authStand, passphrase } from '../../doubles/auth.ts';

let stand: AuthStand;
let token: string;
const minute = 60_000;

beforeEach(async () => {
  stand = await authStand();
  await stand.auth.setUpOwner('Ada', passphrase, stand.operation('operator.create'));
  token = (await stand.auth.signIn({ passphrase }, stand.operation('auth.sign-in'))).token;
  stand.entries.length = 0;
});
afterEach(() => stand.close());

const ended = expect.objectContaining({ code: 'UNAUTHENTICATED' });
const sessions = () =>
  stand.store
    .sql<{ tokenHash: Uint8Array; seenAt: number }>(
      'SELECT token_hash AS tokenHash, seen_at AS seenAt FROM session',
    )
    .all();
const use = async () => {
  const identity = stand.auth.authenticate(token);
  await stand.auth.stop();
  return identity;
};

test('only the SHA-256 of the token is kept', () => {
  const [row] = sessions();
  expect(Buffer.from(row?.tokenHash ?? [])).toEqual(createHash('sha256').update(token).digest());
  for (const wrong of ['', `${token}x`, token.slice(1)]) {
    expect(() => stand.auth.authenticate(wrong)).toThrow(ended);
  }
});

test('it ends after 15 minutes without use', async () => {
  stand.clock.advance(14 * minute);
  await use();
  stand.clock.advance(15 * minute - 1);
  await use();
  stand.clock.advance(15 * minute);
  await expect(use()).rejects.toEqual(ended);
});

test('it ends after 12 hours however much it is used', async () => {
  for (let n = 1; n < 72; n += 1) {
    stand.clock.advance(10 * minute);
    await use();
  }
  stand.clock.advance(10 * minute);
  await expect(use()).rejects.toEqual(ended);
});

test('use is noted at most once a minute', async () => {
  const seq = () => stand.store.sql<{ seq: number }>('SELECT seq FROM commit_clock').get()?.seq ?? 0;
  const before = seq();
  for (let n = 0; n < 20; n += 1) await use();
  expect(seq()).toBe(before);
  stand.clock.advance(minute);
  stand.auth.authenticate(token);
  stand.auth.authenticate(token);
  await use();
  expect(seq()).toBe(before + 1);
  expect(sessions()[0]?.seenAt).toBe(stand.clock.now());
});

test('a proof is fresh for 5 minutes', async () => {
  stand.clock.advance(5 * minute - 1);
  expect((await use()).provedFreshly).toBe(true);
  stand.clock.advance(1);
  expect((await use()).provedFreshly).toBe(false);
});

test('it serves nobody before it began: whoever turns the clock back revives none', async () => {
  stand.clock.advance(-1);
  await expect(use()).rejects.toEqual(ended);
  stand.clock.advance(1);
  expect((await use()).provedFreshly).toBe(true);
});

test('signing out ends this session, no other, and is an entry', async () => {
  const other = await stand.auth.signIn({ passphrase }, stand.operation('auth.sign-in'));
  const { caller } = stand.auth.authenticate(token);
  await stand.auth.signOut({}, stand.operation('auth.sign-out', { caller }));
  expect(() => stand.auth.authenticate(token)).toThrow(ended);
  expect(stand.auth.authenticate(other.token).caller.id).toBe(caller.id);
  expect(stand.entries.map(({ action }) => action)).toEqual(['auth.sign-in', 'auth.sign-out']);
});

test('what has ended is swept at the next sign-in', async () => {
  stand.clock.advance(13 * 60 * minute);
  await stand.auth.signIn({ passphrase }, stand.operation('auth.sign-in'));
  expect(sessions()).toHaveLength(1);
});

test('a session serves no operator who was changed with an SQLite tool, and that is told once a minute', async () => {
  const { caller } = await use();
  stand.edit(`CREATE TABLE kept AS SELECT * FROM operator; UPDATE operator SET role = 'auditor'`);
  for (let n = 0; n < 3; n += 1) await expect(use()).rejects.toEqual(ended);
  expect(stand.tampered).toEqual([caller.id]);
  stand.clock.advance(minute);
  await expect(use()).rejects.toEqual(ended);
  expect(stand.tampered).toEqual([caller.id, caller.id]);
  stand.edit('UPDATE operator SET role = (SELECT role FROM kept)');
  expect((await use()).caller).toEqual(caller);
});

test('no session is planted, prolonged or given to another with an SQLite tool', async () => {
  const { caller } = await use();
  const bob = await stand.auth.createOperator(
    { name: 'Bob', role: 'auditor', passphrase },
    stand.operation('operator.create'),
  );
  const planted = createHash('sha256').update('planted').digest('hex');
  stand.edit(`CREATE TABLE kept AS SELECT * FROM session;
    INSERT INTO session SELECT x'${planted}', '${stand.ids.uuid()}', operator_id, created_at, expires_at, seen_at,
      proved_at, mac FROM kept`);
  expect(() => stand.auth.authenticate('planted')).toThrow(ended);
  expect(stand.tampered).toEqual([caller.id]);
  for (const change of [
    `operator_id = '${bob.id}'`,
    'expires_at = expires_at + 1',
    'created_at = created_at - 1',
    `id = '${stand.ids.uuid()}'`,
  ]) {
    stand.edit(`DELETE FROM session; INSERT INTO session SELECT * FROM kept; UPDATE session SET ${change}`);
    await expect(use()).rejects.toEqual(ended);
  }
  stand.edit('DELETE FROM session; INSERT INTO session SELECT * FROM kept');
  expect((await use()).caller).toEqual(caller);
});
