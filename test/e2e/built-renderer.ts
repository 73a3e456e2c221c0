import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `holdfast serve` needs the renderer: built here where a fresh checkout has none yet. */
export function ensureRenderer(): void {
  if (existsSync(`${root}/dist/renderer/index.html`)) return;
  execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error'], {
    cwd: root,
  });
}
