import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const link = /^ {4}(http:\/\/127\.0\.0\.1:\d+)\/enter#([\w-]{43})$/m;

let folder: string;
let child: ChildProcess | undefined;
beforeAll(async () => {
  if (!existsSync(join(checkout, 'dist/renderer/index.html'))) {
    await build({ configFile: join(checkout, 'vite.config.ts'), logLevel: 'warn' });
  }
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('without a display the console is served, with the reason and a link that lets in; Ctrl-C ends it', async () => {
  const { DISPLAY: _x, WAYLAND_DISPLAY: _wayland, ...environment } = process.env;
  child = spawn(process.execPath, [join(checkout, 'main/hosts/start.ts')], {
    env: { ...environment, HOLDFAST_DATA: join(folder, 'data'), XDG_RUNTIME_DIR: folder },
  });
  let told = '';
  const [, origin = '', secret] = await new Promise<RegExpExecArray>((resolve, reject) => {
    child?.once('exit', () => reject(new Error(`it ended: ${told}`)));
    child?.stdout?.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      const found = link.exec(told);
      if (found !== null) resolve(found);
    });
  });
  expect(told).toMatch(/^Holdfast opens in the browser: there is no display here\.\n/);
  expect(told).not.toContain('No browser could be opened');

  const page = await fetch(origin, { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain('<title>Holdfast</title>');
  const entered = await fetch(`${origin}/enter`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ link: secret }),
  });
  expect(entered.status).toBe(204);

  const end = once(child, 'exit');
  child.kill('SIGINT');
  expect(await end).toEqual([0, null]);
});
