import { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';
import { damaged, parseStoredJson } from './damage.ts';
import {
  goObject,
  goString,
  goStrings,
  goTime,
  goTimePattern,
  nameBytes,
  quoteName,
  unquoteName,
} from './go-text.ts';
import { contentNamePattern } from './repository-files.ts';

/** One entry of a directory, in the terms of restic's Node. Times are RFC 3339 with up to nanoseconds. */
export interface TreeNode {
  /** One path element; bytes that are not UTF-8 as in `nameFromBytes`. */
  readonly name: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'dev' | 'chardev' | 'fifo' | 'socket' | 'irregular' | '';
  /** Go's FileMode: permission bits, and the type in the high bits. */
  readonly mode: number;
  readonly mtime: string;
  readonly atime: string;
  readonly ctime: string;
  readonly uid: number;
  readonly gid: number;
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  readonly inode?: number | bigint | undefined;
  readonly deviceId?: number | bigint | undefined;
  /** Bytes. */
  readonly size?: number | undefined;
  readonly links?: number | bigint | undefined;
  readonly linkTarget?: string | undefined;
  /** Base64, only when the target is not UTF-8. */
  readonly linkTargetRaw?: string | undefined;
  /** Values in base64. */
  readonly extendedAttributes?: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly device?: number | bigint | undefined;
  /** Ids of a file's data blobs in order; null for anything but a file. */
  readonly content: readonly string[] | null;
  /** Id of a directory's tree. */
  readonly subtree?: string | undefined;
  readonly error?: string | undefined;
}

const goDirectoryBit = 2 ** 31;

/** A file's node; `mode` are the nine permission bits. */
export function fileNode(file: {
  name: string;
  content: readonly string[];
  size: number;
  mtimeMs: number;
  mode?: number;
}): TreeNode {
  const time = goTime(file.mtimeMs);
  return {
    name: file.name,
    type: 'file',
    mode: file.mode ?? 0o600,
    mtime: time,
    atime: time,
    ctime: time,
    uid: 0,
    gid: 0,
    size: file.size,
    links: 1,
    content: file.content,
  };
}

/** A directory's node; `mode` are the nine permission bits. */
export function directoryNode(directory: {
  name: string;
  subtree: string;
  mtimeMs: number;
  mode?: number;
}): TreeNode {
  const time = goTime(directory.mtimeMs);
  return {
    name: directory.name,
    type: 'dir',
    mode: goDirectoryBit + (directory.mode ?? 0o700),
    mtime: time,
    atime: time,
    ctime: time,
    uid: 0,
    gid: 0,
    content: null,
    subtree: directory.subtree,
  };
}

/**
 * A tree blob, byte for byte as restic writes it: nodes sorted by the bytes of their names, Go's JSON, a
 * newline at the end. Throws VALIDATION on a name that is no path element or occurs twice.
 */
export function encodeTree(nodes: readonly TreeNode[]): Buffer {
  const sorted = nodes
    .map((node) => ({ node, key: nameBytes(node.name) }))
    .sort((left, right) => Buffer.compare(left.key, right.key));
  for (const [position, { node, key }] of sorted.entries()) {
    const before = sorted[position - 1];
    if (!isPathElement(node.name) || before?.key.equals(key)) {
      throw new HoldfastError('VALIDATION', 'A directory entry has an unusable or repeated name.', {
        issues: [{ path: 'name', position }],
      });
    }
  }
  return Buffer.from(`{"nodes":[${sorted.map(({ node }) => encodeNode(node)).join(',')}]}\n`);
}

function encodeNode(node: TreeNode): string {
  const attributes = node.extendedAttributes?.map(({ name, value }) =>
    goObject([
      ['name', goString(name)],
      ['value', goString(value)],
    ]),
  );
  return goObject([
    ['name', goString(quoteName(node.name))],
    ['type', goString(node.type)],
    ['mode', nonZero(node.mode)],
    ['mtime', goString(node.mtime)],
    ['atime', goString(node.atime)],
    ['ctime', goString(node.ctime)],
    ['uid', String(node.uid)],
    ['gid', String(node.gid)],
    ['user', nonEmpty(node.user)],
    ['group', nonEmpty(node.group)],
    ['inode', nonZero(node.inode)],
    ['device_id', nonZero(node.deviceId)],
    ['size', nonZero(node.size)],
    ['links', nonZero(node.links)],
    ['linktarget', nonEmpty(node.linkTarget)],
    ['linktarget_raw', nonEmpty(node.linkTargetRaw)],
    ['extended_attributes', attributes?.length ? `[${attributes.join(',')}]` : undefined],
    ['device', nonZero(node.device)],
    ['content', node.content === null ? 'null' : goStrings(node.content)],
    ['subtree', nonEmpty(node.subtree)],
    ['error', nonEmpty(node.error)],
  ]);
}

const blobId = z.string().regex(contentNamePattern);
const time = z.string().regex(goTimePattern);
const unsigned = z.union([z.int().nonnegative(), z.bigint().nonnegative()]);
const storedNode = z.object({
  name: z.string(),
  type: z.enum(['file', 'dir', 'symlink', 'dev', 'chardev', 'fifo', 'socket', 'irregular', '']),
  mode: z.int().nonnegative().max(0xffffffff).default(0),
  mtime: time,
  atime: time,
  ctime: time,
  uid: z.int().nonnegative(),
  gid: z.int().nonnegative(),
  user: z.string().optional(),
  group: z.string().optional(),
  inode: unsigned.optional(),
  device_id: unsigned.optional(),
  size: z.int().nonnegative().optional(),
  links: unsigned.optional(),
  linktarget: z.string().optional(),
  linktarget_raw: z.base64().optional(),
  extended_attributes: z
    .array(z.object({ name: z.string(), value: z.base64().nullable() }))
    .nullable()
    .optional(),
  device: unsigned.optional(),
  content: z.array(blobId).nullable().default(null),
  subtree: blobId.optional(),
  error: z.string().optional(),
});
const storedTree = z.object({ nodes: z.array(storedNode).nullable() });

/** Parses a tree blob that restic or `encodeTree` wrote. Throws INTEGRITY. */
export function parseTree(bytes: Uint8Array, id: string): readonly TreeNode[] {
  const label = `tree ${id}`;
  const parsed = storedTree.safeParse(parseStoredJson(Buffer.from(bytes).toString('utf8'), label));
  if (!parsed.success) throw damaged(label, 'it is not a directory listing', parsed.error);
  const seen = new Set<string>();
  return (parsed.data.nodes ?? []).map((stored) => {
    const node = nodeFromStored(stored);
    if (!isPathElement(node.name)) throw damaged(label, 'a name in it is no path element');
    if (seen.has(node.name)) throw damaged(label, 'a name occurs twice');
    if (node.type === 'dir' && node.subtree === undefined) throw damaged(label, 'a directory has no tree');
    seen.add(node.name);
    return node;
  });
}

function nodeFromStored(stored: z.infer<typeof storedNode>): TreeNode {
  return {
    name: unquoteName(stored.name),
    type: stored.type,
    mode: stored.mode,
    mtime: stored.mtime,
    atime: stored.atime,
    ctime: stored.ctime,
    uid: stored.uid,
    gid: stored.gid,
    user: stored.user,
    group: stored.group,
    inode: stored.inode,
    deviceId: stored.device_id,
    size: stored.size ?? (stored.type === 'file' ? 0 : undefined),
    links: stored.links,
    linkTarget: stored.linktarget,
    linkTargetRaw: stored.linktarget_raw,
    extendedAttributes: stored.extended_attributes?.map(({ name, value }) => ({ name, value: value ?? '' })),
    device: stored.device,
    content: stored.content ?? (stored.type === 'file' ? [] : null),
    subtree: stored.subtree,
    error: stored.error,
  };
}

function isPathElement(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : goString(text);
}

function nonZero(value: number | bigint | undefined): string | undefined {
  return value === undefined || value === 0 || value === 0n ? undefined : String(value);
}
