import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recover } from '../../../main/suite/recover.ts';
import type { RecoveryKeyReplaced } from '../../../shared/contract/suite.ts';
import { OpenedSuite, passphrase } from '../../faults/opened-suite.ts';
import { restic } from '../../interop/restic-program.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const reason = 'The old kit was lost';
let base: string;
let target: string;
let opened: OpenedSuite;
let old: string;
let isOpen: boolean;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-replace-key-'));
  target = join(base, 'target');
  const made = await OpenedSuite.create(join(base, 'data'), target);
  opened = made.opened;
  isOpen = true;
  old = made.recoveryKey;
  const { client } = opened;
  for (const slug of ['acme', 'globex']) {
    await client.tenants.createTenant({ name: slug, tier: 'enterprise', slug });
    await client.tenants.putDocument({ tenant: slug, collection: 'orders', id: 'one', value: { slug } });
  }
  await opened.finished(client.backups.createBackup({ scope: { all: true } }));
});
const stop = async () => {
  if (isOpen) await opened.stop();
  isOpen = false;
};
afterEach(async () => {
  await stop();
  rmSync(base, { recursive: true });
});

const repositoriesIn = (root: string) => {
  const [installation = ''] = readdirSync(root);
  const folder = join(root, installation, 'repositories');
  return readdirSync(folder).map((name) => join(folder, name));
};
const opens = (repository: string, key: string) => {
  try {
    restic(repository, key, 'cat', 'config');
    return true;
  } catch {
    return false;
  }
};
/** Which of the repositories a key opens, by count. */
const countOpened = (root: string, key: string) =>
  repositoriesIn(root).filter((path) => opens(path, key)).length;

async function replace(): Promise<{ key: string; replaced: RecoveryKeyReplaced }> {
  const { recoveryKey: key } = await opened.client.suite.prepareRecoveryKey({ reason });
  const groups = key.split('-').map((text, at) => ({ group: at + 1, text: text.toLowerCase() }));
  const started = opened.client.suite.replaceRecoveryKey({ groups: groups.slice(4, 6), reason });
  return { key, replaced: await opened.finished(started) };
}

async function recoverWith(recoveryKey: string, from = target) {
  const folder = mkdtempSync(join(base, 'recovered-'));
  return await recover({
    dataFolder: folder,
    target: from,
    recoveryKey,
    secrets: 'passphrase',
    credentials: { passphrase },
    context: { signal: new AbortController().signal, progress: { phase() {}, advance() {} } },
  });
}

test('the new key opens everything, the old one nothing, for restic and for a recovery', async () => {
  const { client } = opened;
  const before = await client.suite.getInstallation({});
  const { key, replaced } = await replace();
  expect(replaced).toMatchObject({ repositories: 3 });
  expect(await client.suite.getInstallation({})).toMatchObject({
    recoveryKeyConfirmed: true,
    recoveryKeyFingerprint: replaced.fingerprint,
    formerRecoveryKeyOpens: false,
  });
  expect(replaced.fingerprint).not.toBe(before.recoveryKeyFingerprint);
  expect([countOpened(target, key), countOpened(target, old)]).toEqual([3, 0]);
  const keys = readdirSync(join(repositoriesIn(target)[0] ?? '', 'keys'));
  expect(keys).toHaveLength(2);

  // what comes later too, and the old one is shown nowhere
  await client.tenants.createTenant({ name: 'late', tier: 'free', slug: 'late' });
  expect([countOpened(target, key), countOpened(target, old)]).toEqual([4, 0]);
  await expect(client.suite.showRecoveryKey({})).rejects.toMatchObject({
    data: { reason: 'recovery-key-gone' },
  });
  const { items } = await client.audit.getAuditTrail({ action: 'installation.recovery-key.replace' });
  expect(items.find(({ phase }) => phase === 'outcome')).toMatchObject({
    severity: 'critical',
    outcome: 'success',
    resource: { kind: 'recovery-key', id: replaced.fingerprint },
    facts: { former: before.recoveryKeyFingerprint, repositories: 3 },
  });

  await stop();
  await expect(recoverWith(old)).rejects.toMatchObject({ data: { reason: 'wrong-recovery-key' } });
  expect(await recoverWith(key)).toMatchObject({ tenants: [{ rows: 1 }, { rows: 1 }] });
});

test('nothing changes before the new key was typed back', async () => {
  const { client } = opened;
  const groups = [1, 2].map((group) => ({ group, text: 'AAAAA' }));
  const refused = (error: object) =>
    expect(client.suite.replaceRecoveryKey({ groups, reason })).rejects.toMatchObject(error);
  await refused({ code: 'CONFLICT', data: { reason: 'recovery-key-not-prepared' } });
  const { recoveryKey, fingerprint } = await client.suite.prepareRecoveryKey({ reason });
  await refused({ code: 'VALIDATION', data: { issues: [{ reason: 'recovery-key-wrong', groups: [1, 2] }] } });
  const kit = await client.suite.createRecoveryKit({ prepared: true });
  expect(Buffer.from(kit.pdf, 'base64').toString('latin1')).toContain('%PDF-1.7');
  expect([countOpened(target, old), countOpened(target, recoveryKey)]).toEqual([3, 0]);
  expect((await client.suite.getInstallation({})).recoveryKeyFingerprint).not.toBe(fingerprint);
  // one that is prepared after it takes its place
  const { key } = await replace();
  expect([countOpened(target, key), countOpened(target, recoveryKey), countOpened(target, old)]).toEqual([
    3, 0, 0,
  ]);
});

test('further targets are opened by the old key until they are synchronised, and said to be', async () => {
  const { client } = opened;
  const second = join(base, 'second');
  mkdirSync(second);
  const { id } = await client.backups.addTarget({ name: 'second', place: { kind: 'folder', path: second } });
  const targetId = id ?? '';
  await opened.finished(client.backups.syncTarget({ targetId }));
  // a copy that is made no more has the old key too
  await client.tenants.updateTenant({ tenant: 'globex', tier: 'free' });
  const away = `${second}-away`;
  renameSync(second, away);
  const { key } = await replace();
  const former = async () =>
    (await client.backups.listTargets({})).items.map((item) => item.formerRecoveryKey);
  expect(await former()).toEqual([false, true]);
  expect([countOpened(away, old), countOpened(away, key)]).toEqual([3, 0]);
  renameSync(away, second);
  await opened.finished(client.backups.syncTarget({ targetId }));
  expect(await former()).toEqual([false, false]);
  expect([countOpened(second, old), countOpened(second, key)]).toEqual([0, 3]);
  await stop();
  await expect(recoverWith(old, second)).rejects.toMatchObject({ data: { reason: 'wrong-recovery-key' } });
  expect(await recoverWith(key, second)).toMatchObject({ tenants: [{ rows: 1 }, { rows: 1 }] });
});

test('a first target that is away leaves the old key in force', async () => {
  renameSync(target, `${target}-away`);
  await expect(replace()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  renameSync(`${target}-away`, target);
  expect(countOpened(target, old)).toBe(3);
  expect(await opened.client.suite.getInstallation({})).toMatchObject({ formerRecoveryKeyOpens: true });
  await opened.stop();
  opened = await OpenedSuite.open(join(base, 'data'));
  expect(await opened.client.suite.getInstallation({})).toMatchObject({ formerRecoveryKeyOpens: false });
  expect(readdirSync(join(repositoriesIn(target)[0] ?? '', 'keys'))).toHaveLength(2);
  expect(countOpened(target, old)).toBe(3);
});

test('a key that somebody added with restic stays', async () => {
  const [repository = ''] = repositoriesIn(target);
  const password = join(base, 'password');
  writeFileSync(password, 'a password of their own');
  restic(repository, old, 'key', 'add', '--new-password-file', password);
  const { key } = await replace();
  expect(opens(repository, readFileSync(password, 'utf8'))).toBe(true);
  expect([opens(repository, key), opens(repository, old)]).toEqual([true, false]);
  expect(restic(repository, key, 'check', '--read-data')).toContain('no errors were found');
});
