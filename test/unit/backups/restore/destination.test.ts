import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inspectFolder } from '../../../../main/backups/restore/destination.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-destination-'));
  mkdirSync(join(base, 'data'));
});
afterEach(() => rmSync(base, { recursive: true }));

const inspect = async (path: string, bytes = 10) =>
  (await inspectFolder(path, bytes, join(base, 'data'))).obstacles;

test('a folder that is not there yet, or is empty, will do, and looking leaves nothing', async () => {
  mkdirSync(join(base, 'empty'));
  expect(await inspect(join(base, 'new', 'deep'))).toEqual([]);
  expect(await inspect(join(base, 'empty'))).toEqual([]);
  expect(readdirSync(base).sort()).toEqual(['data', 'empty']);
  expect(readdirSync(join(base, 'empty'))).toEqual([]);
});

test('where rights allow it and the system does not, it cannot be written', async () => {
  expect(await inspect('/proc/restored', 0)).toContain('The folder cannot be written.');
});

test('what is in the way is said', async () => {
  writeFileSync(join(base, 'file'), '');
  expect(await inspect(base)).toEqual(['The folder is not empty.']);
  expect(await inspect(join(base, 'file'))).toContain('There is a file of that name.');
  expect(await inspect(join(base, 'file', 'in'))).toContain('A part of the path is a file.');
  expect(await inspect(join(base, 'data', 'in'))).toEqual([
    'The folder lies inside the data folder; choose another.',
  ]);
  expect(await inspect(join(base, 'new'), Number.MAX_SAFE_INTEGER)).toEqual([
    expect.stringContaining('bytes and'),
  ]);
});
