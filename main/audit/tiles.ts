import { HoldfastError } from '../../shared/errors.ts';
import { hashLength, type NodeReader, nodeHash } from './merkle.ts';

/** Hashes of a full tile; a tile is a subtree of height 8 (C2SP tlog-tiles). */
export const fullTileWidth = 256;

export interface TileAddress {
  readonly level: number;
  readonly index: number;
  /** How many hashes it holds, 1 to 256. */
  readonly width: number;
}

/** The first `width` hashes of a tile, 32 bytes each. */
export type TileReader = (level: number, index: number, width: number) => Uint8Array;

/** `tile/<level>/<index>[.p/<width>]` (C2SP tlog-tiles, "Merkle Tree"). */
export function tilePath(level: number, index: number, width: number = fullTileWidth): string {
  if (!Number.isInteger(level) || level < 0 || level > 63) throw new RangeError('tile level');
  return `tile/${level}/${indexPath(index, width)}`;
}

/** `tile/entries/<index>[.p/<width>]` (C2SP tlog-tiles, "Log entries"). */
export function entriesPath(index: number, width: number = fullTileWidth): string {
  return `tile/entries/${indexPath(index, width)}`;
}

/** How many hashes a tree of `size` leaves has at a tile level: floor(size / 256^level). */
export function hashesAtLevel(size: number, level: number): number {
  return Math.floor(size / fullTileWidth ** level);
}

/** The tiles that an append from `before` to `after` leaves creates or widens, lowest level first. */
export function changedTiles(before: number, after: number): TileAddress[] {
  const changed: TileAddress[] = [];
  for (let level = 0; hashesAtLevel(after, level) > 0; level += 1) {
    const from = hashesAtLevel(before, level);
    const to = hashesAtLevel(after, level);
    if (from === to) break;
    for (let index = Math.floor(from / fullTileWidth); index * fullTileWidth < to; index += 1) {
      changed.push({ level, index, width: Math.min(fullTileWidth, to - index * fullTileWidth) });
    }
  }
  return changed;
}

/** Reads a tile and throws INTEGRITY unless it has exactly `width` hashes. */
export function readWholeTile(readTile: TileReader, { level, index, width }: TileAddress): Uint8Array {
  const hashes = readTile(level, index, width);
  if (hashes.length !== width * hashLength) {
    throw new HoldfastError('INTEGRITY', 'A tile of the audit log is cut short. Run `audit verify`.', {
      problems: [{ kind: 'tile-length', tile: tilePath(level, index, width) }],
    });
  }
  return hashes;
}

/**
 * Serves the hashes of perfect subtrees of a tree of `size` leaves from its tiles, for proofs and roots. Each
 * tile is read once. Throws INTEGRITY for a tile of the wrong length. The hashes are as good as the tiles:
 * check what is made from them against a signed root.
 */
export function nodesFromTiles(size: number, readTile: TileReader): NodeReader {
  const read = new Map<string, Uint8Array>();
  return (level, index) => {
    const tileLevel = Math.floor(level / 8);
    const count = 2 ** (level % 8);
    const first = index * count;
    const tileIndex = Math.floor(first / fullTileWidth);
    const available = hashesAtLevel(size, tileLevel) - tileIndex * fullTileWidth;
    const offset = first % fullTileWidth;
    if (offset + count > available) throw new RangeError('node outside the tree');
    const key = `${tileLevel}/${tileIndex}`;
    let tile = read.get(key);
    if (tile === undefined) {
      const width = Math.min(fullTileWidth, available);
      tile = readWholeTile(readTile, { level: tileLevel, index: tileIndex, width });
      read.set(key, tile);
    }
    return perfectRoot(tile.subarray(offset * hashLength, (offset + count) * hashLength));
  };
}

/** The root over packed hashes whose count is a power of two. */
export function perfectRoot(hashes: Uint8Array): Uint8Array {
  if (hashes.length === hashLength) return hashes;
  const middle = hashes.length / 2;
  return nodeHash(perfectRoot(hashes.subarray(0, middle)), perfectRoot(hashes.subarray(middle)));
}

function indexPath(index: number, width: number): string {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError('tile index');
  if (!Number.isInteger(width) || width < 1 || width > fullTileWidth) throw new RangeError('tile width');
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return width === fullTileWidth ? path : `${path}.p/${width}`;
}
