import { createHash } from 'node:crypto';
import { HoldfastError } from '../../../shared/errors.ts';
import type { BlobIndex } from './blob-index.ts';
import { throwIfCancelled } from './cancelling.ts';
import type { IndexedPack } from './index-file.ts';
import { parsePack } from './pack.ts';
import { fileLabel, type RepositoryFiles } from './repository-files.ts';
import type { SealingKeys } from './sealing.ts';

export interface Unlisted {
  /** Packs that no index lists, whole by their SHA-256, with blobs that no listed pack has. */
  readonly packs: readonly IndexedPack[];
  /** Names of those whose bytes are damaged. */
  readonly damaged: readonly string[];
}

/** Reads the packs that no index lists. One pack in memory. Errors: IO, CANCELLED. */
export async function readUnlisted(
  files: RepositoryFiles,
  keys: SealingKeys,
  index: BlobIndex,
  signal?: AbortSignal,
): Promise<Unlisted> {
  const packs: IndexedPack[] = [];
  const damaged: string[] = [];
  for (const { name } of await files.list('data')) {
    throwIfCancelled(signal);
    if (index.packs().has(name)) continue;
    const blobs = await readWholePack(files, keys, name);
    if (blobs === undefined) damaged.push(name);
    else if (blobs.some(({ kind, id }) => !index.has(kind, id))) packs.push({ id: name, blobs });
  }
  return { packs, damaged };
}

/**
 * A snapshot that is there while its root tree lies in a sound pack that no index lists: an index file was lost. A run that
 * was cut off leaves such packs too, but no snapshot.
 */
export async function snapshotWithoutIndex(
  files: RepositoryFiles,
  keys: SealingKeys,
  index: BlobIndex,
  snapshots: readonly { readonly id: string; readonly tree: string }[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  const roots = new Map(
    snapshots.filter(({ tree }) => !index.has('tree', tree)).map((each) => [each.tree, each.id]),
  );
  if (roots.size === 0) return undefined;
  for (const { blobs } of (await readUnlisted(files, keys, index, signal)).packs) {
    for (const { kind, id } of blobs) {
      const snapshot = kind === 'tree' ? roots.get(id) : undefined;
      if (snapshot !== undefined) return snapshot;
    }
  }
  return undefined;
}

async function readWholePack(files: RepositoryFiles, keys: SealingKeys, name: string) {
  try {
    const bytes = await files.read('data', name);
    if (createHash('sha256').update(bytes).digest('hex') !== name) return undefined;
    return parsePack(keys, bytes, fileLabel('data', name));
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'INTEGRITY') return undefined;
    throw error;
  }
}
