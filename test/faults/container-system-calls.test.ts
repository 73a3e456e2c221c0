import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { deriveKey } from '../../main/backups/container/key-file.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { restic } from '../interop/restic-program.ts';

const password = 'failing calls';
const subject = join(import.meta.dirname, 'container-once-subject.ts');
let folder: string;
let repository: Repository;

/** Runs the subject with the n-th call of a kind failing; returns its last line. */
function runWith(call: string, error: string, nth: number): string {
  const inject = [
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:error=${error}:when=${nth}`,
  ];
  const ended = spawnSync('strace', [...inject, process.execPath, subject, folder, password], {
    encoding: 'utf8',
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  });
  return ended.stdout.trim().split('\n').at(-1) ?? '';
}

function mayTrace(): boolean {
  const traced = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
  if (!traced) console.warn('failing system calls are not tried: strace is missing or not allowed');
  return traced;
}

describe.skipIf(!mayTrace())('a system call that fails', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-calls-'));
    const derived = await deriveKey(password, { N: 1024, r: 8, p: 1 });
    repository = await Repository.create(new FolderFiles(folder), { keys: [{ derived }] });
  });
  afterAll(async () => {
    expect(restic(folder, password, 'check', '--read-data')).toContain('no errors were found');
    await repository.close();
    rmSync(folder, { recursive: true, force: true });
  });

  // the calls of one snapshot: the lock, two or three packs with new folders, an index file, the snapshot
  test.each([
    ['fsync', 'EIO', 1],
    ['fsync', 'EIO', 4],
    ['fsync', 'EIO', 13],
    ['fsync', 'EIO', 14],
    ['fsync', 'EIO', 15],
    ['rename', 'EIO', 3],
    ['rename', 'EIO', 5],
    ['rename', 'ENOSPC', 6],
  ])(
    '%s with %s at call %i leaves no snapshot that was not reported, no lock, no unused pack',
    async (call, error, nth) => {
      const before = (await repository.listSnapshots()).map(({ id }) => id);
      const outcome = runWith(call, error, nth);
      const after = (await repository.listSnapshots()).map(({ id }) => id);
      const added = /^[0-9a-f]{64}$/.test(outcome) ? [outcome] : [];
      if (added.length === 0) expect(['IO', 'STORAGE_FULL']).toContain(outcome);
      expect([...after].sort()).toEqual([...before, ...added].sort());
      expect(readdirSync(join(folder, 'locks'))).toEqual([]);
      expect(await repository.check('content')).toMatchObject({ problems: [], unusedPacks: [] });
    },
  );
});
