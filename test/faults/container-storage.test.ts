import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { deriveKey } from '../../main/backups/container/key-file.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { fileNode } from '../../main/backups/container/tree.ts';
import { restic } from '../interop/restic-program.ts';

const password = 'under fire';
const time = '2026-01-01T00:00:00Z';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-faults-'));
});
afterEach(() => {
  spawnSync('umount', [join(folder, 'mount')]);
  rmSync(folder, { recursive: true, force: true });
});

function mount(...options: readonly string[]): boolean {
  mkdirSync(join(folder, 'mount'), { recursive: true });
  return spawnSync('mount', [...options, join(folder, 'mount')]).status === 0;
}

function mayMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'holdfast-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', probe]).status === 0;
  if (mounted) spawnSync('umount', [probe]);
  else console.warn('full and read-only disks are not tried: mounting tmpfs needs root');
  rmSync(probe, { recursive: true, force: true });
  return mounted;
}

async function create(path: string): Promise<Repository> {
  const derived = await deriveKey(password, { N: 1024, r: 8, p: 1 });
  return await Repository.create(new FolderFiles(path), { keys: [{ derived }] }, { packBytes: 500_000 });
}

async function save(repository: Repository, bytes: Uint8Array): Promise<string> {
  const writer = await repository.begin();
  try {
    const saved = await writer.saveFile([bytes], 50_000);
    const tree = await writer.saveTree([fileNode({ name: 'file', mtimeMs: 0, ...saved })]);
    return (await writer.commit({ time, tree, paths: ['/'] })).id;
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

describe.skipIf(!mayMount())('a repository on a small disk', () => {
  test('says that it is full, gives the space back, and goes on with what fits', async () => {
    expect(mount('-t', 'tmpfs', '-o', 'size=8m', 'tmpfs')).toBe(true);
    const path = join(folder, 'mount', 'repository');
    const repository = await create(path);
    const first = await save(repository, randomBytes(3_000_000));
    await expect(save(repository, randomBytes(9_000_000))).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(await repository.check('content')).toMatchObject({ problems: [], unusedPacks: [], snapshots: 1 });
    const second = await save(repository, randomBytes(3_000_000));
    expect((await repository.listSnapshots()).map(({ id }) => id).sort()).toEqual([first, second].sort());
    await repository.close();
    expect(spawnSync('find', [path, '-name', '*-tmp-*'], { encoding: 'utf8' }).stdout).toBe('');
    spawnSync('mount', ['-o', 'remount,size=32m', join(folder, 'mount')]);
    expect(restic(path, password, 'check', '--read-data')).toContain('no errors were found');
  });

  test('that became read-only is said to be, and can still be read', async () => {
    expect(mount('-t', 'tmpfs', '-o', 'size=8m', 'tmpfs')).toBe(true);
    const repository = await create(join(folder, 'mount', 'repository'));
    await save(repository, randomBytes(100_000));
    spawnSync('mount', ['-o', 'remount,ro', join(folder, 'mount')]);
    await expect(save(repository, randomBytes(1000))).rejects.toMatchObject({ code: 'READ_ONLY' });
    expect(await repository.check('content')).toMatchObject({ problems: [], snapshots: 1 });
    await repository.close();
  });
});

describe('a writer that is killed', () => {
  test('at any moment loses no committed snapshot and leaves a sound repository', async () => {
    const path = join(folder, 'repository');
    await (await create(path)).close();
    const committed: string[] = [];
    const moments = [
      [1, 5],
      [1, 230],
      [2, 15],
      [2, 215],
      [3, 240],
    ] as const;
    for (const [lines, delayMs] of moments) committed.push(...(await runAndKill(path, lines, delayMs)));
    const repository = await Repository.open(new FolderFiles(path), { password });
    const last = await save(repository, randomBytes(10_000));
    const report = await repository.check('content');
    expect(report.problems).toEqual([]);
    const listed = (await repository.listSnapshots()).map(({ id }) => id);
    expect(listed).toEqual(expect.arrayContaining([...committed, last]));
    await repository.close();
    expect(committed.length).toBeGreaterThan(0);
    expect(restic(path, password, 'check', '--read-data')).toContain('no errors were found');
  });
});

/** Kills the writer so long after its n-th line; returns the snapshots it said it had committed. */
async function runAndKill(path: string, lines: number, delayMs: number): Promise<string[]> {
  const subject = join(import.meta.dirname, 'container-writer-subject.ts');
  const child = spawn(process.execPath, [subject, path, password], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    printed += text;
    if (printed.split('\n').length === lines + 1) setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
  await new Promise((resolve) => child.once('close', resolve));
  return printed.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
}
