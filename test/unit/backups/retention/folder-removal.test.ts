import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type RetentionRun,
  type RetentionSimulation,
  retentionRun,
  retentionSimulation,
} from '../../../../shared/contract/backups/retention.ts';
import type { BackupVerification } from '../../../../shared/contract/backups.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import { type FolderStand, makeFolderStand } from '../../../doubles/folder-stand.ts';
import { ShiftedClock } from '../../../doubles/shifted-clock.ts';

const hourMs = 3_600_000;
const policy = { last: 2, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimum: 1 };
const reason = 'a test of retention';
let clock: ShiftedClock;
let stand: FolderStand;
let folderId: Uuid;
let owned: string;

beforeEach(async () => {
  clock = new ShiftedClock();
  stand = await makeFolderStand({ clock });
  await stand.place.put('orders', 'one', { at: 1 });
  const { snapshots } = await stand.place.finished<{ snapshots: { id: string }[] }>(
    stand.place.manager.createBackup(
      { scope: { tenant: 'acme' }, kind: 'incremental' },
      stand.place.operation(),
    ),
  );
  owned = snapshots[0]?.id ?? '';
  ({ id: folderId } = await stand.add());
});
afterEach(() => stand.close());

const retention = () => stand.place.manager.retention;
async function backUp(): Promise<string> {
  clock.pass(hourMs);
  writeFileSync(join(stand.folder, 'notes.txt'), `written at ${clock.now()}`);
  return (await stand.backUp(folderId)).id;
}
const run = async (of: { tenant: string } | { folderId: Uuid } = { folderId }): Promise<RetentionRun> =>
  retentionRun.parse(
    await stand.place.finished(
      retention().applyRetention(of, stand.place.operation('backup.retention.apply')),
    ),
  );
const setPolicy = () =>
  retention().setRetention({ folderId, policy, reason }, stand.place.operation('backup.retention.set'));
const stored = () =>
  readdirSync(
    join(stand.place.parts.target.repository(stand.place.tenantId).location.path, 'snapshots'),
  ).sort();
const marks = async (of: { tenant?: string; folderId?: Uuid } = {}) =>
  (await retention().listRemovalMarks({ ...of, limit: 100 })).items;
const hold = (on: { tenant: string } | { folderId: Uuid } | { snapshotId: string }) =>
  retention().placeHold({ ...on, reason }, stand.place.operation('backup.hold.place'));
const lift = (holdId: Uuid) =>
  retention().liftHold({ holdId, reason }, stand.place.operation('backup.hold.lift'));

test("a folder goes by its tenant's policy until it has its own; then its snapshots go in two phases", async () => {
  const { policy: ofTenant } = await retention().getRetention({ tenant: 'acme' });
  expect(await retention().getRetention({ folderId })).toMatchObject({
    folderId,
    policy: ofTenant,
    set: null,
  });
  await setPolicy();
  expect((await retention().getRetention({ tenant: 'acme' })).policy).toEqual(ofTenant);
  const made = [await backUp(), await backUp(), await backUp()];
  const simulated = retentionSimulation.parse(
    await stand.place.finished<RetentionSimulation>(
      retention().simulateRetention({ folderId }, stand.place.operation('backup.retention.simulate')),
    ),
  );
  expect(simulated).toMatchObject({ folderId, removed: { snapshots: 1 }, kept: { snapshots: 2 } });
  expect(simulated.snapshots.map(({ id, kind, reasons }) => [id, kind, reasons.length > 0])).toEqual(
    [...made].reverse().map((id) => [id, 'folder', id !== made[0]]),
  );
  expect(simulated.removed.bytes).toBeGreaterThan(0);

  expect(await run()).toMatchObject({ folderId, marked: [made[0]], removed: [] });
  expect(await marks({ tenant: 'acme' })).toMatchObject([
    { snapshotId: made[0], folderId, backupsMissing: 2 },
  ]);
  clock.pass(72 * hourMs);
  expect(await run()).toMatchObject({ removed: [] });
  // only backups of the folder itself count
  await backUp();
  await backUp();
  expect(await run({ tenant: 'acme' })).toMatchObject({ folderId: null, removed: [] });
  expect(await run()).toMatchObject({ removed: [made[0]], waiting: false });
  expect(stored()).not.toContain(made[0]);
  expect(stored()).toContain(owned);
  await expect(
    stand.place.manager.folders.getFolderSnapshot({ snapshotId: made[0] ?? '' }),
  ).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(stand.place.recorded.filter(({ action }) => action === 'backup.forget')).toMatchObject([
    { outcome: 'unknown', resource: { kind: 'snapshot', id: made[0] } },
    { resource: { kind: 'snapshot', id: made[0] } },
  ]);
  const verified = await stand.place.finished<BackupVerification>(
    stand.place.manager.verifyBackupIntegrity(
      { tenant: 'acme', level: 4 },
      stand.place.operation('backup.verify'),
    ),
  );
  expect(verified).toMatchObject({ ok: true, problems: [] });
});

test('a hold on the folder, on one snapshot or on its tenant keeps them, and takes marks back', async () => {
  await setPolicy();
  const made = [await backUp(), await backUp(), await backUp()];
  const [oldest = ''] = made;
  for (const on of [{ folderId }, { snapshotId: oldest }, { tenant: 'acme' }]) {
    expect(await run()).toMatchObject({ marked: [oldest] });
    const { id, folderId: of } = await hold(on);
    expect(of).toBe('tenant' in on ? null : folderId);
    expect(await marks()).toEqual([]);
    expect(await run()).toMatchObject({ marked: [] });
    expect(() => retention().requireUnheld(stand.place.tenantId)).toThrow(/legal hold/);
    await lift(id);
  }
  expect(() => retention().requireUnheld(stand.place.tenantId)).not.toThrow();
  expect(await run()).toMatchObject({ marked: [oldest] });
  await retention().unmarkSnapshot({ snapshotId: oldest }, stand.place.operation('backup.unmark'));
  expect(await marks({ folderId })).toEqual([]);
});

test('what is marked of a folder that is not protected any more waits for backups of its tenant', async () => {
  await setPolicy();
  const made = [await backUp(), await backUp(), await backUp()];
  await run();
  await stand.place.manager.folders.removeProtectedFolder(
    { folderId },
    stand.place.operation('backup.folder.remove'),
  );
  clock.pass(72 * hourMs);
  for (const at of [1, 2]) {
    await stand.place.put('orders', 'one', { at });
    await stand.place.finished(
      stand.place.manager.createBackup(
        { scope: { tenant: 'acme' }, kind: 'incremental' },
        stand.place.operation(),
      ),
    );
  }
  expect(await run()).toMatchObject({ removed: [made[0]] });
  await expect(
    retention().getRetention({ folderId: '018f0000-0000-7000-8000-000000000000' as Uuid }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND', data: { kind: 'folder' } });
});
