import { readFileSync, realpathSync } from 'node:fs';

export interface Mount {
  /** `8:1`, as in /sys/dev/block; the major number is 0 where the file system has no device of its own. */
  readonly device: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly source: string;
}

/** Linux's table of mounts (proc_pid_mountinfo(5)). */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.split(' ');
    const separator = fields.indexOf('-');
    const [device, , mountPoint] = fields.slice(2);
    const [type, source] = fields.slice(separator + 1);
    if (separator < 0 || !device || !mountPoint || !type || source === undefined) return [];
    return [{ device, mountPoint: unescaped(mountPoint), type, source: unescaped(source) }];
  });
}

/** The mount that holds `path`; of several at one place the last covers the others. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const inside = path === mount.mountPoint || path.startsWith(`${mount.mountPoint.replace(/\/$/, '')}/`);
    if (inside && mount.mountPoint.length >= (best?.mountPoint.length ?? 0)) best = mount;
  }
  return best;
}

export function linuxMountOf(folder: string): Mount | undefined {
  return mountOf(realpathSync(folder), parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8')));
}

/** Spaces and the like are written as backslash and three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
