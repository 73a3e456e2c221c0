import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BackupResult, BackupVerification } from '../../../../shared/contract/backups.ts';
import { type FolderStand, makeFolderStand } from '../../../doubles/folder-stand.ts';

let stand: FolderStand;
let folder: string;

beforeEach(async () => {
  stand = await makeFolderStand();
  folder = stand.folder;
});
afterEach(() => stand.close());

const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);

const verify = (level: 0 | 1 | 2 | 3 | 4) =>
  stand.place.finished<BackupVerification>(
    stand.place.manager.verifyBackupIntegrity(
      { tenant: 'acme', level },
      stand.place.operation('backup.verify'),
    ),
  );

/** Everything of a folder that a backup keeps. */
function stateOf(root: string, below = ''): unknown[] {
  const path = Buffer.from(below === '' ? root : join(root, below));
  return readdirSync(path, { encoding: 'buffer' })
    .sort(Buffer.compare)
    .flatMap((name) => {
      const at = Buffer.concat([path, Buffer.from('/'), name]);
      const stat = lstatSync(at);
      const facts = [name.toString('hex'), stat.mode, Math.floor(stat.mtimeMs)];
      if (stat.isSymbolicLink()) return [[...facts, readlinkSync(at)]];
      if (stat.isFile()) return [[...facts, readFileSync(at).toString('base64')]];
      return [facts, ...stateOf(root, join(below, name.toString('utf8')))];
    });
}

describe('a protected folder', () => {
  test('comes back as it was: names, modes, times, links, empty folders, large and empty files', async () => {
    mkdirSync(join(folder, 'deep/er/empty'), { recursive: true });
    write('empty', '');
    write('ü "quoted" <&>\n.txt', 'odd');
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x66, 0xff, 0x80])]), 'no UTF-8');
    write('deep/large', randomBytes(5_000_000));
    write('deep/er/program', '#!/bin/sh\n');
    chmodSync(join(folder, 'deep/er/program'), 0o4751);
    symlinkSync('../nowhere/at all', join(folder, 'deep/link'));
    symlinkSync('.', join(folder, 'deep/loop'));
    linkSync(join(folder, 'empty'), join(folder, 'deep/same'));
    utimesSync(join(folder, 'deep/er/empty'), 1_000_000_000, 1_234_567_890);
    chmodSync(join(folder, 'deep/er/empty'), 0o1711);

    const { id } = await stand.add();
    const made = await stand.backUp(id);
    expect(made).toMatchObject({ folderId: id, path: folder, files: 6, databases: 0, warnings: 0 });
    const to = join(stand.scratch, 'restored');
    expect(await stand.plan(made.id, to)).toMatchObject({ files: 8, existing: 0, obstacles: [] });
    const restored = await stand.restore(made.id, to);
    expect(restored).toMatchObject({ folder: to, verifiedLevel: 4, files: 8, warnings: 0, notes: [] });
    expect(stateOf(to)).toEqual(stateOf(folder));
    for (const level of [0, 1, 2, 3, 4] as const) {
      expect(await verify(level)).toMatchObject({ ok: true, snapshots: [made.id] });
    }
    const shown = await stand.place.manager.folders.getProtectedFolder({ folderId: id });
    expect(shown.lastBackup?.verified?.level).toBe(4);
  });

  test('costs what changed: what is unchanged is not read again, and an insertion moves nothing', async () => {
    const large = randomBytes(12_000_000);
    write('large', large);
    for (let at = 0; at < 20; at += 1) write(`small-${at}`, `content ${at}`);
    const { id } = await stand.add();
    const first = await stand.backUp(id);
    expect(first.bytesAdded).toBeGreaterThan(12_000_000);
    const second = await stand.backUp(id);
    expect(second.bytesAdded).toBeLessThan(3000);
    expect(readCount()).toBe(0);
    write(
      'large',
      Buffer.concat([large.subarray(0, 6_000_000), Buffer.from('inserted'), large.subarray(6_000_000)]),
    );
    write('small-3', 'another');
    const third = await stand.backUp(id);
    expect(readCount()).toBe(2);
    expect(third.bytesAdded).toBeLessThan(9_000_000);
    rmSync(join(folder, 'small-4'));
    expect((await stand.backUp(id)).files).toBe(20);
  });

  test('names what it could not save as it lies there, and saves the rest', async () => {
    write('fine', 'fine');
    mkdirSync(join(folder, 'sub'));
    execFileSync('mkfifo', [join(folder, 'sub/pipe')]);
    const { id } = await stand.add();
    const made = await stand.backUp(id);
    expect(made).toMatchObject({ files: 1, warnings: 0 });
    expect(await stand.notes(made.id)).toEqual([{ path: 'sub/pipe', problem: 'special', detail: null }]);
    rmSync(folder, { recursive: true });
    await expect(stand.backUp(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    mkdirSync(folder);
  });

  test('is backed up with its tenant, apart from its own snapshots', async () => {
    write('a', 'a');
    await stand.place.put('orders', 'one', { at: 1 });
    const { id } = await stand.add();
    const run = () =>
      stand.place.finished<BackupResult>(
        stand.place.manager.createBackup(
          { scope: { tenant: 'acme' }, kind: 'incremental' },
          stand.place.operation(),
        ),
      );
    const { snapshots, folders } = await run();
    expect([snapshots.length, folders.map(({ folderId }) => folderId)]).toEqual([1, [id]]);
    await stand.place.put('orders', 'two', { at: 2 });
    const again = await run();
    expect(again.snapshots).toMatchObject([{ kind: 'incremental' }]);
    const history = await stand.place.manager.getBackupHistory({ limit: 10 }, stand.place.operation());
    expect(history.items.map((item) => item.id)).toEqual(
      [...again.snapshots, ...snapshots].map((item) => item.id),
    );
    expect(await verify(4)).toMatchObject({ ok: true });
    const [newest] = (await stand.place.manager.folders.listFolderSnapshots({ limit: 1, folderId: id }))
      .items;
    expect(newest?.id).toBe(again.folders[0]?.id);
  });

  test('is in the catalogue again when a run was killed before it could enter its snapshot', async () => {
    write('a', 'a');
    const { id } = await stand.add();
    const lost = await stand.backUp(id);
    await stand.place.control.write((transaction) => transaction.sql('DELETE FROM folder_snapshots').run());
    const next = await stand.backUp(id);
    const { items } = await stand.place.manager.folders.listFolderSnapshots({ limit: 10 });
    expect(items).toEqual([next, { ...lost, bytesAdded: 0, durationMs: 0, databases: null }]);
  });

  test('leaves out what its patterns match', async () => {
    mkdirSync(join(folder, 'node_modules/a'), { recursive: true });
    mkdirSync(join(folder, 'src/cache'), { recursive: true });
    write('node_modules/a/b', 'b');
    write('src/cache/c', 'c');
    write('src/kept.txt', 'kept');
    write('src/left.tmp', 'left');
    const excludes = ['node_modules', '*.tmp', '/src/cache/'];
    expect(await stand.preview(excludes)).toMatchObject({ files: 1, bytes: 4, folders: 1 });
    const { id } = await stand.add(excludes);
    expect(await stand.backUp(id)).toMatchObject({ files: 1 });
    await stand.place.manager.folders.updateProtectedFolder(
      { folderId: id, excludes: [] },
      stand.place.operation('backup.folder.update'),
    );
    expect(await stand.backUp(id)).toMatchObject({ files: 4 });
  });

  test('is refused where Holdfast itself lies, where nothing lies, and twice', async () => {
    const dataFolder = stand.place.folder;
    symlinkSync(dataFolder, join(stand.scratch, 'link'));
    const cases: [string, unknown][] = [
      ['relative', { code: 'VALIDATION' }],
      [dataFolder, { code: 'VALIDATION' }],
      [join(dataFolder, 'tenants'), { code: 'VALIDATION' }],
      [join(stand.scratch, 'link'), { code: 'VALIDATION' }],
      ['/', { code: 'VALIDATION' }],
      ['/proc/self', { code: 'VALIDATION' }],
      [join(folder, 'missing'), { code: 'NOT_FOUND' }],
      ['/etc/passwd', { code: 'VALIDATION' }],
    ];
    for (const [path, error] of cases)
      await expect(stand.add([], path), path).rejects.toMatchObject(error as object);
    await stand.add();
    await expect(stand.add()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(stand.place.recorded.map(({ action }) => action)).toEqual(['backup.folder.add']);
  });
});

describe('a restore', () => {
  test('takes parts, and replaces nothing unless told', async () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    write('a/one', 'one');
    write('a/b/two', 'two');
    write('three', 'three');
    const { id } = await stand.add();
    const { id: snapshot } = await stand.backUp(id);
    const to = join(stand.scratch, 'to');
    await stand.restore(snapshot, to, { only: ['a/b', '/three'] });
    expect(stateOf(to).length).toBe(4);
    writeFileSync(join(to, 'three'), 'mine');
    const all = await stand.plan(snapshot, to);
    expect(all).toMatchObject({ existing: 2, obstacles: [expect.stringContaining('2 files')] });
    await expect(stand.restore(snapshot, to)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(readFileSync(join(to, 'three'), 'utf8')).toBe('mine');
    await stand.restore(snapshot, to, { overwrite: true });
    expect(stateOf(to)).toEqual(stateOf(folder));
    await expect(stand.restore(snapshot, to, { only: ['a/nothing'] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(stand.restore(snapshot, join(stand.place.folder, 'in'))).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('never writes through a link that lies at the destination', async () => {
    mkdirSync(join(folder, 'sub'));
    write('sub/file', 'file');
    const { id } = await stand.add();
    const { id: snapshot } = await stand.backUp(id);
    const to = join(stand.scratch, 'to');
    const elsewhere = join(stand.scratch, 'elsewhere');
    mkdirSync(to);
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(to, 'sub'));
    await expect(stand.restore(snapshot, to, { overwrite: true })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

function readCount(): unknown {
  return stand.place.recorded.at(-1)?.facts?.filesRead;
}
