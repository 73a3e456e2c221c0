import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../main/storage/open-store.ts';
import { addNote, clock, makePlace, migrations, notesOf, type Place } from '../doubles/store-place.ts';
import { type Fault, type Run, sweep } from './strace.ts';

let place: Place;

beforeEach(async () => {
  place = makePlace();
  await (await place.open()).close();
  copyFileSync(place.file, join(place.folder, 'fresh'));
});

afterEach(() => {
  place.remove();
});

const module = fileURLToPath(new URL('./commit-subject.ts', import.meta.url));
const numbers = (text: string, word: string) =>
  [...text.matchAll(new RegExp(`^${word} (\\d+)`, 'gm'))].map((match) => Number(match[1]));

/** Everything acknowledged is there, nothing that was not asked for, and errors have the codes operators know. */
async function judge(run: Run, when: number): Promise<void> {
  const store = await place.open();
  const present = notesOf(store).map((text) => Number(text.split(' ')[1]));
  const check = store.sql<{ integrity_check: string }>('PRAGMA integrity_check').all();
  await store.close();
  const kept = numbers(run.stdout, 'kept');
  const codes = [...run.stdout.matchAll(/^refused \w+ (.*)$/gm)].map((match) => match[1]);
  expect({
    when,
    check,
    lost: kept.filter((n) => !present.includes(n)),
    unasked: present.filter((n) => n !== 1 && n !== 2),
    strange: codes.filter((code) => !['IO', 'STORAGE_FULL', 'READ_ONLY'].includes(code ?? '')),
  }).toEqual({ when, check: [{ integrity_check: 'ok' }], lost: [], unasked: [], strange: [] });
  for (const end of ['-wal', '-shm']) rmSync(`${place.file}${end}`, { force: true });
  copyFileSync(join(place.folder, 'fresh'), place.file);
}

const cases: readonly [string, Fault['effect'], number, readonly string[]][] = [
  ['pwrite64', 'error=EIO', 12, ['', '-wal']],
  ['pwrite64', 'error=ENOSPC', 2, ['']],
  ['pwrite64', 'signal=KILL', 12, ['', '-wal']],
  ['fsync,fdatasync', 'error=EIO', 4, ['', '-wal']],
  ['fsync,fdatasync', 'signal=KILL', 4, ['', '-wal']],
  ['ftruncate', 'error=EIO', 1, ['', '-wal', '-shm']],
];

describe.runIf(process.platform === 'linux')('a fault in each system call of a commit', () => {
  test.each(cases)('%s %s', async (calls, effect, least, ends) => {
    const paths = ends.map((end) => `${place.file}${end}`);
    const hit = await sweep({ module, args: [place.file, '1', '2'], paths }, calls, effect, judge);
    expect(hit).toBeGreaterThanOrEqual(least);
  });
});

test.runIf(process.platform === 'linux')(
  'a process killed while it makes the file leaves one that opens',
  async () => {
    const remove = () => {
      for (const end of ['', '-wal', '-shm']) rmSync(`${place.file}${end}`, { force: true });
    };
    remove();
    const paths = ['', '-wal'].map((end) => `${place.file}${end}`);
    const subject = { module, args: [place.file, '1', '1', 'create'], paths };
    const hit = await sweep(subject, 'fsync,fdatasync', 'signal=KILL', async (run, when) => {
      await judge(run, when);
      remove();
    });
    expect(hit).toBeGreaterThanOrEqual(4);
  },
);

describe.runIf(process.platform === 'linux' && process.getuid?.() === 0)('a full disk', () => {
  let disk: string;

  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
  });

  afterEach(() => {
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });

  test('is said so, loses nothing, and ends when space is freed', async () => {
    const file = join(disk, 'control.db');
    const options = { file, name: 'control', migrations, clock, createIfMissing: true };
    let store = await openStore(options);
    let kept = 0;
    let refused: unknown;
    while (refused === undefined && kept < 100) {
      await store.write(addNote(`${kept} ${'x'.repeat(100_000)}`)).then(
        () => {
          kept += 1;
        },
        (error: unknown) => {
          refused = error;
        },
      );
    }
    expect(refused).toMatchObject({ code: 'STORAGE_FULL', data: { where: 'control' } });
    expect(notesOf(store)).toHaveLength(kept);
    execFileSync('mount', ['-o', 'remount,size=32m', disk]);
    await store.write(addNote('goes on'));
    await store.close();
    store = await openStore(options);
    expect(notesOf(store)).toHaveLength(kept + 1);
    expect(store.sql<object>('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    await store.close();
  });

  test('a disk that became read-only is said so', async () => {
    const file = join(disk, 'control.db');
    const options = { file, name: 'control', migrations, clock, createIfMissing: true };
    await (await openStore(options)).close();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    await expect(openStore(options)).rejects.toMatchObject({ code: 'READ_ONLY', data: { where: 'control' } });
    await expect(openStore({ ...options, file: join(disk, 'new.db') })).rejects.toMatchObject({
      code: 'READ_ONLY',
    });
  });
});
