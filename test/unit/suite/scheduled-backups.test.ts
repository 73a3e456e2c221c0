import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ClientSession, inProcessClient } from '../../../main/rpc/client.ts';
import { createRouter } from '../../../main/rpc/router.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';

const passphrase = 'correct horse battery staple';
let folder: string;
let suite: EnterpriseSuite;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-schedules-'));
});
afterEach(async () => {
  await suite.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function signedIn() {
  const session: ClientSession = {};
  const client = inProcessClient(createRouter(suite), session);
  session.token = (await client.auth.signIn({ passphrase })).token;
  return client;
}

async function initialise() {
  ({ suite } = await EnterpriseSuite.initialise({
    dataFolder: join(folder, 'data'),
    ownerName: 'Ada',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
  }));
  return await signedIn();
}

/** Makes all backups older, as if nothing had run for so long. */
function sleep(hours: number): void {
  const control = new Database(join(folder, 'data', 'control.db'));
  control.prepare('UPDATE snapshots SET time = time - ?').run(hours * 3_600_000);
  control.close();
}

test('lists who is backed up when, and what is due', async () => {
  const client = await initialise();
  const free = await client.tenants.createTenant({ name: 'Small', tier: 'free' });
  const hourly = await client.tenants.createTenant({ name: 'Large', tier: 'enterprise' });
  const { items } = await client.backups.listSchedules({});
  expect(items).toMatchObject([
    { tenantId: null, every: 'daily', lastBackup: null, lastRun: null, overdue: false },
    { tenantId: free.id, every: 'manual', nextRun: null, overdue: false },
    { tenantId: hourly.id, every: 'hourly', nextRun: expect.any(String), overdue: false },
  ]);
});

test('what was missed while nothing ran is told once and made up for once', async () => {
  const client = await initialise();
  const { id } = await client.tenants.createTenant({ name: 'Large', tier: 'enterprise' });
  const { jobId } = await client.backups.createBackup({ scope: { all: true } });
  for await (const job of await client.jobs.watchJob({ jobId })) expect(job.error).toBeNull();
  await suite.stop();
  sleep(20);

  suite = await EnterpriseSuite.open({ dataFolder: join(folder, 'data'), unlock: { passphrase } });
  const again = await signedIn();
  expect((await again.backups.listSchedules({})).items).toMatchObject([
    { tenantId: null, overdue: false },
    { tenantId: id, overdue: true },
  ]);
  suite.startSchedules();
  await expect
    .poll(async () => (await again.backups.listSchedules({})).items, { timeout: 30_000 })
    .toMatchObject([
      { tenantId: null, lastRun: null, overdue: false },
      { tenantId: id, lastRun: { outcome: 'succeeded', errorCode: null }, overdue: false },
    ]);
  const { items, open } = await again.suite.listNotices({});
  expect(open).toBe(2);
  expect(items).toContainEqual(
    expect.objectContaining({ kind: 'backup-missed', tenantId: id, dueAt: expect.any(String) }),
  );
  // `sleep` wrote to control.db behind the back of what follows it
  expect(items).toContainEqual(
    expect.objectContaining({ kind: 'commits-in-doubt', tenantId: null, dueAt: null }),
  );
  const history = await again.backups.getBackupHistory({ tenant: id });
  expect(history.items).toHaveLength(2);
  const ran = (await again.backups.listSchedules({})).items.at(-1)?.lastRun;
  expect(await again.jobs.getJob({ jobId: ran?.jobId ?? '' })).toMatchObject({ kind: 'backup.create' });
});

test('a backup by schedule is copied to the further targets', async () => {
  const client = await initialise();
  await client.tenants.createTenant({ name: 'Large', tier: 'enterprise' });
  const { jobId } = await client.backups.createBackup({ scope: { all: true } });
  for await (const job of await client.jobs.watchJob({ jobId })) expect(job.error).toBeNull();
  const path = join(folder, 'copies');
  mkdirSync(path);
  await client.backups.addTarget({ name: 'second', path });
  const lag = async () =>
    (await client.backups.listTargets({})).items[1]?.lag.map(
      ({ newest, newestCopied }) => newest === newestCopied,
    );
  expect(await lag()).toEqual([false, false]);
  sleep(2);
  suite.startSchedules();
  await expect.poll(lag, { timeout: 40_000 }).toEqual([true, true]);
}, 60_000);
