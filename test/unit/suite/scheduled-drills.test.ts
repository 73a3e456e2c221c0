import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../doubles/temporary-folder.ts';
import { OpenedSuite } from '../../faults/opened-suite.ts';

let folder: string;
let opened: OpenedSuite;
let tenant: string;

beforeEach(async () => {
  folder = temporaryFolder();
  ({ opened } = await OpenedSuite.create(join(folder, 'data')));
  const { client } = opened;
  tenant = (await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' })).id;
  await client.tenants.createTenant({ name: 'Small', tier: 'free' });
  await client.tenants.putDocument({ tenant, collection: 'notes', id: 'one', value: { text: 'kept' } });
  await opened.finished(client.backups.createBackup({ scope: { all: true } }));
});
afterEach(() => opened.stop());

const control = (sql: string, ...parameters: unknown[]) => {
  const database = new Database(join(folder, 'data', 'control.db'));
  database.prepare(sql).run(...parameters);
  database.close();
};
const drills = async () => (await opened.client.backups.listDrills({})).items;
const protection = async () => (await opened.client.backups.listProtection({})).items;

/** Ends the process, lets so many days pass, and starts another that stays. */
async function sleep(days: number): Promise<void> {
  await opened.stop();
  for (const [table, column] of [
    ['snapshots', 'time'],
    ['drills', 'started_at'],
  ] as const) {
    control(`UPDATE ${table} SET ${column} = ${column} - ?`, days * 86_400_000);
  }
  opened = await OpenedSuite.open(join(folder, 'data'));
  opened.suite.startSchedules();
}

test('drills are held by the tier’s rhythm, one that was missed is told and made up for once', async () => {
  expect(await protection()).toMatchObject([
    { tenantId: null, drills: { every: 'monthly', last: null, nextRun: expect.any(String), overdue: false } },
    { tenantId: tenant, drills: { every: 'weekly', last: null, overdue: false }, forecast: null },
    { drills: { every: 'never', nextRun: null, overdue: false } },
  ]);
  await sleep(3);
  await expect
    .poll(async () => (await drills()).filter(({ outcome }) => outcome === 'proven').length, {
      timeout: 30_000,
    })
    .toBe(2);
  expect(new Set((await drills()).map(({ tenantId }) => tenantId))).toEqual(new Set([null, tenant]));
  expect(await drills()).toMatchObject([{ scheduled: true }, { scheduled: true }]);
  const notices = (await opened.client.suite.listNotices({})).items.filter(
    ({ kind }) => kind === 'drill-overdue',
  );
  expect(notices.map(({ tenantId }) => tenantId).sort()).toEqual([null, tenant].sort());
  expect((await protection())[1]).toMatchObject({
    lastProof: { by: 'drill' },
    forecast: { drills: 1 },
    drills: { overdue: false, last: { outcome: 'proven' } },
  });

  await sleep(3);
  await expect
    .poll(async () => (await opened.client.backups.listSchedules({})).items[1]?.lastRun?.outcome, {
      timeout: 30_000,
    })
    .toBe('succeeded');
  expect(await drills()).toHaveLength(2);
});

test('one that fails is told to the inbox and to the status, and leaves the proof of the others', async () => {
  await opened.finished(opened.client.backups.drillBackup({ scope: { installation: true } }));
  const data = join(folder, 'data', 'repositories', tenant, 'data');
  for (const name of readdirSync(data, { recursive: true, encoding: 'utf8' })) {
    if (!/[0-9a-f]{64}$/.test(name)) continue;
    const bytes = readFileSync(join(data, name));
    bytes.writeUInt8((bytes.at(bytes.length >> 1) ?? 0) ^ 1, bytes.length >> 1);
    writeFileSync(join(data, name), bytes);
  }
  const failing = opened.finished(opened.client.backups.drillBackup({ scope: { tenant } }));
  await expect(failing).rejects.toMatchObject({ code: 'INTEGRITY', data: { tenantId: tenant } });
  const [notice] = (await opened.client.suite.listNotices({})).items;
  expect(notice).toMatchObject({
    kind: 'job-failed',
    severity: 'critical',
    tenantId: tenant,
    jobKind: 'backup.drill',
    error: { code: 'INTEGRITY', data: { reason: 'does-not-restore' } },
  });
  const { objectives, lastVerifiedRestore } = (await opened.client.suite.getStatus({})).protection;
  expect(objectives).toMatchObject({ owners: 3, failedDrills: 1, proven: 1, forecast: { measured: 1 } });
  expect(objectives.mistakeUpTo).toEqual(expect.any(String));
  expect(objectives.lostDiskUpTo).toBeNull(); // the data folder's own disk
  expect(lastVerifiedRestore).toEqual(expect.any(String));
  const { items } = await opened.client.audit.getAuditTrail({ action: 'backup.drill' });
  expect(items.map(({ outcome, severity }) => [outcome, severity])).toEqual([
    ['failure', 'critical'],
    ['success', 'info'],
  ]);
});
