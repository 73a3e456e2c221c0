import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../../../main/backups/container/folder-files.ts';
import { acquireLock, type LockOptions } from '../../../../main/backups/container/locks.ts';
import { randomSealingKeys } from '../../../../main/backups/container/sealing.ts';

const keys = randomSealingKeys();
const here = { hostname: hostname(), username: 'someone', pid: process.pid };
let now = Date.parse('2026-01-01T00:00:00Z');
let folder: string;
let files: FolderFiles;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-locks-'));
  files = new FolderFiles(folder);
  await files.prepare();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lock = (options: Partial<LockOptions> = {}) =>
  acquireLock(files, keys, { exclusive: false, now: () => now, holder: here, settleMs: 1, ...options });
const lockFiles = () => readdirSync(join(folder, 'locks'));

describe('locks', () => {
  test('shared ones go together and leave nothing behind', async () => {
    const [one, other] = [await lock(), await lock()];
    expect(lockFiles()).toHaveLength(2);
    await one.release();
    await other.release();
    expect(lockFiles()).toEqual([]);
  });

  test.each([
    [true, false],
    [false, true],
    [true, true],
  ])('exclusive %s refuses exclusive %s and names the holder', async (first, second) => {
    const held = await lock({ exclusive: first });
    await expect(lock({ exclusive: second })).rejects.toMatchObject({
      code: 'LOCKED',
      data: {
        holder: {
          host: hostname(),
          username: 'someone',
          pid: process.pid,
          since: '2026-01-01T00:00:00.000Z',
        },
      },
    });
    expect(lockFiles()).toHaveLength(1);
    await held.release();
    await (await lock({ exclusive: second })).release();
  });

  test('a file without content counts for nothing, and goes by nobody', async () => {
    const name = 'a'.repeat(64);
    writeFileSync(join(folder, 'locks', name), '');
    const held = await lock({ exclusive: true });
    await held.release();
    expect(lockFiles()).toEqual([name]);
  });

  test('one that cannot be read refuses until it is 30 minutes old, and is removed then', async () => {
    const file = join(folder, 'locks', 'a'.repeat(64));
    writeFileSync(file, 'no lock of this repository');
    utimesSync(file, now / 1000, now / 1000 - 29 * 60);
    for (const exclusive of [true, false]) {
      await expect(lock({ exclusive })).rejects.toMatchObject({
        code: 'LOCKED',
        data: { holder: { since: '2025-12-31T23:31:00.000Z' } },
      });
    }
    utimesSync(file, now / 1000, now / 1000 - 31 * 60);
    await (await lock({ exclusive: true })).release();
    expect(lockFiles()).toEqual([]);
  });

  test('of two exclusive ones taken at the same moment at most one holds', async () => {
    const outcomes = await Promise.allSettled([
      lock({ exclusive: true, settleMs: 50 }),
      lock({ exclusive: true, settleMs: 50 }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(2);
  });

  test('of a process of this host that is gone are removed', async () => {
    const gone = spawnSync('true').pid;
    await lock({ exclusive: true, holder: { ...here, pid: gone } });
    await (await lock()).release();
    expect(lockFiles()).toEqual([]);
  });

  test('of another host hold for 30 minutes', async () => {
    await lock({ exclusive: true, holder: { ...here, hostname: 'elsewhere', pid: 1 } });
    now += 29 * 60_000;
    await expect(lock()).rejects.toMatchObject({ code: 'LOCKED' });
    now += 2 * 60_000;
    await (await lock()).release();
  });

  test('are refreshed: the file changes, and stays one', async () => {
    const held = await lock({ refreshMs: 20 });
    const [before] = lockFiles();
    await sleep(150);
    const after = lockFiles();
    expect(after).not.toContain(before);
    await held.release();
    expect(lockFiles()).toEqual([]);
    expect(held.lost.aborted).toBe(false);
  });

  test('that someone removed are reported lost', async () => {
    const held = await lock({ refreshMs: 20 });
    rmSync(join(folder, 'locks', lockFiles()[0] ?? ''));
    await sleep(150);
    expect(held.lost.aborted).toBe(true);
    expect(held.lost.reason).toMatchObject({ code: 'INTERRUPTED' });
    await held.release();
  });
});
