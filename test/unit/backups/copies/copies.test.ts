import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderTarget } from '../../../../main/backups/targets/folder-target.ts';
import type { TargetSync } from '../../../../shared/contract/backups/targets.ts';
import { makeProtected, type Protected, recoveryKey } from '../../../doubles/protected-installation.ts';
import { restic } from '../../../interop/restic-program.ts';

let place: Protected;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-copies-'));
  place = await makeProtected();
  await place.put('orders', 'one', { at: 1 });
});
afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

const add = (path = folder, name = 'second') =>
  place.manager.copies.addTarget(
    { name, place: { kind: 'folder', path }, bytesPerSecond: null, covers: { kind: 'all' } },
    place.operation('backup.target.add'),
  );
const sync = async (): Promise<TargetSync> => {
  const targetId = await idOf();
  return place.finished<TargetSync>(
    place.manager.copies.syncTarget({ targetId }, place.operation('backup.target.sync')),
  );
};
const further = async () => (await place.manager.copies.listTargets()).items[1];
async function idOf() {
  const id = (await further())?.id;
  if (id === undefined || id === null) throw new Error('there is no further target');
  return id;
}
const own = () => join(folder, place.parts.sources.installationId);

describe('a further target', () => {
  test('gets every owner; restic reads the copy with the recovery key; nothing is behind', async () => {
    await add();
    await place.backUp('incremental', { all: true });
    expect(await place.manager.copies.due()).toEqual([await idOf()]);
    expect(await sync()).toMatchObject({ repositories: 2, removed: 0 });
    for (const owner of ['installation', place.tenantId]) {
      const repository = join(own(), 'repositories', owner);
      restic(repository, recoveryKey, 'check', '--read-data');
      expect(JSON.parse(restic(repository, recoveryKey, 'snapshots', '--json'))).toHaveLength(1);
    }
    for (const name of ['recovery.json', 'keyring.enc', 'keys.db.enc']) {
      expect(existsSync(join(own(), name)), name).toBe(true);
    }
    const target = await further();
    expect(target?.lastSync?.errorCode).toBe(null);
    expect(target?.lag.map(({ newest, newestCopied }) => newest === newestCopied)).toEqual([true, true]);
    expect(await place.manager.copies.due()).toEqual([]);
    expect(await sync()).toMatchObject({ files: 0, bytes: 0, leftovers: { files: 0, bytes: 0 } });
    const copy = join(own(), 'repositories', place.tenantId);
    writeFileSync(join(copy, 'index', 'ab'.repeat(32)), 'more than the first target has');
    writeFileSync(join(copy, 'index', `${'cd'.repeat(32)}-tmp-1234`), 'cut off');
    expect(await sync()).toMatchObject({ removed: 1, leftovers: { files: 1, bytes: 7 } });
    expect(place.recorded.at(-1)?.facts).toMatchObject({ removed: 1, leftovers: 1 });
  });

  test('that is away is told, and brought up to date once it is back', async () => {
    await add();
    await place.backUp('incremental', { all: true });
    renameSync(own(), `${own()}-elsewhere`);
    await expect(sync()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await further()).toMatchObject({ state: 'away', lastSync: { errorCode: 'UNAVAILABLE' } });
    expect(existsSync(own())).toBe(false);
    expect(await place.manager.copies.due()).toEqual([]);
    renameSync(`${own()}-elsewhere`, own());
    expect(await place.manager.copies.due()).toEqual([await idOf()]);
    await sync();
    expect(await further()).toMatchObject({ state: 'ready', lastSync: { errorCode: null } });
  });

  test('gets no tenant whose tier has no replication', async () => {
    Object.assign(place.parts.copying, { mayReplicate: () => false });
    await add();
    await place.backUp('incremental', { all: true });
    expect(await sync()).toMatchObject({ repositories: 1 });
    expect(existsSync(join(own(), 'repositories', place.tenantId))).toBe(false);
    expect((await further())?.lag.map(({ tenantId }) => tenantId)).toEqual([null]);
  });

  test('loses the copy of a tenant that was deleted', async () => {
    await add();
    await place.backUp('incremental', { all: true });
    await sync();
    await place.control.write((transaction) => place.manager.forgetTenant(transaction, place.tenantId));
    Object.assign(place.parts.sources, { tenantIds: () => [] });
    await sync();
    expect(existsSync(join(own(), 'repositories', place.tenantId))).toBe(false);
    expect(existsSync(join(own(), 'repositories', 'installation'))).toBe(true);
  });

  test('one owner whose copy cannot be made does not cost the others theirs', async () => {
    await add();
    await place.backUp('incremental', { all: true });
    rmSync(join(place.folder, 'repositories', 'installation', 'config'));
    await expect(sync()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    restic(join(own(), 'repositories', place.tenantId), recoveryKey, 'check');
  });

  test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'on another disk is what is left when the disk of the data is lost, plugged in or not',
    async () => {
      const disk = join(folder, 'disk');
      mkdirSync(disk);
      await add(folder, 'same disk');
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', disk]);
      try {
        await place.backUp('incremental', { all: true });
        await sync();
        expect((await place.manager.protection()).copiedElsewhere.size).toBe(0);
        const { id } = await add(disk, 'another disk');
        const syncing = place.manager.copies.syncTarget(
          { targetId: id ?? place.tenantId },
          place.operation('backup.target.sync'),
        );
        await place.finished(syncing);
        const { copiedElsewhere } = await place.manager.protection();
        expect([...copiedElsewhere.keys()].sort()).toEqual([place.tenantId, 'installation'].sort());
        expect(copiedElsewhere.get(place.tenantId)).toBeGreaterThan(Date.now() - 60_000);
      } finally {
        execFileSync('umount', ['-l', disk]);
      }
      expect((await place.manager.protection()).copiedElsewhere.size).toBe(2);
    },
  );

  test('is never the first target under another name, nor in it', async () => {
    await place.close();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    symlinkSync(disk, join(folder, 'link'));
    place = await makeProtected({ target: (id) => folderTarget(join(folder, 'link'), id) });
    await place.put('orders', 'one', { at: 1 });
    await place.backUp('incremental', { all: true });
    const itself = { code: 'CONFLICT', data: { reason: 'first-target' } };
    await expect(add(disk)).rejects.toMatchObject(itself);
    const within = join(disk, place.parts.sources.installationId, 'repositories');
    await expect(add(within)).rejects.toMatchObject(itself);
    expect(await further()).toBeUndefined();
  });

  test('stays as it is when it is removed, and goes on from there when it is added again', async () => {
    await add();
    await place.backUp('incremental', { all: true });
    await sync();
    const targetId = await idOf();
    await place.manager.copies.removeTarget({ targetId }, place.operation('backup.target.remove'));
    expect((await place.manager.copies.listTargets()).items).toHaveLength(1);
    expect(existsSync(join(own(), 'repositories', place.tenantId, 'config'))).toBe(true);
    await add();
    expect(await sync()).toMatchObject({ files: 0 });
  });

  test('cannot lie in the data folder, nor twice in one folder', async () => {
    const inside = join(place.folder, 'copies');
    mkdirSync(inside);
    await expect(add(inside)).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'data-folder' } });
    await add();
    await expect(add(folder, 'third')).rejects.toMatchObject({ data: { reason: 'target-exists' } });
    await expect(add('here', 'third')).rejects.toMatchObject({ code: 'VALIDATION' });
  });

  test('is tried with a file that does not stay', async () => {
    await add();
    const targetId = await idOf();
    const answer = await place.manager.copies.testTarget({ targetId }, place.operation('backup.target.test'));
    expect(answer.freeBytes).toBeGreaterThan(0);
    expect(existsSync(join(own(), 'holdfast-probe.partial'))).toBe(false);
  });
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

test.runIf(canMount)(
  'an erased tenant goes from a disk without a byte left (mounted, which takes root)',
  async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
    try {
      await add();
      await place.backUp('incremental', { all: true });
      await sync();
      fill(folder);
      await place.control.write((transaction) => place.manager.forgetTenant(transaction, place.tenantId));
      const errors: unknown[] = [];
      const erased: string[] = [];
      Object.assign(place.parts.copying, {
        copyErased: (_transaction: unknown, owner: string) => void erased.push(owner),
      });
      await place.manager.copies.eraseCopies(place.tenantId, (error) => errors.push(error));
      expect(errors).toEqual([]);
      expect(erased).toEqual([place.tenantId]);
      expect(existsSync(join(own(), 'repositories', place.tenantId))).toBe(false);
      restic(join(own(), 'repositories', 'installation'), recoveryKey, 'check', '--no-lock');
    } finally {
      execFileSync('umount', [folder]);
    }
  },
);

/** Leaves no room at all. */
function fill(disk: string): void {
  for (const size of [1_000_000, 65_536, 4096]) {
    for (let piece = 0; ; piece += 1) {
      const file = join(disk, `filler-${size}-${piece}`);
      try {
        writeFileSync(file, Buffer.alloc(size));
      } catch {
        break;
      }
    }
  }
}
