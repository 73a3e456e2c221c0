import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { linuxMountOf, type Mount, mountOf } from './mounts.ts';

export interface FileSystemKind {
  /** The system's own word for it: `nfs`, `smbfs`, `ext4`. */
  readonly type: string;
  /** Shared with other machines, so that SQLite's locks and shared memory do not hold. */
  readonly network: boolean;
}

/** Which kind of file system holds `folder`. Unknown kinds count as local. */
export async function fileSystemKind(folder: string): Promise<FileSystemKind> {
  if (process.platform === 'linux') return linuxKind(folder);
  if (process.platform === 'darwin') return darwinKind(folder);
  if (process.platform === 'win32') return windowsKind(folder);
  return { type: process.platform, network: false };
}

/** Type numbers of statfs(2), from linux/magic.h and the drivers' own headers. */
const networkMagic: ReadonlyMap<number, string> = new Map([
  [0x6969, 'nfs'],
  [0x517b, 'smb'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x01021997, '9p'],
  [0x564c, 'ncp'],
  [0x5346414f, 'afs'],
  [0x6b414653, 'kafs'],
  [0x73757245, 'coda'],
  [0x00c36400, 'ceph'],
  [0x0bd00bd0, 'lustre'],
  [0x47504653, 'gpfs'],
  [0x01161970, 'gfs2'],
  [0x7461636f, 'ocfs2'],
  [0x786f4256, 'vboxsf'],
  [0xbacbacbc, 'vmhgfs'],
]);
const fuseMagic = 0x65735546;
const localFuse =
  /^(fuseblk|fuse\.(ntfs|ntfs-3g|ext2|exfat|encfs|gocryptfs|securefs|cryfs|mergerfs|bindfs|fuse-overlayfs))$/;

async function linuxKind(folder: string): Promise<FileSystemKind> {
  const magic = (await statfs(folder)).type >>> 0;
  const network = networkMagic.get(magic);
  if (network !== undefined) return { type: network, network: true };
  const type = linuxMountOf(folder)?.type ?? `0x${magic.toString(16)}`;
  return { type, network: magic === fuseMagic && !localFuse.test(type) };
}

const darwinNetwork = /^(nfs|smbfs|afpfs|webdav|ftp|osxfuse|macfuse|fuse.*)$/;

async function darwinKind(folder: string): Promise<FileSystemKind> {
  const mount = mountOf(folder, parseDarwinMounts(await output('/sbin/mount', [])));
  if (mount === undefined) return { type: 'unknown', network: false };
  return { type: mount.type, network: darwinNetwork.test(mount.type) };
}

/** Lines such as `//me@server/share on /Volumes/share (smbfs, nodev)`. */
export function parseDarwinMounts(text: string): Mount[] {
  return [...text.matchAll(/^(.*) on (\/.*) \(([^,)]+)[^)]*\)$/gm)].map((match) => ({
    device: '',
    source: match[1] ?? '',
    mountPoint: match[2] ?? '',
    type: match[3] ?? '',
  }));
}

async function windowsKind(folder: string): Promise<FileSystemKind> {
  if (/^[\\/]{2}(?![?.][\\/])/.test(folder) || /^[\\/]{2}\?[\\/]UNC[\\/]/i.test(folder)) {
    return { type: 'unc', network: true };
  }
  const drive = /^([a-z]:)/i.exec(folder)?.[1];
  if (drive === undefined) return { type: 'unknown', network: false };
  // `net use X:` succeeds for a mapped drive only, in every language of Windows.
  const mapped = await output('net', ['use', drive]);
  return mapped === '' ? { type: 'local', network: false } : { type: 'mapped drive', network: true };
}

/** What a program prints, or nothing when it fails or takes more than two seconds. */
export async function output(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], { timeout: 2000, windowsHide: true });
    return stdout;
  } catch {
    return '';
  }
}
