import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../../../main/backups/container/folder-files.ts';
import { deriveKey } from '../../../../main/backups/container/key-file.ts';
import { Repository } from '../../../../main/backups/container/repository.ts';
import type { FileKind, RepositoryFiles } from '../../../../main/backups/container/repository-files.ts';
import { fileNode } from '../../../../main/backups/container/tree.ts';
import { type CopyOptions, copyRepository } from '../../../../main/backups/copies/copy-repository.ts';
import { folderDigest, restic } from '../../../interop/restic-program.ts';
import { FaultyFiles } from '../container/faulty-files.ts';

const password = 'a password';
const settings = { packBytes: 60_000, workers: 1, lockSettleMs: 1 };
let place: string;
let primary: string;
let copy: string;
let repository: Repository;

beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), 'holdfast-copy-'));
  primary = join(place, 'primary');
  copy = join(place, 'copy');
  const derived = await deriveKey(password, { N: 1024, r: 8, p: 1 });
  repository = await Repository.create(new FolderFiles(primary), { keys: [{ derived }] }, settings);
});
afterEach(async () => {
  await repository.close();
  rmSync(place, { recursive: true, force: true });
});

async function save(name: string, size: number): Promise<string> {
  const writer = await repository.begin();
  const node = fileNode({ name, mtimeMs: 0, ...(await writer.saveFile([randomBytes(size)], size)) });
  const tree = await writer.saveTree([node]);
  return (await writer.commit({ time: '2026-01-01T00:00:00Z', tree, paths: ['/'] })).id;
}

const options: CopyOptions = {
  async lock() {
    const opened = await Repository.open(new FolderFiles(copy), { password }, settings);
    await opened.close();
    return await opened.lock(true);
  },
  async makeRoom(spared) {
    const opened = await Repository.open(new FolderFiles(copy), { password }, settings);
    try {
      return (await opened.prune({ spared, wholePacksOnly: true })).leftovers;
    } finally {
      await opened.close();
    }
  },
  signal: new AbortController().signal,
  pace: () => Promise.resolve(),
  onPlan: () => undefined,
  onCopied: () => undefined,
};

const sync = (files: RepositoryFiles = new FolderFiles(copy), more: Partial<CopyOptions> = {}) =>
  copyRepository(new FolderFiles(primary), files, { ...options, ...more });

const check = () => restic(copy, password, 'check', '--read-data');
const snapshotsThere = () => readdirSync(join(copy, 'snapshots')).sort();

describe('a copy of a repository', () => {
  test('is the same files; restic finds nothing wrong; a second run has nothing to do', async () => {
    const ids = [await save('a', 150_000), await save('b', 80_000)];
    const planned: number[] = [];
    const report = await sync(undefined, { onPlan: (bytes) => planned.push(bytes) });
    expect([...report.snapshots].sort()).toEqual([...ids].sort());
    expect(planned).toEqual([report.copied.bytes]);
    expect(folderDigest(copy)).toBe(folderDigest(primary));
    check();
    expect(await sync()).toMatchObject({ copied: { files: 0, bytes: 0 }, removed: 0 });
  });

  test('is proved after writing: what the place gives back otherwise does not stay', async () => {
    const id = await save('a', 150_000);
    class Forgetful extends FolderFiles {
      override async storedHash(kind: FileKind, name: string): Promise<string> {
        return kind === 'snapshots' ? '0'.repeat(64) : await super.storedHash(kind, name);
      }
    }
    await expect(sync(new Forgetful(copy))).rejects.toMatchObject({ code: 'IO' });
    expect(snapshotsThere()).toEqual([]);
    expect((await sync()).snapshots).toEqual([id]);
    check();
  });

  test('follows removals and a prune, and is unlocked afterwards', async () => {
    const gone = await save('a', 150_000);
    await save('b', 80_000);
    await sync();
    await repository.removeSnapshots([gone]);
    await repository.prune();
    expect((await sync()).removed).toBeGreaterThan(1);
    expect(folderDigest(copy)).toBe(folderDigest(primary));
    check();
  });

  test('keeps its snapshots when the primary was emptied', async () => {
    const id = await save('a', 80_000);
    await sync();
    await repository.removeSnapshots([id]);
    await repository.prune();
    await sync();
    expect(snapshotsThere()).toEqual([id]);
    check();
  });

  test('removes nothing while restic has the copy locked', async () => {
    const gone = await save('a', 80_000);
    await save('b', 80_000);
    await sync();
    const other = await Repository.open(new FolderFiles(copy), { password }, settings);
    const held = await other.lock(false);
    await repository.removeSnapshots([gone]);
    await expect(sync()).rejects.toMatchObject({ code: 'LOCKED' });
    expect(snapshotsThere()).toContain(gone);
    await held.release();
    await other.close();
    await sync();
    expect(snapshotsThere()).not.toContain(gone);
  });

  test('another repository there is refused and left as it is', async () => {
    await save('a', 80_000);
    const derived = await deriveKey('another', { N: 1024, r: 8, p: 1 });
    const other = await Repository.create(new FolderFiles(copy), { keys: [{ derived }] }, settings);
    await other.close();
    const before = folderDigest(copy);
    await expect(sync()).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'another-repository' } });
    expect(folderDigest(copy)).toBe(before);
  });

  test('a damaged file of the primary is not copied, and no snapshot is shown that needs it', async () => {
    await save('a', 80_000);
    const folder = readdirSync(join(primary, 'data'))[0] ?? '';
    const pack = join(primary, 'data', folder, readdirSync(join(primary, 'data', folder))[0] ?? '');
    chmodSync(pack, 0o600);
    writeFileSync(pack, randomBytes(500));
    await expect(sync()).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(snapshotsThere()).toEqual([]);
  });

  test('a file of the copy that has another size is written again', async () => {
    await save('a', 80_000);
    await sync();
    const index = join(copy, 'index', readdirSync(join(copy, 'index'))[0] ?? '');
    chmodSync(index, 0o600);
    appendFileSync(index, 'x');
    expect((await sync()).copied.files).toBe(1);
    check();
  });

  test('a cancelled run stops, and the next one completes it', async () => {
    await save('a', 150_000);
    const abort = new AbortController();
    const cancelled = sync(undefined, { signal: abort.signal, onCopied: () => abort.abort() });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    await sync();
    check();
  });

  test('cut off at any call, the copy is sound as soon as it has a snapshot, and the next run completes it', async () => {
    const first = await save('a', 60_000);
    await sync();
    await save('b', 60_000);
    await repository.removeSnapshots([first]);
    await repository.prune();
    const before = join(place, 'before');
    cpSync(copy, before, { recursive: true });
    let cuts = 0;
    for (let at = 1; ; at += 1) {
      rmSync(copy, { recursive: true });
      cpSync(before, copy, { recursive: true });
      const faulty = new FaultyFiles(new FolderFiles(copy), at, 'stops');
      faulty.armed = true;
      const ended = await sync(faulty).then(
        () => 'done',
        () => 'cut',
      );
      if (ended === 'done') break;
      cuts += 1;
      rmSync(join(copy, 'locks'), { recursive: true, force: true });
      expect(snapshotsThere().length).toBeGreaterThan(0);
      // what no snapshot needs any more may lie there: check tells of it without failing
      restic(copy, password, 'check');
      await sync();
      expect(folderDigest(copy)).toBe(folderDigest(primary));
    }
    expect(cuts).toBeGreaterThan(15);
  });
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

describe.runIf(canMount)('a copy on a full disk (mounted, which takes root)', () => {
  beforeEach(() => {
    mkdirSync(copy);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', copy]);
  });
  afterEach(() => execFileSync('umount', [copy]));

  test('first loses what the primary has no more, and so has room for what is new', async () => {
    const [old, stays] = [await save('old', 550_000), await save('stays', 150_000)];
    await sync();
    await repository.removeSnapshots([old]);
    await repository.prune();
    const added = await save('new', 500_000);
    const report = await sync();
    expect(snapshotsThere()).toEqual([stays, added].sort());
    expect(report.removed).toBeGreaterThan(3);
    expect(folderDigest(copy)).toBe(folderDigest(primary));
    check();
  });

  test('stays sound where that is not enough, and keeps what was copied for the next time', async () => {
    const [old, stays] = [await save('old', 300_000), await save('stays', 300_000)];
    await sync();
    await repository.removeSnapshots([old]);
    await repository.prune();
    for (const name of 'abcde') await save(name, 200_000);
    await expect(sync()).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(snapshotsThere()).toEqual([stays]);
    const there = new Set(packsOf(copy));
    const copied = packsOf(primary).filter((id) => there.has(id));
    expect(copied.length).toBeGreaterThan(4);
    await expect(sync()).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(packsOf(copy)).toEqual(expect.arrayContaining(copied));
    // there may be no room left for a lock
    restic(copy, password, 'check', '--read-data', '--no-lock');
  });
});

const packsOf = (folder: string) =>
  readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' }).filter((name) => name.length > 60);
