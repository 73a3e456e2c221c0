import { HoldfastError } from '../../../shared/errors.ts';
import type { Repository } from '../container/repository.ts';
import type { TreeNode } from '../container/tree.ts';
import { segmentFormat } from '../pagelog/segment.ts';
import { segmentName } from '../pagelog/segment-file.ts';
import { type Manifest, type ManifestDatabase, parseManifest } from './manifest.ts';
import { pageMapRoot } from './page-map.ts';

/** A stored snapshot whose manifest and tree agree. */
export interface OpenSnapshot {
  readonly id: string;
  readonly manifest: Manifest;
  /** Each database in the manifest's order: its base image, and the segments of its page log in order. */
  readonly bases: readonly {
    readonly database: ManifestDatabase;
    readonly node: TreeNode;
    readonly segments: readonly TreeNode[];
  }[];
  /** Contents by SHA-256, hex. */
  readonly files: ReadonlyMap<string, TreeNode>;
  /** manifest.json, replay.mjs and whatever else lies at the top. */
  readonly others: readonly TreeNode[];
}

/** The largest manifest that is read, in bytes. */
const mostManifestBytes = 64 * 2 ** 20;

/**
 * Reads a snapshot's manifest and tree, and checks the one against the other: sizes, page-map roots (the hashes of
 * the chunks are their ids), names and number of files. Errors: NOT_FOUND, NEWER_FORMAT, INTEGRITY.
 */
export async function openSnapshot(repository: Repository, id: string): Promise<OpenSnapshot> {
  const { tree } = await repository.readSnapshot(id);
  const top = await repository.loadTree(tree);
  const manifestNode = top.find(({ name }) => name === 'manifest.json');
  if (manifestNode === undefined) throw damaged(id, 'it has no manifest.json');
  if ((manifestNode.size ?? 0) > mostManifestBytes) throw damaged(id, 'its manifest.json is too large');
  const manifest = parseManifest(await readWhole(repository, manifestNode));

  const bases: { database: ManifestDatabase; node: TreeNode; segments: TreeNode[] }[] = [];
  for (const database of manifest.databases) {
    const folder = await folderIn(repository, top, database.name);
    const node = folder.find(({ name, type }) => name === 'base' && type === 'file');
    if (node === undefined) throw damaged(id, `${database.base} is missing`);
    if ((node.size ?? 0) !== database.bytes)
      throw damaged(id, `${database.base} has another size than the manifest says`);
    if (pageMapRoot(node.content ?? []) !== database.pageMapRoot) {
      throw damaged(id, `${database.base} does not match its page-map root`);
    }
    bases.push({ database, node, segments: await segmentsOf(repository, folder, database, id) });
  }
  const files = await contents(repository, top, id);
  const bytes = [...files.values()].reduce((sum, { size = 0 }) => sum + size, 0);
  if (files.size !== manifest.files.count || bytes !== manifest.files.bytes) {
    throw damaged(
      id,
      `it holds ${files.size} files of ${bytes} bytes, the manifest says ${manifest.files.count} of ${manifest.files.bytes}`,
    );
  }
  return { id, manifest, bases, files, others: top.filter(({ type }) => type === 'file') };
}

/** The manifest of a snapshot, or undefined where it is another program's. Errors: as `openSnapshot`. */
export async function manifestOfOurs(repository: Repository, id: string): Promise<Manifest | undefined> {
  const { tags } = await repository.readSnapshot(id);
  return tags?.includes('holdfast') ? (await openSnapshot(repository, id)).manifest : undefined;
}

async function segmentsOf(
  repository: Repository,
  folder: readonly TreeNode[],
  { log, segments }: ManifestDatabase,
  id: string,
): Promise<TreeNode[]> {
  const stored = await folderIn(repository, folder, 'log');
  return segments.map(({ format, seq, bytes }) => {
    if (format > segmentFormat) {
      throw new HoldfastError(
        'NEWER_FORMAT',
        `The snapshot has log segments of format ${format}, which this version does not read. Install the newer version.`,
        { what: 'segment', found: format, known: segmentFormat },
      );
    }
    const node = stored.find(({ name, type }) => name === segmentName(seq) && type === 'file');
    if (node === undefined) throw damaged(id, `${log}/${segmentName(seq)} is missing`);
    if ((node.size ?? 0) !== bytes) throw damaged(id, `${log}/${segmentName(seq)} has another size`);
    return node;
  });
}

async function contents(
  repository: Repository,
  top: readonly TreeNode[],
  id: string,
): Promise<ReadonlyMap<string, TreeNode>> {
  const files = new Map<string, TreeNode>();
  for (const group of await folderIn(repository, top, 'files')) {
    for (const node of await repository.loadTree(group.subtree ?? '')) {
      if (node.type !== 'file' || !/^[0-9a-f]{64}$/.test(node.name) || !node.name.startsWith(group.name)) {
        throw damaged(id, 'a file in it is not named by its content');
      }
      files.set(node.name, node);
    }
  }
  return files;
}

async function folderIn(
  repository: Repository,
  nodes: readonly TreeNode[],
  name: string,
): Promise<readonly TreeNode[]> {
  const subtree = nodes.find((node) => node.name === name && node.type === 'dir')?.subtree;
  return subtree === undefined ? [] : await repository.loadTree(subtree);
}

async function readWhole(repository: Repository, node: TreeNode): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of repository.readFile(node)) parts.push(Uint8Array.from(part));
  return Buffer.concat(parts);
}

function damaged(id: string, what: string): HoldfastError {
  return new HoldfastError('INTEGRITY', `Snapshot ${id.slice(0, 8)} is damaged: ${what}.`, {
    problems: [{ snapshotId: id, what }],
  });
}
