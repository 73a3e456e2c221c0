import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deleteTarget } from '../../../../main/backups/copies/target-rows.ts';
import { folderTarget } from '../../../../main/backups/targets/folder-target.ts';
import { MovableTarget } from '../../../../main/backups/targets/movable-target.ts';
import type { TargetMoved, TargetSync } from '../../../../shared/contract/backups/targets.ts';
import type { BackupResult } from '../../../../shared/contract/backups.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import { makeProtected, type Protected, recoveryKey } from '../../../doubles/protected-installation.ts';
import { restic } from '../../../interop/restic-program.ts';

let folder: string;
let place: Protected;
let second: Uuid;
/** Folders of disks: the first target's, and further ones'. */
const disk = (name: string) => join(folder, name);
const away = (name: string) => renameSync(disk(name), disk(`${name}-away`));
const back = (name: string) => renameSync(disk(`${name}-away`), disk(name));

/** The first target with a backup that a further one has a copy of. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-losses-'));
  for (const name of ['first', 'second', 'new', 'papers']) mkdirSync(disk(name));
  place = await makeProtected({ target: (id) => new MovableTarget(folderTarget(disk('first'), id)) });
  await place.put('orders', 'one', { at: 1 });
  const { id } = await place.manager.copies.addTarget(
    {
      name: 'second',
      place: { kind: 'folder', path: disk('second') },
      bytesPerSecond: null,
      covers: { kind: 'all' },
    },
    place.operation('backup.target.add'),
  );
  second = id as Uuid;
  await place.backUp();
  await sync();
  await place.put('orders', 'two', { at: 2 });
});
afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

const sync = () =>
  place.finished<TargetSync>(
    place.manager.copies.syncTarget({ targetId: second }, place.operation('backup.target.sync')),
  );
const update = (change: Omit<Parameters<typeof place.manager.copies.updateTarget>[0], 'targetId'>) =>
  place.manager.copies.updateTarget({ targetId: second, ...change }, place.operation('backup.target.update'));
const remove = (abandon?: true) =>
  place.manager.copies.removeTarget({ targetId: second, abandon }, place.operation('backup.target.remove'));
const view = async () => (await place.manager.copies.listTargets()).items.find(({ id }) => id === second);
const repositoryOn = (name: string) =>
  join(disk(name), place.parts.sources.installationId, 'repositories', place.tenantId);
const filesOn = (name: string, kind: string) =>
  readdirSync(join(repositoryOn(name), kind), { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
const snapshotsOn = (name: string) =>
  filesOn(name, 'snapshots')
    .map((each) => each.name)
    .sort();
const check = (name: string) => restic(repositoryOn(name), recoveryKey, 'check', '--read-data');
const made = ({ snapshots }: BackupResult) => snapshots[0]?.id ?? '';
const onlyElsewhere = () =>
  ['snapshots', 'folder_snapshots'].flatMap((table) =>
    place.control.sql(`SELECT id FROM ${table} WHERE target_id IS NOT NULL`).all(),
  );

/** Holds the next backup of the tenant in the middle; answers when that is reached, and what lets it go on. */
function held() {
  const { sources } = place.parts;
  const { withTenant } = sources;
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  Object.assign(sources, {
    withTenant: (async (id, use) => {
      Object.assign(sources, { withTenant });
      reached.resolve();
      await opened.promise;
      return await withTenant(id, use);
    }) satisfies typeof withTenant,
  });
  return { reached: reached.promise, goOn: () => opened.resolve() };
}

/** While a backup is being written elsewhere, the list loses that target, as by a removal in another way. */
function unlistedMeanwhile() {
  const { control } = place.parts;
  const write = control.write.bind(control);
  const standing = () =>
    control.sql('SELECT 1 FROM backup_copies WHERE stands_in_since IS NOT NULL').get() !== undefined;
  Object.assign(control, {
    write: (async (work) => {
      if (standing()) await write((transaction) => deleteTarget(transaction, second));
      return await write(work);
    }) satisfies typeof control.write,
  });
}

describe('a move of the first target', () => {
  test('waits for a backup that is being written elsewhere, and takes it along', async () => {
    away('first');
    const { reached, goOn } = held();
    const backup = place.backUp();
    await reached;
    back('first');
    const moving = place.manager.moving.moveTarget(
      { path: disk('new') },
      place.operation('backup.target.move'),
    );
    const moved = place.finished<TargetMoved>(moving);
    await moving;
    const standsIn = () =>
      place.control.sql('SELECT 1 FROM backup_copies WHERE stands_in_since IS NOT NULL').get();
    // it must not come to that: time for it
    await vi.waitFor(() => expect(standsIn()).toBeUndefined(), 500).catch(() => undefined);
    expect(standsIn()).toBeDefined();
    goOn();
    const written = made(await backup);
    await moved;
    expect(snapshotsOn('new')).toContain(written);
    expect(onlyElsewhere()).toEqual([]);
    await sync();
    expect(snapshotsOn('second')).toEqual(snapshotsOn('new'));
  });

  test('whatever the copy’s row says, what a target alone has is brought back', async () => {
    away('first');
    const written = made(await place.backUp());
    back('first');
    await place.control.write((transaction) =>
      transaction.sql('UPDATE backup_copies SET stands_in_since = NULL').run(),
    );
    await sync();
    expect(snapshotsOn('first')).toContain(written);
    expect(snapshotsOn('second')).toContain(written);
  });
});

describe('a copy that nobody wants', () => {
  const unwanted = () => update({ covers: { kind: 'tenants', tenants: [] }, removeOthers: true });

  test('stays while the first target is away', async () => {
    await unwanted();
    away('first');
    expect(await place.manager.copies.due()).toEqual([]);
    await expect(sync()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(snapshotsOn('second')).toHaveLength(1);
    back('first');
    expect(await place.manager.copies.due()).toEqual([second]);
    await sync();
    expect(() => snapshotsOn('second')).toThrow('ENOENT');
  });

  test('stays where the first target has no backup of its owner', async () => {
    await unwanted();
    renameSync(join(repositoryOn('first'), 'snapshots'), disk('lost'));
    expect(await place.manager.copies.due()).toEqual([]);
    await sync();
    expect(snapshotsOn('second')).toHaveLength(1);
  });

  test('stays once it is wanted again, and is not removed by an old choice later', async () => {
    const tier = (is: string) => Object.assign(place.parts.copying, { tierOf: () => is });
    tier('professional');
    await update({ covers: { kind: 'tiers', tiers: ['enterprise'] }, removeOthers: true });
    tier('enterprise');
    await place.backUp();
    writeFileSync(join(repositoryOn('second'), 'mark'), 'this copy');
    await sync();
    expect(snapshotsOn('second')).toEqual(snapshotsOn('first'));
    // not removed and copied anew
    expect(readdirSync(repositoryOn('second'))).toContain('mark');
    tier('professional');
    expect(await view()).toMatchObject({ left: [{ goes: false }] });
    expect(await place.manager.copies.due()).toEqual([]);
  });
});

describe('a target that is written to in place of the first one', () => {
  test('is not removed meanwhile; with its backups, once it is written', async () => {
    away('first');
    const { reached, goOn } = held();
    const backup = place.backUp();
    await reached;
    await expect(remove()).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { reason: 'holds-only-copies', snapshots: 0 },
    });
    expect(await view()).toMatchObject({ standsIn: { snapshots: 0 } });
    const removed = remove(true);
    goOn();
    const written = made(await backup);
    await removed;
    expect(onlyElsewhere()).toEqual([]);
    expect(place.recorded).toContainEqual(
      expect.objectContaining({ action: 'backup.forget', resource: { kind: 'snapshot', id: written } }),
    );
  });

  test('and is not listed any more when it is written: the backup failed, and no line names it', async () => {
    away('first');
    unlistedMeanwhile();
    await expect(place.backUp()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(onlyElsewhere()).toEqual([]);
  });

  test('nor a line of a protected folder', async () => {
    const { folders } = place.manager;
    const op = (action: string) => place.operation(action);
    const papers = await folders.addProtectedFolder(
      { tenant: place.tenantId, path: disk('papers'), excludes: [] },
      op('folder.protect'),
    );
    writeFileSync(join(disk('papers'), 'letter'), 'Dear all');
    away('first');
    unlistedMeanwhile();
    const backup = folders.backUpFolder({ folderId: papers.id }, op('folder.backup'));
    await expect(place.finished(backup)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(onlyElsewhere()).toEqual([]);
  });
});

describe('what is brought back', () => {
  test('is whole: with a pack missing nothing is called brought back', async () => {
    away('first');
    const written = made(await place.backUp());
    const known = new Set(filesOn('first-away', 'data').map(({ name }) => name));
    const added = filesOn('second', 'data').filter(({ name }) => !known.has(name));
    expect(added.length).toBeGreaterThan(0);
    for (const { parentPath, name } of added) rmSync(join(parentPath, name));
    back('first');
    const told: unknown = await sync().catch((error: unknown) => error);
    expect(told).toMatchObject({ code: 'INTEGRITY', message: expect.stringContaining('(1)') });
    expect(added.some(({ name }) => String(told).includes(`data/${name}`))).toBe(true);
    expect(snapshotsOn('first')).not.toContain(written);
    expect(await view()).toMatchObject({ standsIn: { snapshots: 1 } });
    check('first');
  });

  test('costs no other what it lacks itself', async () => {
    away('first');
    const whole = made(await place.backUp());
    const known = new Set(filesOn('second', 'data').map(({ name }) => name));
    await place.put('orders', 'three', { at: 3 });
    const broken = made(await place.backUp());
    for (const { parentPath, name } of filesOn('second', 'data'))
      if (!known.has(name)) rmSync(join(parentPath, name));
    back('first');
    await expect(sync()).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(snapshotsOn('first')).toContain(whole);
    expect(onlyElsewhere()).toEqual([{ id: broken }]);
    check('first');
  });

  test('needs nothing of older backups, which the first target alone has to have', async () => {
    const old = filesOn('second', 'data');
    away('first');
    const written = made(await place.backUp('full'));
    for (const { parentPath, name } of old) rmSync(join(parentPath, name));
    back('first');
    await sync();
    expect(snapshotsOn('first')).toContain(written);
    expect(onlyElsewhere()).toEqual([]);
    check('first');
    expect(snapshotsOn('second')).toEqual(snapshotsOn('first'));
    check('second');
  });

  test('is what was there: a snapshot that is missing stays the further target’s, and is told', async () => {
    away('first');
    const there = made(await place.backUp());
    await place.put('orders', 'three', { at: 3 });
    const gone = made(await place.backUp());
    for (const { parentPath, name } of filesOn('second', 'snapshots'))
      if (name === gone) rmSync(join(parentPath, name));
    back('first');
    await expect(sync()).rejects.toMatchObject({
      code: 'INTEGRITY',
      message: expect.stringContaining('second'),
    });
    expect(snapshotsOn('first')).toContain(there);
    expect(onlyElsewhere()).toEqual([{ id: gone }]);
    expect(await view()).toMatchObject({ standsIn: { snapshots: 1 } });
  });

  test('comes from a target too that is not to have the owner’s copies any more', async () => {
    away('first');
    const written = made(await place.backUp());
    await update({ covers: { kind: 'tenants', tenants: [] }, removeOthers: true });
    back('first');
    expect(await place.manager.copies.due()).toEqual([second]);
    await sync();
    expect(snapshotsOn('first')).toContain(written);
    expect(onlyElsewhere()).toEqual([]);
    expect(() => snapshotsOn('second')).toThrow('ENOENT');
    expect(await place.manager.copies.due()).toEqual([]);
  });
});
