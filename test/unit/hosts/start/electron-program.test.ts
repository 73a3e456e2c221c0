import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { circumstances } from '../../../../main/hosts/start/circumstances.ts';
import { electronProgram, fetchElectron, mayFetch } from '../../../../main/hosts/start/electron-program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-electron-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the program is there once the package has fetched it whole', () => {
  expect(electronProgram(folder)).toBeUndefined();
  writeFileSync(join(folder, 'path.txt'), 'electron');
  expect(electronProgram(folder)).toBeUndefined();
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/electron'), '');
  expect(electronProgram(folder)).toBe(join(folder, 'dist/electron'));
});

test("the package's installer is let run, and what it leaves decides", async () => {
  writeFileSync(join(folder, 'install.js'), 'process.exitCode = 1;');
  expect(await fetchElectron(folder, process.env)).toBeUndefined();
  const installer = `
    const { mkdirSync, writeFileSync } = require('node:fs');
    mkdirSync(__dirname + '/dist');
    writeFileSync(__dirname + '/dist/electron', '');
    writeFileSync(__dirname + '/path.txt', 'electron');`;
  writeFileSync(join(folder, 'install.js'), installer);
  expect(await fetchElectron(folder, process.env)).toBe(join(folder, 'dist/electron'));
});

test('nothing is fetched where somebody said so', () => {
  expect(mayFetch({})).toBe(true);
  expect(mayFetch({ HOLDFAST_OFFLINE: '1' })).toBe(false);
  expect(mayFetch({ ELECTRON_SKIP_BINARY_DOWNLOAD: '1' })).toBe(false);
});

test('the console is asked for by any word, or in the environment', () => {
  expect(circumstances([], {}, undefined).consoleAsked).toBe(false);
  expect(circumstances(['--console'], {}, undefined).consoleAsked).toBe(true);
  expect(circumstances(['--port', '4127'], {}, undefined).consoleAsked).toBe(true);
  expect(circumstances([], { HOLDFAST_HOST: 'console' }, undefined).consoleAsked).toBe(true);
});

test.runIf(process.platform === 'linux')('a display is what X11 or Wayland names', () => {
  expect(circumstances([], {}, undefined).display).toBe(false);
  expect(circumstances([], { DISPLAY: ':0' }, undefined).display).toBe(true);
  expect(circumstances([], { WAYLAND_DISPLAY: 'wayland-0' }, undefined).display).toBe(true);
});
