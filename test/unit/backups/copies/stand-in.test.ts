import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderTarget } from '../../../../main/backups/targets/folder-target.ts';
import type {
  BackupResult,
  BackupVerification,
  RestoreResult,
} from '../../../../shared/contract/backups.ts';
import type { TargetSync } from '../../../../shared/contract/backups/targets.ts';
import { makeProtected, type Protected, recoveryKey } from '../../../doubles/protected-installation.ts';
import { restic } from '../../../interop/restic-program.ts';

let folder: string;
let place: Protected;
/** Folders of disks: the first target's, and further ones'. */
const disk = (name: string) => join(folder, name);
const away = (name: string) => renameSync(disk(name), disk(`${name}-away`));
const back = (name: string) => renameSync(disk(`${name}-away`), disk(name));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-stand-in-'));
  for (const name of ['first', 'second', 'third']) mkdirSync(disk(name));
  place = await makeProtected({ target: (id) => folderTarget(disk('first'), id) });
  await place.put('orders', 'one', { at: 1 });
});
afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

async function add(name: string): Promise<string> {
  const { id } = await place.manager.copies.addTarget(
    { name, place: { kind: 'folder', path: disk(name) }, bytesPerSecond: null, covers: { kind: 'all' } },
    place.operation('backup.target.add'),
  );
  if (id === null) throw new Error('a further target has an id');
  return id;
}
const backUp = (kind: 'full' | 'incremental' = 'incremental') =>
  place.finished<BackupResult>(
    place.manager.createBackup({ scope: { tenant: place.tenantId }, kind }, place.operation()),
  );
const sync = (id: string) =>
  place.finished<TargetSync>(
    place.manager.copies.syncTarget(
      { targetId: id as typeof place.tenantId },
      place.operation('backup.target.sync'),
    ),
  );
const target = async (id: string) =>
  (await place.manager.copies.listTargets()).items.find((each) => each.id === id);
const repositoryOn = (name: string) =>
  join(disk(name), place.parts.sources.installationId, 'repositories', place.tenantId);
const snapshotsOn = (name: string) => readdirSync(join(repositoryOn(name), 'snapshots')).sort();
const check = (name: string) => restic(repositoryOn(name), recoveryKey, 'check', '--read-data');
const made = ({ snapshots }: BackupResult) => snapshots[0]?.id ?? '';
const verify = () =>
  place.finished<BackupVerification>(
    place.manager.verifyBackupIntegrity(
      { tenant: place.tenantId, level: 4 },
      place.operation('backup.verify'),
    ),
  );
async function restored(snapshotId: string): Promise<RestoreResult> {
  return await place.finished<RestoreResult>(
    place.manager.restoreBackup(
      { snapshotId, destination: { kind: 'folder', path: join(folder, `restored-${snapshotId}`) } },
      place.operation('backup.restore'),
    ),
  );
}

/** The first target with a backup that two further ones have copies of. */
async function copied() {
  const second = await add('second');
  await backUp();
  await sync(second);
  await place.put('orders', 'two', { at: 2 });
  return second;
}

describe('while the first target is away', () => {
  test('backups go to a further one that has a copy, and come back before the next one', async () => {
    const second = await copied();
    away('first');
    const first = await backUp();
    expect(first.wroteTo).toEqual([{ targetId: second, name: 'second' }]);
    expect(first.snapshots).toMatchObject([{ kind: 'incremental', targetId: second }]);
    await place.put('orders', 'three', { at: 3 });
    const next = await backUp();
    expect(next.snapshots).toMatchObject([{ kind: 'incremental', targetId: second }]);
    expect(place.recorded.at(-1)).toMatchObject({
      severity: 'warning',
      facts: { kind: 'incremental', wroteTo: 'second' },
    });
    expect(place.recorded.map(({ action }) => action)).toContain('backups-elsewhere');
    expect(await target(second)).toMatchObject({ standsIn: { snapshots: 2 } });
    check('second');
    expect(await restored(made(next))).toMatchObject({ verifiedLevel: 4, rows: 3 });
    // nothing was made on the mount point
    expect(readdirSync(folder)).not.toContain('first');

    back('first');
    await place.put('orders', 'four', { at: 4 });
    const home = await backUp();
    expect(home).toMatchObject({ wroteTo: [], snapshots: [{ kind: 'incremental', targetId: null }] });
    expect(snapshotsOn('first')).toEqual(expect.arrayContaining([made(first), made(next), made(home)]));
    expect(place.recorded).toContainEqual(
      expect.objectContaining({
        action: 'backup.target.return',
        facts: expect.objectContaining({ from: 'second', snapshots: 2 }),
      }),
    );
    expect(place.recorded.map(({ action }) => action)).toContain('backups-returned');
    expect(await target(second)).toMatchObject({ standsIn: null });
    expect(await verify()).toMatchObject({ ok: true });
    await sync(second);
    expect(snapshotsOn('second')).toEqual(snapshotsOn('first'));
    check('first');
    check('second');
  });

  test('a synchronisation brings back first, and takes nothing for superfluous', async () => {
    const second = await copied();
    away('first');
    const written = made(await backUp());
    await expect(sync(second)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(snapshotsOn('second')).toContain(written);
    back('first');
    await sync(second);
    expect(snapshotsOn('first')).toContain(written);
    expect(snapshotsOn('second')).toEqual(snapshotsOn('first'));
    check('first');
    check('second');
  });
});
