import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Circumstances } from './choose-host.ts';

/** Where a Linux kernel says whether ordinary programs may make namespaces of their own, and the value with which they may not. */
const limits = [
  ['/proc/sys/kernel/unprivileged_userns_clone', '0'],
  ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'],
  ['/proc/sys/user/max_user_namespaces', '0'],
] as const;
/** setuid, and executable by all (stat(2)). */
const setuid = 0o4755;

/** `program`: Electron's, beside which its own helper for the sandbox may lie. */
export function circumstances(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  program: string | undefined,
): Circumstances {
  return {
    consoleAsked: words.length > 0 || environment.HOLDFAST_HOST === 'console',
    display:
      process.platform !== 'linux' || Boolean(environment.DISPLAY) || Boolean(environment.WAYLAND_DISPLAY),
    sandbox: process.platform === 'linux' ? sandboxOfLinux(program) : 'works',
  };
}

function sandboxOfLinux(program: string | undefined): Circumstances['sandbox'] {
  if (process.getuid?.() === 0) return 'root';
  const helper = program && statSync(join(dirname(program), 'chrome-sandbox'), { throwIfNoEntry: false });
  if (helper && helper.uid === 0 && (helper.mode & 0o7777) === setuid) return 'works';
  const forbidden = limits.some(
    ([file, value]) => existsSync(file) && readFileSync(file, 'utf8').trim() === value,
  );
  return forbidden ? 'forbidden' : 'works';
}
