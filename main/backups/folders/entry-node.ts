import type { BigIntStats } from 'node:fs';
import type { TreeNode } from '../container/tree.ts';

// Go's FileMode: the type and the special bits lie high (pkg.go.dev/io/fs#FileMode)
const goDirectory = 2 ** 31;
const goSymbolicLink = 2 ** 27;
const goSetUser = 2 ** 23;
const goSetGroup = 2 ** 22;
const goSticky = 2 ** 20;

/** A node for what lies on the disk, without content. Like restic it keeps no access time. */
export function entryNode(name: string, stat: BigIntStats): Omit<TreeNode, 'content'> {
  const type = stat.isDirectory() ? 'dir' : stat.isSymbolicLink() ? 'symlink' : 'file';
  const mode = Number(stat.mode);
  const special =
    (mode & 0o4000 ? goSetUser : 0) + (mode & 0o2000 ? goSetGroup : 0) + (mode & 0o1000 ? goSticky : 0);
  const kind = type === 'dir' ? goDirectory : type === 'symlink' ? goSymbolicLink : 0;
  const mtime = goTimeOf(stat.mtimeNs);
  return {
    name,
    type,
    mode: kind + special + (mode & 0o777),
    mtime,
    atime: mtime,
    ctime: goTimeOf(stat.ctimeNs),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    inode: stat.ino,
    deviceId: stat.dev,
    ...(type === 'dir' ? {} : { links: stat.nlink }),
  };
}

/** The permission bits and set-user, set-group and sticky bits of a node, as chmod takes them. */
export function permissionsOf({ mode }: Pick<TreeNode, 'mode'>): number {
  const has = (bit: number) => Math.floor(mode / bit) % 2 === 1;
  return (
    (mode & 0o777) |
    (has(goSetUser) ? 0o4000 : 0) |
    (has(goSetGroup) ? 0o2000 : 0) |
    (has(goSticky) ? 0o1000 : 0)
  );
}

/** Whether a file is as it was saved: size, times and inode, which is what restic goes by. */
export function isUnchanged(before: TreeNode, now: BigIntStats): boolean {
  return (
    before.type === 'file' &&
    before.inode !== undefined &&
    BigInt(before.inode) === now.ino &&
    BigInt(before.size ?? 0) === now.size &&
    before.mtime === goTimeOf(now.mtimeNs) &&
    before.ctime === goTimeOf(now.ctimeNs)
  );
}

/** Nanoseconds since the epoch as Go's RFC3339Nano in UTC. */
function goTimeOf(epochNs: bigint): string {
  const nanos = ((epochNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = new Date(Number((epochNs - nanos) / 1_000_000n)).toISOString().slice(0, 19);
  const fraction = String(nanos).padStart(9, '0').replace(/0+$/, '');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
}
