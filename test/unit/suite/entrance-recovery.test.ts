import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { remoteStore } from '../../../main/backups/targets/further-place.ts';
import { type ClientSession, inProcessClient } from '../../../main/rpc/client.ts';
import { createRouter } from '../../../main/rpc/router.ts';
import { generateRecoveryKey } from '../../../main/secrets/recovery-key.ts';
import { Entrance } from '../../../main/suite/entrance.ts';
import type { RecoveryRun } from '../../../shared/contract/recovery.ts';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { addressOf } from '../../../shared/target-place.ts';
import { s3Credentials, startS3Server } from '../../doubles/s3-server.ts';
import { startSftpServer } from '../../doubles/sftp-server.ts';
import { OpenedSuite, passphrase } from '../../faults/opened-suite.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let made: string;
let target: string;
let recoveryKey: string;
let tenant: Tenant;
let base: string;
let data: string;
let entrances: Entrance[];

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'holdfast-entrance-recovery-'));
  target = join(made, 'target');
  const created = await OpenedSuite.create(join(made, 'data'), target);
  const { client } = created.opened;
  recoveryKey = created.recoveryKey;
  tenant = await client.tenants.createTenant({ name: 'Acme', tier: 'professional', slug: 'acme' });
  await client.tenants.putDocument({ tenant: 'acme', collection: 'orders', id: 'one', value: { n: 1 } });
  await created.opened.finished(client.backups.createBackup({ scope: { all: true } }));
  await created.opened.stop();
});
afterAll(() => rmSync(made, { recursive: true }));

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-entrance-recovery-'));
  data = join(base, 'data');
  entrances = [];
});
afterEach(async () => {
  for (const entrance of entrances) await entrance.stop();
  rmSync(base, { recursive: true });
});

const refuse = () => Promise.reject(new HoldfastError('KEYCHAIN_UNAVAILABLE', 'There is none here.'));
const noKeychain = { get: refuse, set: refuse, delete: refuse };

async function arrive() {
  const entrance = new Entrance({ dataFolder: data, keychain: noKeychain });
  entrances.push(entrance);
  await entrance.start();
  // as a host that serves the folder leaves it
  writeFileSync(join(data, 'socket-token'), 'token');
  const session: ClientSession = {};
  const client = inProcessClient(createRouter(entrance), session);
  const recover = (changed: object = {}) =>
    client.setup.recoverInstallation({ target, recoveryKey, secrets: 'passphrase', passphrase, ...changed });
  const ended = async (): Promise<RecoveryRun> => {
    for (;;) {
      const { recovery } = await client.setup.getRecovery({});
      if (recovery !== null && recovery.endedAt !== null) return recovery;
      await sleep(20);
    }
  };
  return { entrance, client, session, recover, ended };
}

/** Nothing but what was there before. */
const isAsEmptyAsBefore = () => {
  expect(readdirSync(base)).toEqual(['data']);
  expect(readdirSync(data)).toEqual(['socket-token']);
};

test('a look at a backup folder tells what is there, by name once the key is given, and changes nothing', async () => {
  const { client } = await arrive();
  const before = readdirSync(target, { recursive: true }).sort();
  const seen = { snapshots: 1, lastWritten: expect.stringMatching(/Z$/) };
  const closed = await client.setup.inspectBackups({ target });
  expect(closed).toEqual({
    installationId: readdirSync(target)[0],
    installation: seen,
    tenants: [{ tenantId: tenant.id, slug: null, name: null, ...seen }],
    opened: null,
  });
  const opened = await client.setup.inspectBackups({ target, recoveryKey: recoveryKey.toLowerCase() });
  expect(opened).toMatchObject({
    tenants: [{ tenantId: tenant.id, slug: 'acme', name: 'Acme', ...seen }],
    opened: { fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/), time: expect.stringMatching(/Z$/) },
  });
  expect(readdirSync(target, { recursive: true }).sort()).toEqual(before);
  isAsEmptyAsBefore();
});

test('what is no backup folder, and what does not open it, is told', async () => {
  const { client } = await arrive();
  const refused = (input: Parameters<typeof client.setup.inspectBackups>[0], error: object) =>
    expect(client.setup.inspectBackups(input)).rejects.toMatchObject(error);
  await refused(
    { target: 'backups' },
    { code: 'VALIDATION', data: { issues: [{ reason: 'not-absolute' }] } },
  );
  await refused({ target: base }, { code: 'NOT_FOUND', data: { kind: 'installation' } });
  const other = generateRecoveryKey();
  const wrong = { code: 'UNAUTHENTICATED', data: { reason: 'wrong-recovery-key' } };
  await refused({ target, recoveryKey: other }, wrong);
  const mistyped = recoveryKey.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
  await refused(
    { target, recoveryKey: mistyped },
    {
      code: 'VALIDATION',
      data: { issues: [{ path: 'recoveryKey', reason: 'checksum' }] },
    },
  );
  isAsEmptyAsBefore();
});

test('a lost installation comes back under the process that serves its folder', async () => {
  const { client, session, recover, ended } = await arrive();
  expect(await recover()).toMatchObject({ recovery: { state: 'running', target } });
  expect(await client.setup.getSetup({})).toMatchObject({ state: 'recovering' });
  const runs = { code: 'LOCKED', data: { reason: 'recovery-runs' } };
  await expect(recover()).rejects.toMatchObject(runs);
  const owner = { ownerName: 'Ada', passphrase, secrets: 'passphrase' as const };
  await expect(client.setup.createInstallation(owner)).rejects.toMatchObject(runs);
  await expect(client.setup.openInstallation({ passphrase })).rejects.toMatchObject(runs);

  const recovery = await ended();
  expect(recovery).toMatchObject({
    state: 'succeeded',
    owner: { name: 'Acme', number: 2, of: 2 },
    error: null,
    result: { tenants: [{ tenantId: tenant.id, slug: 'acme', name: 'Acme', rows: 1 }] },
  });
  expect(JSON.stringify(recovery)).not.toContain(recoveryKey);
  expect(await client.setup.getSetup({})).toMatchObject({ state: 'ready', secrets: 'passphrase' });
  expect(readFileSync(join(data, 'socket-token'), 'utf8')).toBe('token');
  session.token = (await client.auth.signIn({ passphrase })).token;
  const got = { tenant: 'acme', collection: 'orders', id: 'one' };
  expect(await client.tenants.getDocument(got)).toMatchObject({ value: { n: 1 } });

  await expect(recover()).rejects.toMatchObject({ data: { reason: 'installation-exists' } });
  expect(await client.setup.dismissRecovery({})).toEqual({ recovery: null });
});

test('a failure leaves the folder as it was, and the next attempt may succeed', async () => {
  const { client, recover, ended } = await arrive();
  await recover({ passphrase: 'wrong horse battery staple' });
  expect(await ended()).toMatchObject({ state: 'failed', error: { code: 'UNAUTHENTICATED' } });
  expect(await client.setup.getSetup({})).toMatchObject({ state: 'absent' });
  isAsEmptyAsBefore();
  await recover({ recoveryKey: generateRecoveryKey() });
  expect(await ended()).toMatchObject({ state: 'failed', error: { data: { reason: 'wrong-recovery-key' } } });
  await recover({ secrets: 'keychain' });
  expect(await ended()).toMatchObject({ state: 'failed', error: { code: 'KEYCHAIN_UNAVAILABLE' } });
  await expect(recover({ passphrase: undefined })).rejects.toMatchObject({
    code: 'VALIDATION',
    data: { issues: [{ path: 'passphrase', reason: 'passphrase-needed' }] },
  });
  await recover();
  expect(await ended()).toMatchObject({ state: 'succeeded' });
});

test('cancelled, or ended with its process, it leaves nothing', async () => {
  const first = await arrive();
  await first.recover();
  await first.client.setup.cancelRecovery({});
  expect(await first.ended()).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED' } });
  expect(await first.client.setup.getSetup({})).toMatchObject({ state: 'absent' });
  isAsEmptyAsBefore();

  await first.recover();
  while ((await first.client.setup.getRecovery({})).recovery?.owner === null) await sleep(5);
  await first.entrance.stop();
  isAsEmptyAsBefore();
});

test('one that was killed is told to whoever comes next, and cleared away by the next', async () => {
  const unfinished = `${data}.recovering`;
  mkdirSync(unfinished);
  writeFileSync(join(unfinished, 'recovery-not-finished'), '');
  const { client, recover, ended } = await arrive();
  expect(await client.setup.getRecovery({})).toMatchObject({
    recovery: { state: 'interrupted', endedAt: null, startedAt: null },
  });
  await recover();
  expect(await ended()).toMatchObject({ state: 'succeeded' });
  expect(existsSync(unfinished)).toBe(false);
});

test('a lost installation comes back from a bucket, gone on with where it was cancelled', async () => {
  const s3 = await startS3Server();
  try {
    const { credentials: _, ...place } = s3.location('holdfast');
    const remote = { place, credentials: s3Credentials };
    const store = remoteStore(remote.place, remote.credentials);
    for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile()) await store.replace(relative(target, file), readFileSync(file));
    }
    const { client, recover, ended } = await arrive();
    const wrong = { ...remote, credentials: { ...remote.credentials, accessKeyId: 'OTHER' } };
    await expect(client.setup.inspectBackups({ remote: wrong })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const elsewhere = { ...remote, place: { ...remote.place, prefix: 'empty' } };
    await expect(client.setup.inspectBackups({ remote: elsewhere })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const seen = { snapshots: 1, lastWritten: expect.stringMatching(/Z$/) };
    expect(await client.setup.inspectBackups({ remote, recoveryKey })).toMatchObject({
      installation: seen,
      tenants: [{ tenantId: tenant.id, name: 'Acme', ...seen }],
      opened: { time: expect.stringMatching(/Z$/) },
    });
    isAsEmptyAsBefore();

    await recover({ remote, target: join(data, 'backups') });
    expect(await ended()).toMatchObject({ error: { data: { reason: 'inside-installation' } } });
    const folder = join(base, 'brought');
    const begun = await recover({ remote, target: folder });
    expect(begun.recovery).toMatchObject({ target: folder, from: addressOf(remote.place) });
    const [id = ''] = readdirSync(target);
    while (!existsSync(join(folder, id, 'repositories', 'installation', 'config'))) await sleep(5);
    await client.setup.cancelRecovery({});
    expect(await ended()).toMatchObject({ state: 'cancelled' });
    expect(readdirSync(data)).toEqual(['socket-token']);

    await recover({ remote, target: folder });
    const recovery = await ended();
    expect(recovery).toMatchObject({ state: 'succeeded', result: { tenants: [{ name: 'Acme', rows: 1 }] } });
    expect(JSON.stringify(recovery)).not.toContain(remote.credentials.secretAccessKey);
    expect(readdirSync(join(folder, id, 'repositories')).sort()).toEqual([tenant.id, 'installation'].sort());
  } finally {
    await s3.close();
  }
});

test('an SFTP server is asked for nothing before its host key was confirmed', async () => {
  const sftp = await startSftpServer();
  try {
    const { client, recover, ended } = await arrive();
    const { credentials, ...place } = sftp.location(target);
    if (credentials === null) throw new TypeError('no credentials');
    const remote = { place, credentials };
    const { hostKey, ...unconfirmed } = place;
    const ask = (place: typeof unconfirmed & { hostKey?: string }) =>
      client.setup.inspectBackups({ remote: { ...remote, place } });
    await expect(ask(unconfirmed)).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { reason: 'host-key-unknown', fingerprint: hostKey },
    });
    await expect(ask({ ...unconfirmed, hostKey: `SHA256:${'A'.repeat(43)}` })).rejects.toMatchObject({
      data: { reason: 'host-key-changed', fingerprint: hostKey },
    });
    expect(await ask(remote.place)).toMatchObject({ tenants: [{ tenantId: tenant.id, snapshots: 1 }] });

    const folder = join(base, 'another');
    mkdirSync(join(folder, '01890000-0000-7000-8000-000000000000'), { recursive: true });
    await recover({ remote, target: folder });
    expect(await ended()).toMatchObject({ error: { data: { reason: 'several-installations' } } });
    expect(readdirSync(folder)).toHaveLength(1);
  } finally {
    await sftp.close();
  }
});
