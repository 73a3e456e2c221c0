import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HoldfastClient } from '../../../main/rpc/client.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { recover } from '../../../main/suite/recover.ts';
import { ended, signedIn } from '../../doubles/suite-client.ts';

const passphrase = 'correct horse battery staple';
let folder: string;
let suite: EnterpriseSuite;
let client: HoldfastClient;
let recoveryKey: string;
const data = () => join(folder, 'data');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-stand-in-'));
  for (const name of ['disk', 'second']) mkdirSync(join(folder, name));
  ({ suite, recoveryKey } = await EnterpriseSuite.initialise({
    dataFolder: data(),
    ownerName: 'Ada',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
    target: join(folder, 'disk'),
  }));
  client = await signedIn(suite, passphrase);
});
afterEach(async () => {
  await suite.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes all backups older, as if nothing had run for a day. */
function sleep(): void {
  const control = new Database(join(data(), 'control.db'));
  control.prepare('UPDATE snapshots SET time = time - 86400000').run();
  control.close();
}

test('a schedule goes on while the first target is away: nothing fails, and it is said until all is back', async () => {
  const { id } = await client.tenants.createTenant({ name: 'North', slug: 'north', tier: 'enterprise' });
  const second = await client.backups.addTarget({
    name: 'second',
    place: { kind: 'folder', path: join(folder, 'second') },
    covers: { kind: 'tenants', tenants: ['north'] },
  });
  expect(second.covers).toEqual({ kind: 'tenants', tenants: [id] });
  const targetId = second.id ?? '';
  await ended(client, await client.backups.createBackup({ scope: { all: true } }));
  await ended(client, await client.backups.syncTarget({ targetId }));
  await suite.stop();
  sleep();
  renameSync(join(folder, 'disk'), join(folder, 'disk-away'));

  suite = await EnterpriseSuite.open({ dataFolder: data(), unlock: { passphrase } });
  client = await signedIn(suite, passphrase);
  suite.startSchedules();
  await expect
    .poll(async () => (await client.backups.listSchedules({})).items, { timeout: 60_000, interval: 200 })
    .toMatchObject([{ lastRun: { outcome: 'succeeded' } }, { lastRun: { outcome: 'succeeded' } }]);
  const { items } = await client.backups.getBackupHistory({ tenant: 'north' });
  expect(items.map(({ targetId: on }) => on)).toEqual([targetId, null]);
  expect((await client.backups.listTargets({})).items).toMatchObject([
    { state: 'away' },
    { standsIn: { snapshots: 2 }, lag: [{ tenantId: null }, { tenantId: id }] },
  ]);
  const told = async () => (await client.suite.listNotices({ state: 'open' })).items;
  const kinds = async () => (await told()).map(({ kind }) => kind);
  expect(await kinds()).toContain('backups-elsewhere');
  expect(await kinds()).not.toContain('backup-overdue');
  // a drill of what lies on the first target cannot be run; all that makes and keeps backups can
  const failed = (await told()).flatMap(({ kind, jobKind }) => (kind === 'job-failed' ? [jobKind] : []));
  expect(failed.filter((kind) => kind !== 'backup.drill')).toEqual([]);
  expect((await client.suite.getStatus({})).managers.backups.problem).toContain('Backups go to second');
  // both are on the disk of the data, the one that is away too: a lost disk leaves nothing
  const { items: objectives } = await client.backups.listProtection({ tenant: 'north' });
  expect(objectives).toMatchObject([{ lostDisk: { upTo: null } }]);

  renameSync(join(folder, 'disk-away'), join(folder, 'disk'));
  await ended(client, await client.backups.createBackup({ scope: { all: true } }));
  expect(await kinds()).not.toContain('backups-elsewhere');
  const { items: entries } = await client.audit.getAuditTrail({ limit: 200 });
  expect(entries.filter(({ action }) => action === 'backup.target.return')).toHaveLength(2);
  expect(readdirSync(join(folder, 'second'))).toHaveLength(1);
});

test('a copy that was recovered from is no further target any more', async () => {
  await client.tenants.createTenant({ name: 'North', slug: 'north', tier: 'enterprise' });
  const place = { kind: 'folder' as const, path: join(folder, 'second') };
  const { id } = await client.backups.addTarget({ name: 'second', place, covers: { kind: 'all' } });
  await ended(client, await client.backups.createBackup({ scope: { all: true } }));
  await ended(client, await client.backups.syncTarget({ targetId: id ?? '' }));
  await suite.stop();
  for (const name of ['disk', 'data']) rmSync(join(folder, name), { recursive: true });
  await recover({
    dataFolder: data(),
    target: place.path,
    recoveryKey,
    secrets: 'passphrase',
    credentials: { passphrase },
    context: { progress: { phase() {}, advance() {} }, signal: new AbortController().signal },
  });
  suite = await EnterpriseSuite.open({ dataFolder: data(), unlock: { passphrase } });
  client = await signedIn(suite, passphrase);
  expect((await client.backups.listTargets({})).items).toMatchObject([{ id: null, address: place.path }]);
});
