import { hash } from 'node:crypto';
import type { Reading } from '../../storage/store.ts';
import { positionOf, readTile } from '../log-store.ts';
import { hashLength, rangeRoot, sameHash } from '../merkle.ts';
import { fullTileWidth, nodesFromTiles, perfectRoot, type TileReader } from '../tiles.ts';
import { loadEdge, type TreeEdge } from '../tree-edge.ts';

type Found = (index: number | null, reason: string) => void;

interface VouchedHead {
  readonly size: number;
  readonly root: Uint8Array;
  readonly by: string;
}

/** What is left below the minimum index of a log: roots of tiles, and the entries that the log itself still needs. */
export class PrunedPart {
  readonly #reading: Reading;
  readonly #log: number;
  readonly #end: number;
  readonly #found: Found;
  /** By level: the root of each full tile that lies below `end` as a whole. */
  readonly #roots: Uint8Array[][] = [];
  readonly #kept: Uint8Array[] = [];

  /** `end`: the entries below are dropped; a multiple of 256. Tells of each tile that is not what those below it make. */
  constructor(reading: Reading, log: number, end: number, found: Found) {
    this.#reading = reading;
    this.#log = log;
    this.#end = end;
    this.#found = found;
    for (let level = 0; this.#tilesAt(level) > 0; level += 1) this.#roots.push(this.#checkLevel(level));
  }

  /** Of the tree of the entries below `end`. */
  get edge(): TreeEdge {
    return loadEdge(this.#end, this.#readTile);
  }

  /** Over the leaf hashes of the entries that are still there, in their order. */
  get digest(): Uint8Array {
    return hash('sha256', Buffer.concat(this.#kept), 'buffer');
  }

  /** An entry that is still there. */
  checkEntry(index: number, leaf: Uint8Array): void {
    this.#kept.push(leaf);
    const hashes = this.#hashesOf(Math.floor(index / fullTileWidth));
    const start = (index % fullTileWidth) * hashLength;
    if (hashes === undefined || !sameHash(hashes.subarray(start, start + hashLength), leaf))
      this.#found(index, 'this entry of the pruned part is not the one that was logged');
  }

  /** Compares heads as far as the part still leads to their roots. */
  checkHeads(heads: readonly VouchedHead[]): void {
    const nodes = nodesFromTiles(this.#end, this.#readTile);
    for (const { size, root, by } of heads) {
      const whole = size % fullTileWidth === 0;
      if (!whole && this.#hashesOf(Math.floor(size / fullTileWidth)) === undefined) continue;
      if (!sameHash(rangeRoot(0, size, nodes), root))
        this.#found(size - 1, `the first ${size} entries are not those that ${by} vouches for`);
    }
  }

  /** Nothing opens what is gone. */
  checkOpenings(): void {
    const { n = 0 } =
      this.#reading
        .sql<{ n: number }>('SELECT count(*) AS n FROM openings WHERE position >= ? AND position < ?')
        .get(positionOf(this.#log, 0), positionOf(this.#log, this.#end)) ?? {};
    if (n > 0) this.#found(null, `${n} openings belong to entries that were pruned`);
  }

  readonly #readTile: TileReader = (level, index, width) => {
    if (level === 0) return this.#hashesOf(index) ?? new Uint8Array(0);
    const below = this.#roots[level - 1] ?? [];
    return Buffer.concat(below.slice(index * fullTileWidth, index * fullTileWidth + width));
  };

  #tilesAt(level: number): number {
    return Math.floor(this.#end / fullTileWidth ** (level + 1));
  }

  /** Hashes of a tile of leaves; undefined where only its root was kept. */
  #hashesOf(index: number): Uint8Array | undefined {
    const hashes = readTile(this.#reading, this.#log, { level: 0, index })?.hashes;
    return hashes?.length === fullTileWidth * hashLength ? hashes : undefined;
  }

  #checkLevel(level: number): Uint8Array[] {
    const roots: Uint8Array[] = [];
    for (let index = 0; index < this.#tilesAt(level); index += 1) {
      const row = readTile(this.#reading, this.#log, { level, index });
      const root = level === 0 ? leavesRoot(row) : this.#followingRoot(level, index, row?.hashes);
      const fits =
        root !== undefined && (row?.root == null || sameHash(row.root, root)) && root.length === hashLength;
      if (!fits) this.#found(null, `stored tile ${level}/${index} of the pruned part does not fit`);
      roots.push(fits ? root : new Uint8Array(hashLength));
    }
    return roots;
  }

  #followingRoot(level: number, index: number, hashes: Uint8Array | undefined): Uint8Array | undefined {
    const expected = this.#readTile(level, index, fullTileWidth);
    return hashes !== undefined && sameHash(hashes, expected) ? perfectRoot(expected) : undefined;
  }
}

function leavesRoot(row: ReturnType<typeof readTile>): Uint8Array | undefined {
  if (row === undefined) return undefined;
  if (row.hashes.length === 0) return row.root ?? undefined;
  return row.hashes.length === fullTileWidth * hashLength ? perfectRoot(row.hashes) : undefined;
}
