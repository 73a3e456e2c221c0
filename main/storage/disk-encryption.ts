import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { output } from './file-system-kind.ts';
import { linuxMountOf } from './mounts.ts';

export interface DiskEncryption {
  readonly state: 'on' | 'off' | 'unknown';
  /** `LUKS2`, `FileVault`, `BitLocker`, ...; null when not on. */
  readonly method: string | null;
}

const unknown: DiskEncryption = { state: 'unknown', method: null };
const off: DiskEncryption = { state: 'off', method: null };

/** Whether the system encrypts the disk under `folder`, as far as it says. Never throws; at most two seconds. */
export async function diskEncryption(folder: string): Promise<DiskEncryption> {
  try {
    if (process.platform === 'linux') return linuxEncryption(folder);
    if (process.platform === 'darwin') return fromFdesetup(await output('/usr/bin/fdesetup', ['status']));
    if (process.platform === 'win32') {
      const drive = /^[a-z]:/i.exec(folder)?.[0] ?? 'C:';
      return fromManageBde(await output('manage-bde', ['-status', drive]));
    }
  } catch {
    // What cannot be read is not known: the caller shows that.
  }
  return unknown;
}

export function fromFdesetup(text: string): DiskEncryption {
  if (/FileVault is On/.test(text)) return { state: 'on', method: 'FileVault' };
  return /FileVault is Off/.test(text) ? off : unknown;
}

/** Figures and method names are the same in every language of Windows; a suspended protector is not seen. */
export function fromManageBde(text: string): DiskEncryption {
  if (/\b(XTS-AES|AES) (128|256)\b/.test(text) && /\b100[.,]0\s?%/.test(text)) {
    return { state: 'on', method: 'BitLocker' };
  }
  return /\b0[.,]0\s?%/.test(text) ? off : unknown;
}

function linuxEncryption(folder: string): DiskEncryption {
  const mount = linuxMountOf(folder);
  if (mount === undefined) return unknown;
  if (/^(ecryptfs|fuse\.(gocryptfs|encfs|cryfs|securefs))$/.test(mount.type)) {
    return { state: 'on', method: mount.type.replace('fuse.', '') };
  }
  const device = mount.device.startsWith('0:') ? deviceOf(mount.source) : mount.device;
  return device === undefined ? unknown : blockEncryption('/sys', device);
}

/** Of a file system such as btrfs, whose mounts have no device number of their own. */
function deviceOf(source: string): string | undefined {
  if (!source.startsWith('/dev/')) return undefined;
  const { rdev } = statSync(realpathSync(source));
  // The layout of glibc's makedev(3), for the numbers in use: 8 bits of minor, 12 of major, then the rest.
  const major = Math.floor(rdev / 256) & 0xfff;
  const minor = (rdev & 0xff) | (Math.floor(rdev / 2 ** 12) & 0xfff00);
  return `${major}:${minor}`;
}

/** A device is encrypted when it is a dm-crypt mapping, or when every device below it is. */
export function blockEncryption(sys: string, device: string): DiskEncryption {
  const node = realpathSync(join(sys, 'dev/block', device));
  const type = /^CRYPT-([A-Z0-9]+)/.exec(text(join(node, 'dm/uuid')))?.[1];
  if (type !== undefined) return { state: 'on', method: type === 'PLAIN' ? 'dm-crypt' : type };
  const below = names(join(node, 'slaves')).map((name) =>
    blockEncryption(sys, text(join(sys, 'class/block', name, 'dev'))),
  );
  const [first] = below;
  if (first === undefined) return off;
  return below.every((each) => each.state === 'on') ? first : off;
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
