import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder, readHolder } from '../../../main/storage/folder-lock.ts';

let folder: string;
let other: ChildProcess | undefined;
const holder = { pid: process.pid, host: 'test', since: 5 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});

afterEach(() => {
  other?.kill('SIGKILL');
  other = undefined;
  rmSync(folder, { recursive: true });
});

async function heldByOther(): Promise<ChildProcess> {
  const subject = fileURLToPath(new URL('../../faults/lock-subject.ts', import.meta.url));
  const process_ = spawn(process.execPath, [subject, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  other = process_;
  await once(process_.stdout, 'data');
  return process_;
}

test('the second process is refused and told who holds the folder', async () => {
  const { pid } = await heldByOther();
  await expect(lockFolder({ folder, holder })).rejects.toMatchObject({
    code: 'LOCKED',
    data: { holder: { pid, host: 'here', since: 1_790_000_000_000 } },
  });
  expect(readHolder(folder)?.socket).toBe('/run/holdfast.sock');
});

test('a killed holder leaves its words behind, but not the lock', async () => {
  const held = await heldByOther();
  held.kill('SIGKILL');
  await once(held, 'exit');
  expect(readHolder(folder)?.pid).toBe(held.pid);
  const lock = await lockFolder({ folder, holder });
  expect(readHolder(folder)).toEqual(holder);
  lock.release();
  lock.release();
  expect(readHolder(folder)).toBeUndefined();
});

test('waiting ends when the holder does', async () => {
  const held = await heldByOther();
  const waiting = lockFolder({ folder, holder, waitMs: 10_000 });
  held.stdin?.end();
  (await waiting).release();
});

test('one process cannot hold it twice, and trying does not lose it', async () => {
  const lock = await lockFolder({ folder, holder });
  await expect(lockFolder({ folder, holder, waitMs: 120 })).rejects.toMatchObject({ code: 'LOCKED' });
  const subject = fileURLToPath(new URL('../../faults/lock-subject.ts', import.meta.url));
  const second = spawn(process.execPath, [subject, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  const [code] = await once(second, 'exit');
  expect(code).toBe(1);
  lock.release();
});

test('a damaged holder file is no hindrance', async () => {
  writeFileSync(join(folder, 'holder'), '{"pid":"x"');
  expect(readHolder(folder)).toBeUndefined();
  const lock = await lockFolder({ folder, holder });
  expect(existsSync(join(folder, 'lock.db'))).toBe(true);
  lock.release();
});
