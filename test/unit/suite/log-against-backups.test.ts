import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HoldfastClient } from '../../../main/rpc/client.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { signedIn } from '../../doubles/suite-client.ts';

const passphrase = 'correct horse battery staple';
let folder: string;
let suite: EnterpriseSuite;
let client: HoldfastClient;

const data = () => join(folder, 'data');
async function enter(): Promise<void> {
  client = await signedIn(suite, passphrase);
}
async function reopen(): Promise<void> {
  suite = await EnterpriseSuite.open({ dataFolder: data(), unlock: { passphrase } });
  await enter();
}
async function ended({ jobId }: { jobId: string }) {
  for await (const job of await client.jobs.watchJob({ jobId })) {
    if (job.error !== null) throw Object.assign(new Error(job.error.message), job.error);
  }
  // biome-ignore lint/suspicious/noExplicitAny: results of several kinds
  return (await client.jobs.getJob({ jobId })).result as any;
}
const reasonsOf = ({ problems }: { problems: { reason: string }[] }) => problems.map(({ reason }) => reason);
const contradicted = async () => (await client.suite.getStatus({})).log.contradicted;
const backUp = () => client.backups.createBackup({ scope: { installation: true } }).then(ended);
const verify = () => client.audit.verifyAuditLog({}).then(ended);
const verifyBackups = () =>
  client.backups.verifyBackupIntegrity({ installation: true, level: 0 }).then(ended);

/** Copies databases aside while nothing runs; answers what puts the copies back, while nothing runs again. */
async function aside(...names: readonly string[]): Promise<() => Promise<void>> {
  await suite.stop();
  for (const name of names) copyFileSync(join(data(), name), join(folder, name));
  await reopen();
  return async () => {
    await suite.stop();
    for (const name of names) {
      copyFileSync(join(folder, name), join(data(), name));
      for (const rest of ['-wal', '-shm']) rmSync(join(data(), `${name}${rest}`), { force: true });
    }
    await reopen();
  };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-log-backups-'));
  ({ suite } = await EnterpriseSuite.initialise({
    dataFolder: data(),
    ownerName: 'Ada',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
  }));
  await enter();
  await client.tenants.createTenant({ name: 'Acme', tier: 'standard' });
});
afterEach(async () => {
  await suite.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('without a keychain an older audit.db is found by the checkpoint in the newest backup, until an owner takes it', async () => {
  const putBack = await aside('audit.db', 'search.db');
  await client.tenants.createTenant({ name: 'Bolt', tier: 'standard' });
  await backUp();
  expect((await verify()).horizon).toMatchObject({ witness: 'backup', size: expect.any(Number) });
  await putBack();

  expect(await contradicted()).toBe(true);
  expect(reasonsOf(await verify())).toContainEqual(
    expect.stringMatching(/^the log has \d+ entries, backup [0-9a-f]{8} of .* vouches for \d+$/),
  );
  await expect(client.tenants.createTenant({ name: 'Cork', tier: 'standard' })).rejects.toMatchObject({
    code: 'INTEGRITY',
    data: { reason: 'log-contradicted' },
  });
  // backups go on, and do not speak for the log in doubt: neither now nor once it has grown past the older one
  for (let round = 0; round < 12; round += 1) await client.audit.getAuditTrail({});
  await backUp();
  await suite.stop();
  await reopen();
  expect(await contradicted()).toBe(true);
  expect(reasonsOf(await verify())).toEqual([
    expect.stringMatching(/^the first \d+ entries are not those that backup/),
  ]);
  expect((await verifyBackups()).ok).toBe(false);

  const { anchored } = await client.audit.acknowledgeAuditState({ reason: 'an old image' });
  expect(anchored).toBeGreaterThan(0);
  expect(await contradicted()).toBe(false);
  expect(await verifyBackups()).toMatchObject({ ok: true, problems: [] });
  await suite.stop();
  await reopen();
  expect(await contradicted()).toBe(false);
  expect((await verify()).verdict).toBe('verified');
});

test('where control.db was put back as well, the repository still knows', async () => {
  await backUp();
  const putBack = await aside('audit.db', 'control.db');
  await client.tenants.createTenant({ name: 'Bolt', tier: 'standard' });
  await backUp();
  await putBack();

  expect(await contradicted()).toBe(false); // a start waits for no target
  expect((await verify()).verdict).toBe('tampered');
  expect(await contradicted()).toBe(true);
});

test('and so does the next backup', async () => {
  await backUp();
  const putBack = await aside('audit.db', 'control.db');
  await client.tenants.createTenant({ name: 'Bolt', tier: 'standard' });
  await backUp();
  await putBack();

  await backUp();
  expect(await contradicted()).toBe(true);
  await suite.stop();
  await reopen();
  expect(await contradicted()).toBe(true);
});
