import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import type { FileEntry } from '../../row-hash/tenant-rows.ts';
import { systemCode } from '../container/file-errors.ts';
import type { Repository } from '../container/repository.ts';
import type { TreeNode } from '../container/tree.ts';
import type { OpenSnapshot } from '../snapshot/open-snapshot.ts';
import { destinationError } from './destination-error.ts';
import { isWindowsName } from './name-warnings.ts';
import { writeContent } from './rebuild.ts';

export interface NamedFiles {
  readonly count: number;
  readonly bytes: number;
  /** Files that lie under their SHA-256, because the disk takes no such name. */
  readonly apart: number;
  readonly entries: readonly Readonly<ListedFile>[];
}

export interface ListedFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  /** Below the folder; null when the content was damaged already when the backup was made. */
  path: string | null;
}

/** Writes files of a tenant as `files/<name>`, or `files-by-content/<sha256>` where that cannot be, and files.jsonl. */
export async function writeNamedFiles(
  repository: Repository,
  { files }: OpenSnapshot,
  { files: wanted, folder }: { readonly files: Iterable<FileEntry>; readonly folder: string },
  context: WorkerContext,
): Promise<NamedFiles> {
  const entries = [...wanted].map(listed);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  context.progress.phase('Restoring files', total, 'bytes');
  let [count, bytes, apart] = [0, 0, 0];
  for (const entry of entries) {
    const node = files.get(entry.sha256);
    if (node === undefined) continue;
    const target = { repository, node, folder, sha256: entry.sha256, context };
    entry.path = await writeNamed(target, entry.name);
    if (entry.path === null) {
      entry.path = `files-by-content/${entry.sha256}`;
      await writeUnlessThere(target, entry.path);
      apart += 1;
    }
    count += 1;
    bytes += entry.size;
  }
  try {
    await writeFile(
      join(folder, 'files.jsonl'),
      entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''),
    );
  } catch (error) {
    throw destinationError(error, 'files.jsonl');
  }
  return { count, bytes, apart, entries };
}

function listed({ name, size, sha256 }: FileEntry): ListedFile {
  return { name, size, sha256: Buffer.from(sha256).toString('hex'), path: null };
}

interface Target {
  readonly repository: Repository;
  readonly node: TreeNode;
  readonly folder: string;
  readonly sha256: string;
  readonly context: WorkerContext;
}

/** Errors of a name rather than of the disk: a file where a folder should be, too long, not to be had here. */
const nameErrors = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'EINVAL', 'EILSEQ', 'ENOENT']);

async function writeNamed(target: Target, name: string): Promise<string | null> {
  if (!isPlainPath(name)) return null;
  const path = `files/${name}`;
  try {
    return (await writeUnlessThere(target, path)) ? path : null;
  } catch (error) {
    if (error instanceof HoldfastError && nameErrors.has(systemCode(error.cause) ?? '')) return null;
    throw error;
  }
}

/**
 * Under another name first: what has its own name is whole, also after a kill, and is not read from the repository again.
 * Answers false where something else is there: a name that differs from another by its case only.
 */
async function writeUnlessThere(
  { repository, node, folder, sha256, context }: Target,
  path: string,
): Promise<boolean> {
  const file = join(folder, path);
  try {
    const found = await hashOf(file);
    if (found !== undefined) {
      if (found === sha256) context.progress.advance(node.size ?? 0);
      return found === sha256;
    }
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const writing = join(folder, 'file-not-finished');
    await rm(writing, { force: true });
    await writeContent(repository, node, writing, context, { sha256 });
    try {
      await rename(writing, file);
    } finally {
      await rm(writing, { force: true });
    }
    return true;
  } catch (error) {
    throw destinationError(error, 'a file');
  }
}

/** Of what is there; undefined: nothing. */
async function hashOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const part of createReadStream(file)) hash.update(part);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

/** The name comes from a database: it must not lead out of the folder, on any system. */
function isPlainPath(name: string): boolean {
  const parts = name.split('/');
  if (process.platform === 'win32' && !isWindowsName(name)) return false;
  return parts.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'));
}
