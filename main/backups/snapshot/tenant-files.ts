import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { contentPath, fileEntries } from '../../row-hash/tenant-rows.ts';
import type { Reading } from '../../storage/store.ts';
import { systemCode } from '../container/file-errors.ts';
import { pipelined } from '../container/pipeline.ts';
import type { SnapshotWriter } from '../container/snapshot-writer.ts';
import { directoryNode, fileNode, type TreeNode } from '../container/tree.ts';
import type { DamagedFile } from './manifest.ts';
import { chunkBytes } from './page-map.ts';

export interface SavedFiles {
  /** The folders `aa` to `ff` that hold the contents. */
  readonly nodes: readonly TreeNode[];
  readonly count: number;
  readonly bytes: number;
  readonly damaged: DamagedFile[];
}

const filesAtOnce = 4;

/** The contents that a state's file entries name: size by SHA-256. */
export function namedContents(reading: Reading): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { sha256, size } of fileEntries(reading)) sizes.set(Buffer.from(sha256).toString('hex'), size);
  return sizes;
}

/** The contents that entries deleted by a commit after number `after` had named: size by SHA-256. They still lie in the folder. */
export function contentsRemovedAfter(reading: Reading, after: number): Map<string, number> {
  const removed = reading.sql<{ sha256: Uint8Array; size: number }>(
    'SELECT sha256, size FROM removed_contents WHERE seq > ?',
  );
  return new Map(removed.all(after).map(({ sha256, size }) => [Buffer.from(sha256).toString('hex'), size]));
}

/** Saves each named content that `known` has not, checking its SHA-256 as it is read. */
export async function saveTenantFiles(
  writer: SnapshotWriter,
  sizes: ReadonlyMap<string, number>,
  { filesFolder, known }: { filesFolder: string; known: ReadonlyMap<string, TreeNode> },
  { progress, signal }: WorkerContext,
): Promise<SavedFiles> {
  const wanted = [...sizes].sort(([left], [right]) => (left < right ? -1 : 1));
  progress.phase(
    'Reading files',
    [...sizes.values()].reduce((sum, size) => sum + size, 0),
    'bytes',
  );

  const groups = new Map<string, TreeNode[]>();
  const damaged: DamagedFile[] = [];
  let [count, bytes] = [0, 0];
  const saved = pipelined(wanted, filesAtOnce, async ([sha256, size]) => {
    signal.throwIfAborted();
    const path = contentPath(filesFolder, sha256);
    const outcome =
      known.get(sha256) ?? (await saveContent(writer, path, { sha256, size }, progress.advance));
    return { sha256, outcome };
  });
  for await (const { sha256, outcome } of saved) {
    if (typeof outcome === 'string') {
      damaged.push({ sha256, problem: outcome });
      continue;
    }
    const group = sha256.slice(0, 2);
    const nodes = groups.get(group) ?? [];
    nodes.push(outcome);
    groups.set(group, nodes);
    count += 1;
    bytes += outcome.size ?? 0;
  }
  const nodes: TreeNode[] = [];
  for (const [name, contents] of groups) {
    nodes.push(directoryNode({ name, subtree: await writer.saveTree(contents), mtimeMs: 0 }));
  }
  return { nodes, count, bytes, damaged };
}

async function saveContent(
  writer: SnapshotWriter,
  path: string,
  { sha256, size: expected }: { sha256: string; size: number },
  advance: (by: number) => void,
): Promise<TreeNode | DamagedFile['problem']> {
  const hash = createHash('sha256');
  try {
    const { mtimeMs } = await stat(path);
    const { content, size } = await writer.saveFile(
      hashed(path, hash, advance),
      Math.max(1, Math.min(chunkBytes, expected)),
    );
    if (size !== expected || hash.digest('hex') !== sha256) return 'changed';
    return fileNode({ name: sha256, content, size, mtimeMs: Math.floor(mtimeMs) });
  } catch (error) {
    const code = systemCode(error);
    // errors of the repository have codes of ours, those of the file the system's
    if (code === 'ENOENT') return 'missing';
    if (code === 'EIO' || code === 'EACCES' || code === 'EPERM' || code === 'EISDIR') return 'unreadable';
    throw error;
  }
}

async function* hashed(
  path: string,
  hash: ReturnType<typeof createHash>,
  advance: (by: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    hash.update(chunk);
    yield chunk;
    advance(chunk.length);
  }
}
