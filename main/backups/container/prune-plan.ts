import { HoldfastError } from '../../../shared/errors.ts';
import type { BlobKind, PackedBlob } from './blob.ts';
import type { IndexedPack } from './index-file.ts';
import { packSize } from './pack.ts';
import type { UsedBlobs } from './used-blobs.ts';

export interface PrunePlan {
  /** Stay as they are. */
  readonly keep: readonly IndexedPack[];
  /** Blobs that are copied into new packs, each with the pack that it is read from. */
  readonly copy: readonly { readonly pack: string; readonly blob: PackedBlob }[];
  /** Stored packs that go once the copies stand, those of the copied blobs among them. */
  readonly remove: readonly string[];
  readonly repacked: readonly IndexedPack[];
}

interface Candidate {
  readonly pack: IndexedPack;
  readonly size: number;
  /** Blobs that this pack is the place of: one that lies in several packs counts in one. */
  readonly used: readonly PackedBlob[];
}

/** So much of what is kept may be bytes that nobody uses: below that, rewriting costs more than it gives back. */
const mostUnusedShare = 0.05;
/** Packs below half the usual size, gathered into full ones when there are so many of a kind. */
const smallShare = 0.5;
const mostSmallPacks = 32;

/**
 * What a prune does. `packs`: by the index; `stored`: sizes of the packs that are there, in bytes. Errors: INTEGRITY when
 * a blob in use lies in no whole pack: then nothing may be removed.
 */
export function planPrune(
  packs: ReadonlyMap<string, readonly PackedBlob[]>,
  stored: ReadonlyMap<string, number>,
  used: UsedBlobs,
  packBytes: number,
): PrunePlan {
  const candidates = placeBlobs(packs, stored, used);
  const inUse = candidates.filter((each) => each.used.length > 0);
  const chosen = new Set([...wasteful(inUse), ...small(inUse, packBytes)]);
  const repacked = [...chosen].map(({ pack }) => pack);
  const keep = inUse.filter((each) => !chosen.has(each)).map(({ pack }) => pack);
  const kept = new Set(keep.map(({ id }) => id));
  return {
    keep,
    copy: [...chosen].flatMap((each) => each.used.map((blob) => ({ pack: each.pack.id, blob }))),
    remove: [...stored.keys()].filter((id) => !kept.has(id)),
    repacked,
  };
}

/** Gives each blob in use one place: the pack with the least waste first. */
function placeBlobs(
  packs: ReadonlyMap<string, readonly PackedBlob[]>,
  stored: ReadonlyMap<string, number>,
  used: UsedBlobs,
): Candidate[] {
  const isUsed = ({ kind, id }: PackedBlob) => used[kind].has(id);
  const wasteOf = (blobs: readonly PackedBlob[]) =>
    blobs.reduce((sum, blob) => sum + (isUsed(blob) ? 0 : blob.length), 0);
  const whole = [...packs]
    .filter(([id, blobs]) => stored.get(id) === packSize(blobs))
    .map(([id, blobs]) => ({ pack: { id, blobs }, waste: wasteOf(blobs) }))
    .sort((one, other) => one.waste - other.waste);
  const placed: Record<BlobKind, Set<string>> = { data: new Set(), tree: new Set() };
  const candidates = whole.map(({ pack }) => {
    const own = pack.blobs.filter((blob) => {
      if (!isUsed(blob) || placed[blob.kind].has(blob.id)) return false;
      placed[blob.kind].add(blob.id);
      return true;
    });
    return { pack, size: packSize(pack.blobs), used: own };
  });
  for (const kind of ['tree', 'data'] as const) {
    for (const id of used[kind]) if (!placed[kind].has(id)) throw missing(kind, id);
  }
  return candidates;
}

/** The most wasteful packs, until what is left over is below its share. */
function wasteful(inUse: readonly Candidate[]): Candidate[] {
  const rated = inUse
    .map((each) => ({ each, waste: each.size - packSize(each.used) }))
    .filter(({ waste }) => waste > 0)
    .sort((one, other) => other.waste / other.each.size - one.waste / one.each.size);
  const needed = inUse.reduce((sum, each) => sum + packSize(each.used), 0);
  let left = rated.reduce((sum, { waste }) => sum + waste, 0);
  const chosen: Candidate[] = [];
  for (const { each, waste } of rated) {
    if (left <= needed * mostUnusedShare) break;
    left -= waste;
    chosen.push(each);
  }
  return chosen;
}

function small(inUse: readonly Candidate[], packBytes: number): Candidate[] {
  return (['data', 'tree'] as const).flatMap((kind) => {
    const ofKind = inUse.filter(
      ({ pack, size }) => size < packBytes * smallShare && pack.blobs.every((blob) => blob.kind === kind),
    );
    return ofKind.length > mostSmallPacks ? ofKind : [];
  });
}

function missing(kind: BlobKind, id: string): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `A snapshot needs the ${kind} blob ${id}, which no whole pack holds. Nothing was removed; verify the backups.`,
    { problems: [{ file: `blob ${id}`, what: 'in use and missing' }] },
  );
}
