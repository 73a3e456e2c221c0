import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  type NodeReader,
  nodeHash,
  rangeRoot,
  verifyConsistency,
  verifyInclusion,
} from '../../../main/audit/merkle.ts';

const decode = (value: string) => new Uint8Array(Buffer.from(value, 'base64'));
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');

interface InclusionVector {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}

interface ConsistencyVector {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
}

function vectors<Vector>(folder: string): [string, Vector][] {
  const root = new URL(`../../fixtures/${folder}/`, import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  );
  return files.map((file) => {
    const path = encodeURIComponent(file).replaceAll('%2F', '/');
    return [file, JSON.parse(readFileSync(new URL(path, root), 'utf8'))];
  });
}

const leaves = Array.from({ length: 600 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));

/** MTH as RFC 9162 section 2.1.1 writes it down. */
function treeHash(hashes: readonly Uint8Array[]): Uint8Array {
  const [first] = hashes;
  if (first === undefined) return emptyRoot();
  if (hashes.length === 1) return first;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(treeHash(hashes.slice(0, split)), treeHash(hashes.slice(split)));
}

const readNode: NodeReader = (level, index) =>
  treeHash(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

/** The list with one bit of one hash flipped. */
function flip(list: readonly Uint8Array[], bit: number): Uint8Array[] {
  const copy = list.map((entry) => new Uint8Array(entry));
  const entry = copy[Math.floor(bit / 256) % copy.length];
  const at = Math.floor((bit % 256) / 8);
  if (entry !== undefined) entry[at] = (entry[at] ?? 0) ^ (1 << (bit % 8));
  return copy;
}

describe('hashes', () => {
  it('are those of RFC 6962', () => {
    expect(hex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hex(leafHash(new Uint8Array(0)))).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
  });
});

describe('verifyInclusion', () => {
  const cases = vectors<InclusionVector>('rfc6962-inclusion');
  it('sees good and broken vectors', () => {
    expect(cases).toHaveLength(98);
    expect(new Set(cases.map(([, vector]) => vector.wantErr))).toEqual(new Set([true, false]));
  });
  it.each(cases)('judges %s', (_, { leafIdx, treeSize, root, leafHash: leaf, proof, wantErr }) => {
    const claim = {
      index: leafIdx,
      size: treeSize,
      leafHash: decode(leaf),
      proof: (proof ?? []).map(decode),
      root: decode(root),
    };
    expect(verifyInclusion(claim)).toBe(!wantErr);
  });

  it('accepts each proof we make and refuses it with a flipped bit or another place', () => {
    const place = fc
      .integer({ min: 1, max: leaves.length })
      .chain((size) =>
        fc.record({ size: fc.constant(size), index: fc.nat({ max: size - 1 }), bit: fc.nat() }),
      );
    fc.assert(
      fc.property(place, ({ size, index, bit }) => {
        const root = treeHash(leaves.slice(0, size));
        const leaf = leaves[index] ?? emptyRoot();
        const proof = inclusionProof(index, size, readNode);
        const claim = { index, size, leafHash: leaf, proof, root };
        expect(verifyInclusion(claim)).toBe(true);
        const [flippedRoot = root, flippedLeaf = leaf] = flip([root, leaf], bit);
        expect(verifyInclusion({ ...claim, root: flippedRoot, leafHash: flippedLeaf })).toBe(false);
        expect(verifyInclusion({ ...claim, index: index + 1 })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, leaf] })).toBe(false);
        if (proof.length === 0) return;
        expect(verifyInclusion({ ...claim, proof: flip(proof, bit) })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
      }),
    );
  });
});

describe('proofs that are longer than the tree is high', () => {
  it('are refused, even when they hash to the root', () => {
    const [first = emptyRoot(), second = emptyRoot()] = leaves;
    const root = nodeHash(first, second);
    const leaf = { index: 0, size: 1, leafHash: second, proof: [first], root };
    expect(verifyInclusion(leaf)).toBe(false);
    expect(verifyInclusion({ ...leaf, index: 1, size: 2 })).toBe(true);
    const [third = first, fourth = first, extra = first] = leaves.slice(2);
    const pair = nodeHash(first, second);
    const growth = {
      first: 3,
      second: 4,
      proof: [third, fourth, pair],
      firstRoot: nodeHash(pair, third),
      secondRoot: nodeHash(pair, nodeHash(third, fourth)),
    };
    expect(verifyConsistency(growth)).toBe(true);
    const longer = {
      ...growth,
      proof: [...growth.proof, extra],
      firstRoot: nodeHash(extra, growth.firstRoot),
      secondRoot: nodeHash(extra, growth.secondRoot),
    };
    expect(verifyConsistency(longer)).toBe(false);
  });
});

describe('verifyConsistency', () => {
  const cases = vectors<ConsistencyVector>('rfc6962-consistency');
  it('sees good and broken vectors', () => {
    expect(cases).toHaveLength(98);
    expect(new Set(cases.map(([, vector]) => vector.wantErr))).toEqual(new Set([true, false]));
  });
  it.each(cases)('judges %s', (_, { size1, size2, root1, root2, proof, wantErr }) => {
    const claim = {
      first: size1,
      second: size2,
      firstRoot: decode(root1),
      secondRoot: decode(root2),
      proof: (proof ?? []).map(decode),
    };
    expect(verifyConsistency(claim)).toBe(!wantErr);
  });

  it('accepts each proof we make and refuses it with a flipped bit', () => {
    const sizes = fc
      .integer({ min: 1, max: leaves.length })
      .chain((second) =>
        fc.record({ second: fc.constant(second), first: fc.integer({ min: 1, max: second }), bit: fc.nat() }),
      );
    fc.assert(
      fc.property(sizes, ({ first, second, bit }) => {
        const firstRoot = treeHash(leaves.slice(0, first));
        const secondRoot = treeHash(leaves.slice(0, second));
        const proof = consistencyProof(first, second, readNode);
        const claim = { first, second, firstRoot, secondRoot, proof };
        expect(verifyConsistency(claim)).toBe(true);
        const [flippedFirst = firstRoot, flippedSecond = secondRoot] = flip([firstRoot, secondRoot], bit);
        expect(verifyConsistency({ ...claim, firstRoot: flippedFirst, secondRoot: flippedSecond })).toBe(
          false,
        );
        expect(verifyConsistency({ ...claim, proof: [...proof, firstRoot] })).toBe(false);
        if (proof.length === 0) return;
        expect(verifyConsistency({ ...claim, proof: flip(proof, bit) })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).toBe(false);
      }),
    );
  });
});

describe('proofs of places that are not in the tree', () => {
  it('are not made', () => {
    expect(() => inclusionProof(5, 5, readNode)).toThrow(RangeError);
    expect(() => inclusionProof(-1, 5, readNode)).toThrow(RangeError);
    expect(() => consistencyProof(0, 5, readNode)).toThrow(RangeError);
    expect(() => consistencyProof(6, 5, readNode)).toThrow(RangeError);
  });
});

describe('rangeRoot', () => {
  it('is MTH for every size', () => {
    for (let size = 0; size < 70; size += 1) {
      expect(hex(rangeRoot(0, size, readNode))).toBe(hex(treeHash(leaves.slice(0, size))));
    }
  });
});
