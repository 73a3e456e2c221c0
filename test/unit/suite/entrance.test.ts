import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ClientSession, inProcessClient } from '../../../main/rpc/client.ts';
import { createRouter } from '../../../main/rpc/router.ts';
import { Entrance } from '../../../main/suite/entrance.ts';
import type { RaisedAlert } from '../../../shared/contract/audit/alerts.ts';
import { HoldfastError } from '../../../shared/errors.ts';

const passphrase = 'correct horse battery staple';
let folder: string;
let entrances: Entrance[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-entrance-'));
  entrances = [];
});
afterEach(async () => {
  for (const entrance of entrances) await entrance.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function arrive() {
  const entrance = new Entrance({ dataFolder: join(folder, 'data'), keychain: noKeychain });
  entrances.push(entrance);
  await entrance.start();
  const session: ClientSession = {};
  const client = inProcessClient(createRouter(entrance), session);
  const state = async () => (await client.setup.getSetup({})).state;
  return { entrance, session, client, state };
}

const refuse = () => Promise.reject(new HoldfastError('KEYCHAIN_UNAVAILABLE', 'There is none here.'));
const noKeychain = { get: refuse, set: refuse, delete: refuse };
const owner = { ownerName: 'Ada', passphrase, secrets: 'passphrase' as const };

test('an empty place offers nothing but a new installation', async () => {
  const { client } = await arrive();
  expect(await client.setup.getSetup({})).toMatchObject({
    state: 'absent',
    secrets: null,
    keychain: false,
    error: null,
  });
  const refused = { code: 'UNAVAILABLE', data: { manager: 'suite' } };
  await expect(client.auth.signIn({ passphrase })).rejects.toMatchObject(refused);
  await expect(client.tenants.listTenants({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await client.setup.openInstallation({ passphrase })).toMatchObject({ state: 'absent' });
});

test('a new installation serves at once, and its recovery key is shown until it is typed back', async () => {
  const { client, session } = await arrive();
  const target = join(folder, 'backups');
  const { recoveryKey } = await client.setup.createInstallation({ ...owner, target });
  session.token = (await client.auth.signIn({ passphrase })).token;
  expect(await client.suite.getInstallation({})).toMatchObject({ target, recoveryKeyConfirmed: false });
  expect(await client.suite.showRecoveryKey({})).toEqual({ recoveryKey });

  const groups = recoveryKey.split('-').map((text, at) => ({ group: at + 1, text }));
  const two = [3, 8].flatMap((at) => groups.filter(({ group }) => group === at));
  const wrong = two.map(({ group }) => ({ group, text: 'ZZZZZ' }));
  await expect(client.suite.confirmRecoveryKey({ groups: wrong })).rejects.toMatchObject({
    code: 'VALIDATION',
    data: { issues: [{ reason: 'recovery-key-wrong', groups: [3, 8] }] },
  });
  const twice = [...two.slice(0, 1), ...two.slice(0, 1)];
  await expect(client.suite.confirmRecoveryKey({ groups: twice })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
  await client.suite.confirmRecoveryKey({ groups: two });
  expect(await client.suite.getInstallation({})).toMatchObject({ recoveryKeyConfirmed: true });

  const gone = { code: 'CONFLICT', data: { reason: 'recovery-key-gone' } };
  await expect(client.suite.showRecoveryKey({})).rejects.toMatchObject(gone);
  await expect(client.suite.confirmRecoveryKey({ groups: two })).rejects.toMatchObject(gone);
  await client.suite.confirmRecoveryKey({ groups });
  await expect(client.setup.createInstallation(owner)).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'installation-exists' },
  });
});

test('an installation without keychain waits for a passphrase, and slows guessing', async () => {
  const first = await arrive();
  await first.client.setup.createInstallation(owner);
  await first.entrance.stop();

  const { client, state } = await arrive();
  expect(await state()).toBe('locked');
  for (const retryAfterMs of [undefined, undefined, expect.any(Number)]) {
    await expect(client.setup.openInstallation({ passphrase: 'wrong horse battery' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      data: retryAfterMs === undefined ? {} : { retryAfterMs },
    });
  }
  await expect(client.setup.openInstallation({ passphrase })).rejects.toMatchObject({
    data: { retryAfterMs: expect.any(Number) },
  });
  expect(await state()).toBe('locked');
});

test('unlocked, it serves', async () => {
  const first = await arrive();
  await first.client.setup.createInstallation(owner);
  await first.entrance.stop();
  const { client, session } = await arrive();
  expect(await client.setup.openInstallation({ passphrase })).toMatchObject({ state: 'ready' });
  session.token = (await client.auth.signIn({ passphrase })).token;
  expect(await client.tenants.listTenants({})).toEqual({ items: [], next: null });
});

test('whoever stays is told of alerts, of an installation that is open or is opened later', async () => {
  const { entrance, client, session } = await arrive();
  const told: RaisedAlert[] = [];
  entrance.onAlert((alert) => told.push(alert));
  await client.setup.createInstallation(owner);
  const toldLate: RaisedAlert[] = [];
  entrance.onAlert((alert) => toldLate.push(alert));
  session.token = (await client.auth.signIn({ passphrase })).token;
  await client.auth.createOperator({ name: 'Grace Lind', role: 'owner', passphrase });
  await expect.poll(() => told, { timeout: 10_000 }).toHaveLength(1);
  const { items } = await client.audit.listAlerts({});
  expect(items).toMatchObject(told);
  expect(toldLate).toEqual(told);
  expect(told).toMatchObject([{ rule: 'owner-added', severity: 'critical', tenantId: null }]);
});

test('what stands in the way is told, and the next attempt may succeed', async () => {
  const first = await arrive();
  await first.client.setup.createInstallation(owner);
  const second = await arrive();
  await second.client.setup.openInstallation({ passphrase });
  expect(await second.client.setup.getSetup({})).toMatchObject({
    state: 'failed',
    error: { code: 'LOCKED' },
  });
  await first.entrance.stop();
  expect(await second.client.setup.openInstallation({ passphrase })).toMatchObject({ state: 'ready' });
});

test('a file that is no installation is told, not overwritten', async () => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'installation.json'), '{');
  const { client } = await arrive();
  expect(await client.setup.getSetup({})).toMatchObject({ state: 'failed', error: { code: 'INTEGRITY' } });
  await expect(client.setup.createInstallation(owner)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a backup folder that cannot be used is said before anything is made', async () => {
  const { client, state } = await arrive();
  writeFileSync(join(folder, 'file'), '');
  for (const target of ['backups', join(folder, 'file', 'backups')]) {
    await expect(client.setup.createInstallation({ ...owner, target })).rejects.toMatchObject({
      code: target === 'backups' ? 'VALIDATION' : 'IO',
    });
  }
  expect(await state()).toBe('absent');
  await client.setup.createInstallation(owner);
  expect(await state()).toBe('ready');
});

test('after the end nothing is opened', async () => {
  const { entrance, client } = await arrive();
  await entrance.stop();
  await expect(client.setup.createInstallation(owner)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
