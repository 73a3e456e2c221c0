import { emptyRoot, hashLength, nodeHash } from './merkle.ts';
import { sha256 } from './sha256.ts';
import {
  fullTileWidth,
  hashesAtLevel,
  perfectRoot,
  readWholeTile,
  type TileAddress,
  type TileReader,
} from './tiles.ts';

/**
 * What an appender has to remember of a tree: its right edge. Immutable, so that a transaction that fails
 * costs nothing: keep the old edge until the new one is committed.
 */
export interface TreeEdge {
  readonly size: number;
  /** 32 bytes a level: the root of the perfect subtree of 2^level leaves, where that bit of `size` is set. */
  readonly peaks: Uint8Array;
  /** The partial tile of each tile level, empty where there is none. */
  readonly partials: readonly Uint8Array[];
}

export interface Tile extends TileAddress {
  readonly hashes: Uint8Array;
  /** The root over all hashes of a full tile; null for a partial one. */
  readonly root: Uint8Array | null;
}

const levels = 53;

/** The edge of a tree without leaves. */
export function emptyEdge(): TreeEdge {
  return { size: 0, peaks: new Uint8Array(levels * hashLength), partials: [] };
}

/** Reads the edge of a tree of `size` leaves from its partial tiles. Throws INTEGRITY for one cut short. */
export function loadEdge(size: number, readTile: TileReader): TreeEdge {
  const peaks = new Uint8Array(levels * hashLength);
  const partials: Uint8Array[] = [];
  for (let level = 0; hashesAtLevel(size, level) > 0; level += 1) {
    const hashes = hashesAtLevel(size, level);
    const width = hashes % fullTileWidth;
    const index = Math.floor(hashes / fullTileWidth);
    const partial = width === 0 ? new Uint8Array(0) : readWholeTile(readTile, { level, index, width });
    partials.push(new Uint8Array(partial)); // a copy: slice() of a Buffer is none
    for (let bit = 0; bit < 8; bit += 1) {
      if ((width & (1 << bit)) === 0) continue;
      const start = ((width >> (bit + 1)) << (bit + 1)) * hashLength;
      const subtree = partial.subarray(start, start + (1 << bit) * hashLength);
      peaks.set(perfectRoot(subtree), (level * 8 + bit) * hashLength);
    }
  }
  return { size, peaks, partials };
}

/** The root of the tree (RFC 9162 section 2.1.1). */
export function edgeRoot({ size, peaks }: TreeEdge): Uint8Array {
  let root: Uint8Array | undefined;
  let rest = size;
  for (let level = 0; rest > 0; level += 1) {
    if (rest % 2 === 1) {
      const peak = peaks.slice(level * hashLength, (level + 1) * hashLength);
      root = root === undefined ? peak : nodeHash(peak, root);
    }
    rest = Math.floor(rest / 2);
  }
  return root ?? emptyRoot();
}

/**
 * Appends leaves, given as packed leaf hashes of 32 bytes each. Answers the new edge and the tiles to store
 * (each replaces whatever was stored at its level and index). Costs one hash a leaf, amortised, and a copy of
 * the edge (at most 10 KB for 16 million leaves).
 */
export function appendLeaves(edge: TreeEdge, leafHashes: Uint8Array): { edge: TreeEdge; tiles: Tile[] } {
  if (leafHashes.length % hashLength !== 0) throw new RangeError('leaf hashes are 32 bytes each');
  const size = edge.size + leafHashes.length / hashLength;
  if (!Number.isSafeInteger(size)) throw new RangeError('tree size');
  const peaks = edge.peaks.slice();
  const growing = startLevels(edge, size);
  growing[0]?.push(leafHashes);
  mergeUpwards(edge.size, leafHashes, peaks, (tileLevel, node) => growing[tileLevel]?.push(node));
  const tiles: Tile[] = [];
  const partials: Uint8Array[] = [];
  for (const [level, { hashes, firstIndex, changed }] of growing.entries()) {
    const full = Math.floor(hashes.length / hashLength / fullTileWidth) * fullTileWidth * hashLength;
    const partial = hashes.slice(full);
    partials.push(partial);
    if (!changed) continue;
    const tileBytes = fullTileWidth * hashLength;
    for (let start = 0; start < full; start += tileBytes) {
      const index = firstIndex + start / tileBytes;
      const root = growing[level + 1]?.at(index) ?? null;
      const tileHashes = hashes.subarray(start, start + tileBytes);
      tiles.push({ level, index, width: fullTileWidth, hashes: tileHashes, root });
    }
    if (partial.length > 0) {
      const index = firstIndex + full / tileBytes;
      tiles.push({ level, index, width: partial.length / hashLength, hashes: partial, root: null });
    }
  }
  return { edge: { size, peaks, partials }, tiles };
}

interface GrowingLevel {
  /** Hashes of this level from the start of its first changed tile. */
  readonly hashes: Uint8Array;
  readonly firstIndex: number;
  readonly changed: boolean;
  push(more: Uint8Array): void;
  /** The hash of an index that is not below `firstIndex` tiles. */
  at(index: number): Uint8Array;
}

function startLevels(edge: TreeEdge, size: number): GrowingLevel[] {
  const growing: GrowingLevel[] = [];
  for (let level = 0; hashesAtLevel(size, level) > 0; level += 1) {
    const before = hashesAtLevel(edge.size, level);
    const added = hashesAtLevel(size, level) - before;
    const partial = edge.partials[level] ?? new Uint8Array(0);
    const hashes = new Uint8Array(partial.length + added * hashLength);
    hashes.set(partial);
    let end = partial.length;
    const firstIndex = Math.floor(before / fullTileWidth);
    growing.push({
      hashes,
      firstIndex,
      changed: added > 0,
      push(more) {
        hashes.set(more, end);
        end += more.length;
      },
      at(index) {
        const start = (index - firstIndex * fullTileWidth) * hashLength;
        return hashes.subarray(start, start + hashLength);
      },
    });
  }
  return growing;
}

/** Adds leaves to `peaks` as to a binary counter and reports each finished subtree of 256^n leaves, n >= 1. */
function mergeUpwards(
  size: number,
  leafHashes: Uint8Array,
  peaks: Uint8Array,
  finished: (tileLevel: number, node: Uint8Array) => void,
): void {
  const input = new Uint8Array(1 + 2 * hashLength);
  input[0] = 0x01;
  for (let start = 0; start < leafHashes.length; start += hashLength) {
    let node = leafHashes.subarray(start, start + hashLength);
    let counter = size + start / hashLength;
    let level = 0;
    while (counter % 2 === 1) {
      const at = level * hashLength;
      input.set(peaks.subarray(at, at + hashLength), 1);
      input.set(node, 1 + hashLength);
      node = sha256(input);
      level += 1;
      counter = Math.floor(counter / 2);
      if (level % 8 === 0) finished(level / 8, node);
    }
    peaks.set(node, level * hashLength);
  }
}
