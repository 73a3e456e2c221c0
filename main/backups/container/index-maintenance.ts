import { loadBlobIndex } from './blob-index.ts';
import { throwIfCancelled } from './cancelling.ts';
import { type CheckOptions, problemOf } from './check-stored.ts';
import { encodeIndex, type IndexedPack, mostBlobsInIndexFile } from './index-file.ts';
import { packSize, parsePack } from './pack.ts';
import { fileLabel, type RepositoryFiles } from './repository-files.ts';
import { saveSealedJson } from './sealed-json.ts';
import type { SealingKeys } from './sealing.ts';

export interface RebuiltIndex {
  readonly packs: number;
  /** Packs whose header had to be read, as no sound index listed them. */
  readonly recovered: readonly string[];
  /** Packs that were listed and are missing, cut off or unreadable. */
  readonly dropped: readonly string[];
}

/**
 * Gathers packs into as few index files as their size allows. Only the last one names those it supersedes,
 * so that a crash midway hides nothing.
 */
export function groupIntoIndexFiles(packs: Iterable<IndexedPack>): readonly (readonly IndexedPack[])[] {
  const groups: IndexedPack[][] = [];
  let blobs = Number.POSITIVE_INFINITY;
  for (const pack of packs) {
    if (blobs + pack.blobs.length > mostBlobsInIndexFile) {
      groups.push([]);
      blobs = 0;
    }
    groups.at(-1)?.push(pack);
    blobs += pack.blobs.length;
  }
  return groups;
}

/** Writes index files of these packs beside those that are there. */
export async function addIndexFiles(
  files: RepositoryFiles,
  keys: SealingKeys,
  packs: Iterable<IndexedPack>,
): Promise<void> {
  for (const group of groupIntoIndexFiles(packs)) {
    await saveSealedJson(files, keys, 'index', encodeIndex({ packs: group, supersedes: [] }));
  }
}

/** Writes an index of these packs and removes the old files. The caller holds the exclusive lock. Throws CANCELLED. */
export async function replaceIndexFiles(
  files: RepositoryFiles,
  keys: SealingKeys,
  packs: Iterable<IndexedPack>,
  signal?: AbortSignal,
): Promise<void> {
  const old = (await files.list('index')).map(({ name }) => name);
  const groups = groupIntoIndexFiles(packs);
  for (const [position, group] of groups.entries()) {
    throwIfCancelled(signal);
    const supersedes = position === groups.length - 1 ? old : [];
    await saveSealedJson(files, keys, 'index', encodeIndex({ packs: group, supersedes }));
  }
  for (const name of old) {
    throwIfCancelled(signal);
    await files.remove('index', name);
  }
}

/**
 * Makes the index anew from what is stored: sound entries are kept, the headers of all other packs are read.
 * The caller holds the exclusive lock. Throws IO, STORAGE_FULL, READ_ONLY, CANCELLED.
 */
export async function rebuildIndexFiles(
  files: RepositoryFiles,
  keys: SealingKeys,
  options: CheckOptions = {},
): Promise<RebuiltIndex> {
  const { signal } = options;
  const known = (await loadBlobIndex(files, keys, { signal, onDamage: () => undefined })).packs();
  const stored = await files.list('data');
  const packs: IndexedPack[] = [];
  const recovered: string[] = [];
  const dropped = new Set(known.keys());
  for (const [done, { name, size }] of stored.entries()) {
    throwIfCancelled(signal);
    dropped.delete(name);
    const blobs = known.get(name);
    if (blobs !== undefined && packSize(blobs) === size) {
      packs.push({ id: name, blobs });
    } else {
      const unreadable = await problemOf(async () => {
        const label = fileLabel('data', name);
        packs.push({ id: name, blobs: parsePack(keys, await files.read('data', name), label) });
        return undefined;
      });
      if (unreadable === undefined) recovered.push(name);
      else dropped.add(name);
    }
    options.onProgress?.({ phase: 'checking-files', done: done + 1, total: stored.length, bytes: 0 });
  }
  await replaceIndexFiles(files, keys, packs, signal);
  return { packs: packs.length, recovered, dropped: [...dropped] };
}
