import { mkdtempSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HoldfastClient } from '../../../main/rpc/client.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { backupVerification } from '../../../shared/contract/backups.ts';
import { ended, signedIn } from '../../doubles/suite-client.ts';

const passphrase = 'correct horse battery staple';
const policy = { last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimum: 1 };
const reason = 'a test of retention';
let folder: string;
let suite: EnterpriseSuite;
let client: HoldfastClient;
let tenant: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-retention-'));
  ({ suite } = await EnterpriseSuite.initialise({
    dataFolder: join(folder, 'data'),
    ownerName: 'Ada',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
  }));
  client = await signedIn(suite, passphrase);
  tenant = (await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' })).id;
});
afterEach(async () => {
  await suite.stop();
  rmSync(folder, { recursive: true, force: true });
});

const result = (started: { readonly jobId: string }) => ended(client, started);

const backUp = () => client.backups.createBackup({ scope: { tenant } }).then(result);
const apply = () => client.backups.applyRetention({ tenant }).then(result);
const snapshotFiles = () => readdirSync(join(folder, 'data', 'repositories', tenant, 'snapshots'));
const verify = async () =>
  backupVerification.parse(await client.backups.verifyBackupIntegrity({ tenant, level: 0 }).then(result));

/** As if what is marked had been so for days. */
function wait(): void {
  const control = new Database(join(folder, 'data', 'control.db'));
  control.prepare('UPDATE removal_marks SET marked_at = marked_at - ?').run(4 * 86_400_000);
  control.close();
}

test('a removal is promised and told in the audit log, and only what it tells of may be missing', async () => {
  await client.backups.setRetention({ tenant, policy, reason });
  await backUp();
  await backUp();
  expect(await apply()).toMatchObject({ marked: [expect.any(String)], removed: [] });
  wait();
  await backUp();
  await backUp();
  const result = await apply();
  expect(result).toMatchObject({ removed: [expect.any(String)], pruned: { packs: expect.any(Number) } });
  const { items } = await client.audit.getAuditTrail({ tenant, action: 'backup.forget' });
  expect(items.map(({ outcome, actor }) => [outcome, actor.kind])).toEqual([
    ['success', 'operator'],
    ['unknown', 'operator'],
  ]);
  const changed = await client.audit.getAuditTrail({ tenant, action: 'backup.retention.set' });
  expect(changed.items[0]).toMatchObject({ severity: 'critical', outcome: 'success' });
  expect(await verify()).toMatchObject({ ok: true, problems: [] });

  // a snapshot that somebody takes away is missed, also when its mark says that it is being removed
  const [left = ''] = snapshotFiles();
  unlinkSync(join(folder, 'data', 'repositories', tenant, 'snapshots', left));
  const control = new Database(join(folder, 'data', 'control.db'));
  control
    .prepare(
      'INSERT OR REPLACE INTO removal_marks (snapshot_id, owner, marked_at, removal_id) VALUES (?, ?, 1, ?)',
    )
    .run(left, tenant, tenant);
  control.close();
  expect((await verify()).problems).toEqual([
    { snapshotId: left, reason: 'the audit log tells of it, but it has vanished from the repository' },
  ]);
});

test('what cannot be removed leaves a notice when the schedule asked, and none when a person did', async () => {
  await client.backups.setRetention({ tenant, policy, reason });
  await backUp();
  await backUp();
  const control = new Database(join(folder, 'data', 'control.db'));
  control.prepare('UPDATE commit_clock SET time = time + 3600000').run();
  control.close();
  await expect(apply()).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'clock-went-back' } });
  expect((await client.suite.listNotices({})).open).toBe(0);
  const due = new Database(join(folder, 'data', 'control.db'));
  due.prepare('UPDATE snapshots SET time = time - ?').run(2 * 86_400_000);
  due.close();
  suite.startSchedules();
  await expect
    .poll(async () => (await client.suite.listNotices({})).items, { timeout: 60_000 })
    .toContainEqual(
      expect.objectContaining({
        kind: 'job-failed',
        jobKind: 'backup.retention.apply',
        error: expect.objectContaining({ code: 'CONFLICT' }),
      }),
    );
}, 120_000);

test('a backup by schedule is followed by a run of retention', async () => {
  await backUp();
  await backUp();
  await client.backups.setRetention({ tenant, policy, reason });
  const control = new Database(join(folder, 'data', 'control.db'));
  control.prepare('UPDATE snapshots SET time = time - ?').run(2 * 86_400_000);
  control.close();
  suite.startSchedules();
  await expect
    .poll(async () => (await client.backups.listRemovalMarks({ tenant })).items.length, { timeout: 60_000 })
    .toBeGreaterThan(0); // a drill by schedule may have proved one, which then stays
  await expect
    .poll(
      async () => (await client.audit.getAuditTrail({ tenant, action: 'backup.retention.apply' })).items[0],
      { timeout: 30_000 }, // the outcome follows the marks
    )
    .toMatchObject({ actor: { kind: 'system' }, outcome: 'success' });
}, 120_000);

test('a tenant under hold is not deleted', async () => {
  const made = await client.tenants.createSampleTenant({}).then(result);
  const sample = String(Reflect.get(Object(made), 'id'));
  const hold = await client.backups.placeHold({ tenant: sample, reason: 'a lawsuit' });
  await expect(client.tenants.deleteSampleTenant({ tenant: sample })).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'held' },
  });
  await client.backups.liftHold({ holdId: hold.id, reason: 'it was settled' });
  await client.tenants.deleteSampleTenant({ tenant: sample }).then(result);
});
