import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  // so the installation has a new base in a minute, and not in four hours
  const [own] = (await again.backups.listSchedules({})).items;
  expect(Date.parse(own?.nextRun ?? '') - Date.now()).toBeLessThan(2 * 60_000);
  const history = await again.backups.getBackupHistory({ tenant: id });
  expect(history.items).toHaveLength(2);
  const ran = (await again.backups.listSchedules({})).items.at(-1)?.lastRun;
  expect(await again.jobs.getJob({ jobId: ran?.jobId ?? '' })).toMatchObject({ kind: 'backup.create' });
});

const setting = {
  times: { kind: 'tier' as const },
  timeZone: 'UTC',
  missed: 'run-once' as const,
  overlap: 'queue' as const,
  blackouts: [],
  paused: null,
};

/** A tenant that is backed up every hour, with a backup, and a process that has ended `hours` ago. */
async function asleep(hours: number, changes: object): Promise<string> {
  const client = await initialise();
  const { id } = await client.tenants.createTenant({ name: 'Large', tier: 'enterprise' });
  await client.backups.setSchedule({ tenant: id, setting: { ...setting, ...changes } });
  const { jobId } = await client.backups.createBackup({ scope: { all: true } });
  for await (const job of await client.jobs.watchJob({ jobId })) expect(job.error).toBeNull();
  await suite.stop();
  sleep(hours);
  return id;
}

async function awake() {
  suite = await EnterpriseSuite.open({ dataFolder: join(folder, 'data'), unlock: { passphrase } });
  return await signedIn();
}

test('a missed run is left out where the schedule says so, and stays overdue', async () => {
  const id = await asleep(20, { missed: 'skip' });
  const client = await awake();
  suite.startSchedules();
  await expect
    .poll(async () => (await client.backups.listSchedules({})).items[1], { timeout: 30_000 })
    .toMatchObject({ tenantId: id, skipped: { why: 'missed' }, overdue: true, lastRun: null });
  const { items } = await client.backups.listSchedules({});
  expect(Date.parse(items[1]?.nextRun ?? '')).toBeGreaterThan(Date.now());
  await expect
    .poll(async () => (await client.suite.listNotices({})).items, { timeout: 30_000 })
    .toContainEqual(expect.objectContaining({ kind: 'backup-missed', tenantId: id }));
});

test('a pause holds up what is overdue, and says so', async () => {
  const until = new Date(Date.now() + 86_400_000).toISOString();
  await asleep(20, { paused: { reason: 'moving the disks', until } });
  const client = await awake();
  suite.startSchedules();
  expect((await client.backups.listSchedules({})).items[1]).toMatchObject({
    nextRun: until,
    waits: 'pause',
    paused: { reason: 'moving the disks' },
    overdue: true,
  });
});

test('one that fails again and again is told to be overdue, until it is made', async () => {
  const id = await asleep(20, {});
  const control = new Database(join(folder, 'data', 'control.db'));
  const failures = (count: number) =>
    control
      .prepare(
        `INSERT OR REPLACE INTO schedule_runs (owner, started_at, ended_at, outcome, error_code, failures, retry_at)
         VALUES (?, 1, 2, 'failed', 'IO', ?, ?)`,
      )
      .run(id, count, Date.now());
  failures(3);
  const repository = join(folder, 'data', 'repositories', id);
  renameSync(repository, `${repository}-away`);
  writeFileSync(repository, 'no folder');
  let client = await awake();
  suite.startSchedules();
  const last = async () => (await client.backups.listSchedules({})).items[1];
  await expect
    .poll(last, { timeout: 30_000 })
    .toMatchObject({ lastRun: { outcome: 'failed', failures: 4 }, waits: 'retry', overdue: true });
  const open = async () =>
    (await client.suite.listNotices({ state: 'open' })).items.filter(({ kind }) => kind === 'backup-overdue');
  await expect.poll(open).toMatchObject([{ tenantId: id, dueAt: expect.any(String) }]);

  await suite.stop();
  rmSync(repository);
  renameSync(`${repository}-away`, repository);
  failures(4);
  control.close();
  client = await awake();
  suite.startSchedules();
  await expect
    .poll(last, { timeout: 30_000 })
    .toMatchObject({ lastRun: { outcome: 'succeeded', failures: 0 }, waits: null, overdue: false });
  await expect.poll(open).toEqual([]);
}, 60_000);

test('a backup by schedule is copied to the further targets', async () => {
  const client = await initialise();
  await client.tenants.createTenant({ name: 'Large', tier: 'enterprise' });
  const { jobId } = await client.backups.createBackup({ scope: { all: true } });
  for await (const job of await client.jobs.watchJob({ jobId })) expect(job.error).toBeNull();
  const path = join(folder, 'copies');
  mkdirSync(path);
  await client.backups.addTarget({ name: 'second', place: { kind: 'folder', path } });
  const lag = async () =>
    (await client.backups.listTargets({})).items[1]?.lag.map(
      ({ newest, newestCopied }) => newest === newestCopied,
    );
  expect(await lag()).toEqual([false, false]);
  sleep(2);
  suite.startSchedules();
  await expect.poll(lag, { timeout: 40_000 }).toEqual([true, true]);
}, 60_000);
