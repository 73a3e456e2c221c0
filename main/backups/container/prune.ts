import { HoldfastError } from '../../../shared/errors.ts';
import type { PackedBlob } from './blob.ts';
import type { BlobIndex } from './blob-index.ts';
import { throwIfCancelled } from './cancelling.ts';
import type { CheckOptions } from './check-stored.ts';
import { replaceIndexFiles } from './index-maintenance.ts';
import { type FinishedPack, PackWriter } from './pack-writer.ts';
import { pipelined } from './pipeline.ts';
import { type PrunePlan, planPrune } from './prune-plan.ts';
import { fileLabel, type Leftovers, type RepositoryFiles } from './repository-files.ts';
import type { SealPool } from './seal-pool.ts';
import type { SealingKeys } from './sealing.ts';
import type { UsedBlobs } from './used-blobs.ts';

export interface Pruned {
  readonly files: RepositoryFiles;
  readonly keys: SealingKeys;
  readonly pool: SealPool;
  readonly index: BlobIndex;
  /** What the snapshots refer to, all of it. */
  readonly used: UsedBlobs;
  readonly packBytes: number;
}

export interface PruneOptions extends CheckOptions {
  /** Whole packs go, nothing is gathered: that needs no space. */
  readonly wholePacksOnly?: boolean;
  /** Packs that stay although no index names them yet. */
  readonly spared?: ReadonlySet<string>;
}

export interface PruneReport {
  readonly packsRemoved: number;
  readonly packsRepacked: number;
  readonly packsWritten: number;
  /** Stored bytes of all packs. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Index files before it; they are merged when there are more than `mostIndexFiles`, or when packs went. */
  readonly indexFiles: number;
  /** What writes left that were killed; not in the bytes above. */
  readonly leftovers: Leftovers;
}

/** Above this number index files are merged. */
export const mostIndexFiles = 64;

/**
 * Removes what no snapshot uses. In restic's order, so that an end at any moment leaves a whole repository, and a prune
 * that was cut off is simply done again: new packs, index files that name them, old index files, and only then packs.
 * The caller holds the exclusive lock. Throws INTEGRITY before any change where a blob in use is missing, CANCELLED, IO,
 * READ_ONLY; on a full disk only what needs no copying is removed.
 */
export async function pruneRepository(pruned: Pruned, options: PruneOptions = {}): Promise<PruneReport> {
  const { files, index, used, packBytes } = pruned;
  const leftovers = await files.removeLeftovers();
  const stored = new Map((await files.list('data')).map(({ name, size }) => [name, size]));
  const indexFiles = (await files.list('index')).length;
  const spared = options.spared ?? new Set();
  const planned = planPrune(index.packs(), stored, used, packBytes);
  const plan = { ...planned, remove: planned.remove.filter((id) => !spared.has(id)) };
  const bytesBefore = sum(stored.values());
  const unlisted = [...index.packs().keys()].some((id) => !stored.has(id));
  if (plan.remove.length === 0 && !unlisted && indexFiles <= mostIndexFiles) {
    return {
      packsRemoved: 0,
      packsRepacked: 0,
      packsWritten: 0,
      bytesBefore,
      bytesAfter: bytesBefore,
      indexFiles,
      leftovers,
    };
  }
  const { written, plan: done } = await copyWhereRoom(pruned, plan, options);
  throwIfCancelled(options.signal);
  await replaceIndexFiles(files, pruned.keys, [...done.keep, ...written], options.signal);
  await removePacks(files, done.remove, options);
  const removed = sum(done.remove.map((id) => stored.get(id) ?? 0));
  return {
    packsRemoved: done.remove.length,
    packsRepacked: done.repacked.length,
    packsWritten: written.length,
    bytesBefore,
    bytesAfter: bytesBefore - removed + sum(written.map(({ size }) => size)),
    indexFiles,
    leftovers,
  };
}

interface Copied {
  readonly written: readonly FinishedPack[];
  readonly plan: PrunePlan;
}

/** Copies what the plan says; where there is no room for that, whole packs still go. */
async function copyWhereRoom(pruned: Pruned, plan: PrunePlan, options: PruneOptions): Promise<Copied> {
  if (options.wholePacksOnly === true) return { written: [], plan: withoutCopying(plan) };
  try {
    return { written: await copyBlobs(pruned, plan, options), plan };
  } catch (error) {
    if (!(error instanceof HoldfastError && error.code === 'STORAGE_FULL')) throw error;
    return { written: [], plan: withoutCopying(plan) };
  }
}

function withoutCopying({ keep, remove, repacked }: PrunePlan): PrunePlan {
  const stay = new Set(repacked.map(({ id }) => id));
  return {
    keep: [...keep, ...repacked],
    copy: [],
    remove: remove.filter((id) => !stay.has(id)),
    repacked: [],
  };
}

/**
 * Copies blobs into new packs, which no index names yet. Sealed blobs are the same in any pack: they are opened to see
 * that they are sound, and copied as they are.
 */
export async function copyBlobs(
  { files, keys, pool, packBytes: targetBytes }: Pick<Pruned, 'files' | 'keys' | 'pool' | 'packBytes'>,
  { copy }: Pick<PrunePlan, 'copy'>,
  { signal, onProgress }: CheckOptions,
): Promise<readonly FinishedPack[]> {
  const written: FinishedPack[] = [];
  const onPack = (pack: FinishedPack) => void written.push(pack);
  const packers = {
    data: new PackWriter({ files, keys, targetBytes, onPack }),
    tree: new PackWriter({ files, keys, targetBytes, onPack }),
  };
  const read = async ({ pack, blob }: { pack: string; blob: PackedBlob }) => {
    throwIfCancelled(signal);
    const { offset, length } = blob;
    const sealed = await files.read('data', pack, { offset, length });
    await pool.open(new Uint8Array(sealed), blob, fileLabel('data', pack));
    return { ...blob, sealed };
  };
  try {
    let [done, bytes] = [0, 0];
    for await (const blob of pipelined(copy, pool.size * 2, read)) {
      await packers[blob.kind].add(blob);
      done += 1;
      bytes += blob.length;
      onProgress?.({ phase: 'repacking', done, total: copy.length, bytes });
    }
    await packers.data.finish();
    await packers.tree.finish();
    // nothing is removed before what takes its place is seen to be there
    for (const { id, size } of written) {
      if ((await files.size('data', id)) !== size) throw notWritten(id);
    }
    return written;
  } catch (error) {
    await Promise.allSettled([packers.data.settle(), packers.tree.settle()]);
    // no index names them; what stays behind goes with the next prune
    await Promise.allSettled(written.map(({ id }) => files.remove('data', id)));
    throw error;
  }
}

/** Removes packs; those that are gone already are no error. */
export async function removePacks(
  files: RepositoryFiles,
  ids: readonly string[],
  { signal, onProgress }: CheckOptions,
): Promise<void> {
  for (const [at, id] of ids.entries()) {
    throwIfCancelled(signal);
    try {
      await files.remove('data', id);
    } catch (error) {
      if (!(error instanceof HoldfastError && error.code === 'NOT_FOUND')) throw error;
    }
    onProgress?.({ phase: 'removing', done: at + 1, total: ids.length, bytes: 0 });
  }
}

function notWritten(id: string): HoldfastError {
  return new HoldfastError(
    'IO',
    `The new pack ${fileLabel('data', id)} is not there as it was written; nothing was removed. Check the disk of the backups.`,
    { syscall: 'stat', errno: 'unknown', file: fileLabel('data', id) },
  );
}

function sum(sizes: Iterable<number>): number {
  let total = 0;
  for (const size of sizes) total += size;
  return total;
}
