import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceDurably } from '../../../main/storage/durable-file.ts';

let folder: string;
let file: string;
let temporary: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-'));
  file = join(folder, 'file');
  temporary = join(folder, 'file.partial');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('replaces the file, and what an interrupted call left beside it, for its owner only', async () => {
  writeFileSync(file, 'the old bytes, which were longer', { mode: 0o644 });
  writeFileSync(temporary, 'half of something that others could read', { mode: 0o644 });
  await replaceDurably(file, Buffer.from('new'), temporary);
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['file']);
});

test("throws the system's own error and leaves nothing beside", async () => {
  mkdirSync(join(file, 'in the way'), { recursive: true });
  await expect(replaceDurably(file, Buffer.from('new'), temporary)).rejects.toMatchObject({
    syscall: 'rename',
  });
  expect(readdirSync(folder)).toEqual(['file']);
});
