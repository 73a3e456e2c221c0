import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  emptyRoot,
  hashLength,
  inclusionProof,
  leafHash,
  rangeRoot,
  verifyConsistency,
  verifyInclusion,
} from '../../../main/audit/merkle.ts';
import {
  changedTiles,
  entriesPath,
  fullTileWidth,
  nodesFromTiles,
  perfectRoot,
  type TileReader,
  tilePath,
} from '../../../main/audit/tiles.ts';
import { appendLeaves, edgeRoot, emptyEdge, loadEdge, type TreeEdge } from '../../../main/audit/tree-edge.ts';

function packedLeaves(start: number, count: number): Uint8Array {
  const packed = new Uint8Array(count * hashLength);
  for (let index = 0; index < count; index += 1) {
    packed.set(leafHash(Buffer.from(`entry ${start + index}`)), index * hashLength);
  }
  return packed;
}

/** Tiles as storage holds them: by level and index, the widest written. */
function tileStore() {
  const tiles = new Map<string, Uint8Array>();
  const readTile: TileReader = (level, index, width) =>
    (tiles.get(`${level}/${index}`) ?? new Uint8Array(0)).subarray(0, width * hashLength);
  const append = (edge: TreeEdge, leaves: Uint8Array): TreeEdge => {
    const result = appendLeaves(edge, leaves);
    const addresses = result.tiles.map(({ level, index, width }) => ({ level, index, width }));
    expect(addresses).toEqual(changedTiles(edge.size, result.edge.size));
    for (const { level, index, width, hashes, root } of result.tiles) {
      expect(hashes).toHaveLength(width * hashLength);
      expect(root && hex(root)).toBe(width === fullTileWidth ? hex(perfectRoot(hashes)) : null);
      tiles.set(`${level}/${index}`, hashes.slice());
    }
    return result.edge;
  };
  return { tiles, readTile, append };
}

const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
const all = packedLeaves(0, 70_000);
const leafAt = (index: number) => all.subarray(index * hashLength, (index + 1) * hashLength);

describe('paths', () => {
  it('are those of tlog-tiles', () => {
    expect(tilePath(0, 0)).toBe('tile/0/000');
    expect(tilePath(1, 1234067)).toBe('tile/1/x001/x234/067');
    expect(tilePath(2, 1000, 17)).toBe('tile/2/x001/000.p/17');
    expect(tilePath(63, 999, 1)).toBe('tile/63/999.p/1');
    expect(entriesPath(273, 112)).toBe('tile/entries/273.p/112');
    expect(entriesPath(1_000_000)).toBe('tile/entries/x001/x000/000');
  });
  it('exist only for tiles that can exist', () => {
    expect(() => tilePath(64, 0)).toThrow(RangeError);
    expect(() => tilePath(0, -1)).toThrow(RangeError);
    expect(() => tilePath(0, 0.5)).toThrow(RangeError);
    expect(() => tilePath(0, 0, 0)).toThrow(RangeError);
    expect(() => entriesPath(0, 257)).toThrow(RangeError);
  });
});

describe('changedTiles', () => {
  it('lists the tiles of the example of 70,000 leaves', () => {
    const tiles = changedTiles(0, 70_000);
    expect(tiles).toHaveLength(273 + 1 + 1 + 1 + 1);
    expect(tiles.filter(({ width }) => width < 256)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
  });
  it('lists nothing where nothing changes, and the finished tile where one is finished', () => {
    expect(changedTiles(300, 300)).toEqual([]);
    expect(changedTiles(255, 256)).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ]);
  });
});

describe('appendLeaves', () => {
  const whole = tileStore();
  const edge = whole.append(emptyEdge(), all);

  it('makes the root that the tiles have', () => {
    const readNode = nodesFromTiles(edge.size, whole.readTile);
    expect(hex(edgeRoot(edge))).toBe(hex(rangeRoot(0, edge.size, readNode)));
    expect(hex(edgeRoot(emptyEdge()))).toBe(hex(emptyRoot()));
  });

  it('makes the same tiles, edge and root in any batches, also when loaded anew between them', () => {
    const batches = fc.array(fc.record({ count: fc.nat({ max: 700 }), reload: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(batches, (list) => {
        const parts = tileStore();
        let grown = emptyEdge();
        for (const { count, reload } of list) {
          grown = parts.append(grown, all.subarray(grown.size * 32, (grown.size + count) * 32));
          if (reload) grown = loadEdge(grown.size, parts.readTile);
        }
        const once = tileStore();
        const direct = once.append(emptyEdge(), all.subarray(0, grown.size * 32));
        expect(hex(edgeRoot(grown))).toBe(hex(edgeRoot(direct)));
        expect(grown.partials).toEqual(direct.partials);
        expect(new Map([...parts.tiles].sort())).toEqual(new Map([...once.tiles].sort()));
      }),
      { numRuns: 40 },
    );
  });

  it('goes on across the boundary of the third level as if written at once', () => {
    const parts = tileStore();
    let grown = parts.append(emptyEdge(), all.subarray(0, 65_535 * 32));
    grown = parts.append(loadEdge(grown.size, parts.readTile), leafAt(65_535));
    expect(grown.partials.map((partial) => partial.length / 32)).toEqual([0, 0, 1]);
    grown = parts.append(loadEdge(grown.size, parts.readTile), all.subarray(65_536 * 32));
    expect(hex(edgeRoot(grown))).toBe(hex(edgeRoot(edge)));
    expect(parts.tiles.size).toBe(whole.tiles.size);
  });

  it('leaves the edge it was given as it was', () => {
    const before = loadEdge(300, whole.readTile);
    const copy = structuredClone(before);
    appendLeaves(before, packedLeaves(300, 500));
    expect(before).toEqual(copy);
  });

  it('takes whole hashes only', () => {
    expect(() => appendLeaves(emptyEdge(), new Uint8Array(33))).toThrow(RangeError);
  });

  it('gives tiles from which proofs of any size verify, and no longer when a hash in them changes', () => {
    const claim = fc
      .integer({ min: 1, max: 70_000 })
      .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat({ max: size - 1 }) }));
    fc.assert(
      fc.property(claim, ({ size, index }) => {
        const readNode = nodesFromTiles(size, whole.readTile);
        const root = edgeRoot(loadEdge(size, whole.readTile));
        const first = index + 1;
        const firstRoot = edgeRoot(loadEdge(first, whole.readTile));
        expect(hex(rangeRoot(0, size, readNode))).toBe(hex(root));
        const proof = inclusionProof(index, size, readNode);
        expect(verifyInclusion({ index, size, leafHash: leafAt(index), proof, root })).toBe(true);
        const growth = consistencyProof(first, size, readNode);
        expect(verifyConsistency({ first, second: size, firstRoot, secondRoot: root, proof: growth })).toBe(
          true,
        );
        const changed = nodesFromTiles(size, (level, tile, width) =>
          whole.readTile(level, tile, width).map((byte, at) => (at % 32 === 7 ? byte ^ 1 : byte)),
        );
        expect(hex(rangeRoot(0, size, changed))).not.toBe(hex(root));
      }),
      { numRuns: 60 },
    );
  });

  it('reports a tile that is cut short', () => {
    const short: TileReader = (level, index, width) => whole.readTile(level, index, width - 1);
    const integrity = expect.objectContaining({ code: 'INTEGRITY' });
    expect(() => loadEdge(300, short)).toThrow(integrity);
    expect(() => nodesFromTiles(300, short)(0, 299)).toThrow(integrity);
    expect(() => nodesFromTiles(300, whole.readTile)(0, 300)).toThrow(RangeError);
  });
});
