import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderTarget } from '../../../../main/backups/targets/folder-target.ts';
import { MovableTarget } from '../../../../main/backups/targets/movable-target.ts';
import type { TargetMoved, TargetSync } from '../../../../shared/contract/backups/targets.ts';
import type { BackupResult, BackupVerification, RestoreResult } from '../../../../shared/contract/backups.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import { makeProtected, type Protected, recoveryKey } from '../../../doubles/protected-installation.ts';
import { restic } from '../../../interop/restic-program.ts';

let folder: string;
let place: Protected;
const disk = (name: string) => join(folder, name);
const lose = (name: string) => renameSync(disk(name), disk(`${name}-away`));
const back = (name: string) => renameSync(disk(`${name}-away`), disk(name));
const repositoryOn = (name: string) =>
  join(disk(name), place.parts.sources.installationId, 'repositories', place.tenantId);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-take-over-'));
  for (const name of ['first', 'second', 'third', 'new']) mkdirSync(disk(name));
  place = await makeProtected({ target: (id) => new MovableTarget(folderTarget(disk('first'), id)) });
});
afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

let rows = 0;
async function backUp(kind: 'full' | 'incremental' = 'incremental'): Promise<string> {
  rows += 1;
  await place.put('orders', `order ${rows}`, { at: rows });
  const { snapshots } = await place.finished<BackupResult>(
    place.manager.createBackup({ scope: { tenant: place.tenantId }, kind }, place.operation()),
  );
  return snapshots[0]?.id ?? '';
}
async function add(name: string): Promise<Uuid> {
  const { id } = await place.manager.copies.addTarget(
    { name, place: { kind: 'folder', path: disk(name) }, bytesPerSecond: null, covers: { kind: 'all' } },
    place.operation('backup.target.add'),
  );
  return id as Uuid;
}
const sync = (targetId: Uuid) =>
  place.finished<TargetSync>(
    place.manager.copies.syncTarget({ targetId }, place.operation('backup.target.sync')),
  );
const plan = (name: string) => place.manager.moving.planTargetMove({ path: disk(name) });
const move = (name: string, lost?: true) =>
  place.finished<TargetMoved>(
    place.manager.moving.moveTarget({ path: disk(name), lost }, place.operation('backup.target.move')),
  );
const restored = (snapshotId: string) =>
  place.finished<RestoreResult>(
    place.manager.restoreBackup(
      {
        tenant: place.tenantId,
        snapshotId,
        destination: { kind: 'folder', path: disk(`restored-${snapshotId}`) },
        reason: 'to see it',
      },
      place.operation('backup.restore'),
    ),
  );
const verified = async () => {
  const { problems } = await place.finished<BackupVerification>(
    place.manager.verifyBackupIntegrity(
      { tenant: place.tenantId, level: 4 },
      place.operation('backup.verify'),
    ),
  );
  return problems;
};
/** Ids of the snapshots in the catalogue, each with the target that alone has it. */
const listed = () =>
  new Map(
    place.control
      .sql<{ id: string; at: string | null }>('SELECT id, target_id AS at FROM snapshots ORDER BY time')
      .all()
      .map(({ id, at }) => [id, at]),
  );
const forgotten = () =>
  place.recorded.filter(({ action }) => action === 'backup.forget').map(({ resource }) => resource.id);

test('a further folder takes the place of a first target that is lost, and what it lacks is told as lost', async () => {
  const second = await add('second');
  const copied = await backUp();
  await sync(second);
  const lost = await backUp();
  await expect(move('second', true)).rejects.toMatchObject({ code: 'CONFLICT' }); // it is there

  lose('first');
  const elsewhere = await backUp();
  for (const path of ['new', 'third']) {
    await expect(plan(path)).rejects.toMatchObject({ code: 'UNAVAILABLE' }); // nothing lies there
  }
  await expect(move('second')).rejects.toMatchObject({ data: { reason: 'first-target-lost' } });
  expect(await plan('second')).toMatchObject({
    repositories: 1,
    files: 0,
    fits: true,
    lost: { snapshots: 1, held: 0, tenants: 0, fromOthers: 0 },
  });
  expect(await move('second', true)).toMatchObject({ to: disk('second'), repositories: 1, lost: 1 });

  expect(forgotten()).toEqual([lost]);
  expect([...listed()]).toEqual([
    [copied, null],
    [elsewhere, null],
  ]);
  const { items } = await place.manager.copies.listTargets();
  expect(items.map(({ id, name, address }) => [id === null, name, address])).toEqual([
    [true, expect.any(String), disk('second')],
    [false, 'Former first target', disk('first')],
  ]);
  expect(place.recorded.at(-1)).toMatchObject({ facts: { firstTarget: 'lost', lost: 1 } });
  expect(await restored(elsewhere)).toMatchObject({ verifiedLevel: 4 });
  const next = await backUp();
  expect(await restored(next)).toMatchObject({ verifiedLevel: 4 });
  expect(await verified()).toEqual([]);
  expect(readdirSync(join(repositoryOn('second'), 'snapshots'))).toContain(next);
  expect(restic(repositoryOn('second'), recoveryKey, 'check', '--read-data')).toMatch('no errors were found');
});

test('what another target has comes from there, a whole repository and single snapshots', async () => {
  const second = await add('second');
  const third = await add('third');
  const first = await backUp();
  await sync(second);
  const newer = await backUp();
  await sync(third);
  lose('first');
  expect((await plan('second')).lost).toEqual({ snapshots: 0, held: 0, tenants: 0, fromOthers: 1 });
  await move('second', true);
  expect([...listed()]).toEqual([
    [first, null],
    [newer, third],
  ]);
  expect(await restored(newer)).toMatchObject({ verifiedLevel: 4 });
  await backUp();
  expect([...listed().values()]).toEqual([null, null, null]);
  expect(await verified()).toEqual([]);

  // the next disk goes too, and its successor has no repository at all
  lose('second');
  await add('new');
  const moved = await move('new', true);
  expect(moved).toMatchObject({ repositories: 1, lost: 1 });
  expect(moved.files).toBeGreaterThan(0);
  expect(await verified()).toEqual([]);
  expect(await restored(first)).toMatchObject({ verifiedLevel: 4 });
});

test('a tenant whose backups no target has is told so, and gets a full one', async () => {
  await add('second');
  const lost = await backUp();
  lose('first');
  expect((await plan('second')).lost).toMatchObject({ snapshots: 1, tenants: 1 });
  expect(await move('second', true)).toMatchObject({ repositories: 0, lost: 1 });
  expect(forgotten()).toEqual([lost]);
  expect(await restored(await backUp())).toMatchObject({ verifiedLevel: 4 });
  expect(await verified()).toEqual([]);
});

test('a first target that came back before the job began is not given up', async () => {
  const second = await add('second');
  const only = await backUp();
  await sync(second);
  const kept = await backUp();
  lose('first');
  const moving = place.manager.moving.moveTarget(
    { path: disk('second'), lost: true },
    place.operation('backup.target.move'),
  );
  back('first');
  await expect(place.finished(moving)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect([...listed().keys()]).toEqual([only, kept]);
});
