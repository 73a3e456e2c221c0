import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { deriveKey } from '../../main/backups/container/key-file.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { Connection } from '../../main/storage/connection.ts';
import { restic } from '../interop/restic-program.ts';
import { sweep } from './strace.ts';

const password = 'failing calls';
let scratch: string;
let folder: string;
let where: string;
const module = join(import.meta.dirname, 'folder-subject.ts');

beforeAll(async () => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-folder-faults-')));
  folder = join(scratch, 'folder');
  where = join(scratch, 'repository');
  mkdirSync(join(folder, 'sub'), { recursive: true });
  writeFileSync(join(folder, 'one'), 'one');
  writeFileSync(join(folder, 'sub/two'), 'two');
  symlinkSync('one', join(folder, 'link'));
  writeFileSync(join(folder, 'data.db'), '');
  const database = new Connection(join(folder, 'data.db'), { name: 'foreign', bare: true });
  database.exec("CREATE TABLE t (a); INSERT INTO t VALUES ('kept')");
  database.close();
  const derived = await deriveKey(password, { N: 1024, r: 8, p: 1 });
  await (await Repository.create(new FolderFiles(where), { keys: [{ derived }] })).close();
});
afterAll(() => {
  expect(restic(where, password, 'check', '--read-data')).toContain('no errors were found');
  rmSync(scratch, { recursive: true, force: true });
});

const args = (what: string, place: string, snapshotId = '') => [
  what,
  where,
  password,
  place,
  join(scratch, 'work'),
  snapshotId,
];

test('a file, link or folder that cannot be read is named, and all else is in the snapshot', async () => {
  const paths = ['', 'one', 'link', 'data.db', 'sub', 'sub/two'].map((name) => join(folder, name));
  for (const calls of ['openat', 'pread64', 'readlink', 'getdents64']) {
    const hit = await sweep(
      { module, args: args('save', folder), paths },
      calls,
      'error=EIO',
      ({ stdout, hit: times }) => {
        const told = JSON.parse(stdout);
        // the folder itself cannot be read: there is nothing to save
        if (told.code !== undefined) return expect(told.code).toBe('NOT_FOUND');
        // strace does not tell of every call that it hit
        if (times > 0) expect(told.warnings, `${calls}: ${stdout}`).toBeGreaterThan(0);
        expect(told.files + told.warnings).toBeGreaterThanOrEqual(3);
      },
    );
    expect(hit).toBeGreaterThan(0);
  }
  const { stdout } = spawnSync(process.execPath, [module, ...args('save', folder)], { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toMatchObject({ warnings: 0, files: 3 });
}, 300_000);

test('a restore that cannot write says so, and leaves no half a file under its name', async () => {
  const made = JSON.parse(
    spawnSync(process.execPath, [module, ...args('save', folder)], { encoding: 'utf8' }).stdout,
  );
  const to = join(scratch, 'to');
  // reading a repository makes none of these calls
  const calls = 'pwrite64,ftruncate,fsync,rename';
  for (const effect of ['error=ENOSPC', 'signal=KILL'] as const) {
    const hit = await sweep(
      { module, args: args('restore', to, made.id), paths: [] },
      calls,
      effect,
      ({ stdout, hit: times }) => {
        const told = stdout === '' ? {} : JSON.parse(stdout);
        if (times === 0 && effect !== 'signal=KILL') expect(told).toMatchObject({ files: 4, warnings: 0 });
        if (times > 0 && effect === 'error=ENOSPC') expect(told).toEqual({ code: 'STORAGE_FULL' });
        for (const name of ['one', 'sub/two']) {
          if (existsSync(join(to, name)))
            expect(readFileSync(join(to, name))).toEqual(readFileSync(join(folder, name)));
        }
        if (effect === 'error=ENOSPC' && existsSync(to))
          expect(readdirSync(to).filter((name) => name.endsWith('.partial'))).toEqual([]);
        rmSync(to, { recursive: true, force: true });
      },
    );
    expect(hit).toBeGreaterThan(0);
  }
}, 300_000);
