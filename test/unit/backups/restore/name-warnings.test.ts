import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderTraits } from '../../../../main/backups/restore/folder-traits.ts';
import { folderWarnings } from '../../../../main/backups/restore/folder-warnings.ts';
import { isWindowsName, nameWarnings } from '../../../../main/backups/restore/name-warnings.ts';
import { temporaryFolder } from '../../../doubles/temporary-folder.ts';

const plain = { caseInsensitive: false, windowsNames: false };

test.each(['CON', 'nul.txt', 'a/COM1/b', 'end.', 'end ', 'a:b', 'what?', 'a\\b', 'tab\there', 'lpt9'])(
  'Windows does not hold %j',
  (name) => {
    expect(isWindowsName(name)).toBe(false);
  },
);

test.each(['console', 'a/b.c', '.hidden', 'com10', 'ümlaut', 'a b'])('Windows holds %j', (name) => {
  expect(isWindowsName(name)).toBe(true);
});

test('names are told with how many there are and some of them', () => {
  const names = Array.from({ length: 7 }, (_, at) => `aux.${at}`);
  expect(nameWarnings([...names, 'fine'], '/restored', { ...plain, windowsNames: true })).toEqual([
    { kind: 'names-refused', subject: null, count: 7, examples: names.slice(0, 5) },
  ]);
  expect(nameWarnings(names, '/restored', plain)).toEqual([]);
});

test('names that differ by their case only collide where the disk does not tell them apart', () => {
  const names = ['a/One', 'a/one', 'A/two', 'b/x', 'e\u0301', '\u00c9'];
  expect(nameWarnings(names, '/restored', plain)).toEqual([]);
  expect(nameWarnings(names, '/restored', { ...plain, caseInsensitive: true })).toEqual([
    { kind: 'names-collide', subject: null, count: 3, examples: ['a/one', 'A/two', '\u00c9'] },
  ]);
});

test.runIf(process.platform === 'linux')('a path that is too long here is told', () => {
  const part = 'x'.repeat(250);
  const long = Array.from({ length: 16 }, () => part).join('/');
  expect(nameWarnings([long, 'y'.repeat(256), 'fine'], '/restored/somewhere/deep', plain)).toMatchObject([
    { kind: 'paths-too-long', count: 1 },
  ]);
  expect(nameWarnings([long], `/${'z'.repeat(90)}`, plain)).toMatchObject([{ count: 1 }]);
});

test('a folder is looked at by trying', async () => {
  const base = temporaryFolder();
  const synced = join(base, 'OneDrive - Acme', 'in');
  mkdirSync(synced, { recursive: true });
  chmodSync(synced, 0o700);
  expect(await folderTraits(synced)).toMatchObject({ synced: 'OneDrive', network: null, open: false });
  chmodSync(synced, 0o755);
  const asked: string[] = [];
  const warnings = await folderWarnings(join(synced, 'restored'), () => {
    asked.push('names');
    return Promise.resolve([]);
  });
  expect(warnings.map(({ kind, subject }) => [kind, subject])).toEqual([
    ['synced-folder', 'OneDrive'],
    ['open-folder', null],
  ]);
  if (process.platform === 'linux') expect(asked).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'names are asked for where the folder’s own path is long',
  async () => {
    const deep = join(temporaryFolder(), 'd'.repeat(200));
    const warnings = await folderWarnings(deep, () => Promise.resolve(['y'.repeat(256)]));
    expect(warnings.filter(({ kind }) => kind === 'paths-too-long')).toMatchObject([{ count: 1 }]);
  },
);
