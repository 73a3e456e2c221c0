import { sha256 } from './sha256.ts';

/** Bytes of a SHA-256 hash. */
export const hashLength = 32;

/** The hash of the perfect subtree of 2^level leaves that starts at leaf index * 2^level. */
export type NodeReader = (level: number, index: number) => Uint8Array;

/** The root of a tree without leaves: SHA-256 of nothing (RFC 9162 section 2.1.1). */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** SHA-256(0x00 || data) (RFC 9162 section 2.1.1). */
export function leafHash(data: Uint8Array): Uint8Array {
  const input = Buffer.allocUnsafe(1 + data.length);
  input[0] = 0x00;
  input.set(data, 1);
  return sha256(input);
}

/** SHA-256(0x01 || left || right) (RFC 9162 section 2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = Buffer.allocUnsafe(1 + 2 * hashLength);
  input[0] = 0x01;
  input.set(left, 1);
  input.set(right, 1 + hashLength);
  return sha256(input);
}

/** The root over leaves [start, end); `start` is a multiple of the power of two that covers the range. */
export function rangeRoot(start: number, end: number, readNode: NodeReader): Uint8Array {
  if (start === end) return emptyRoot();
  const peaks: Uint8Array[] = [];
  let from = start;
  for (let level = 53; level >= 0; level -= 1) {
    const span = 2 ** level;
    if (end - from >= span) {
      peaks.push(readNode(level, from / span));
      from += span;
    }
  }
  return peaks.reduceRight((right, left) => nodeHash(left, right));
}

/** PATH(index, D[size]) of RFC 9162 section 2.1.3.1. Throws RangeError unless 0 <= index < size. */
export function inclusionProof(index: number, size: number, readNode: NodeReader): Uint8Array[] {
  if (!isCount(index) || !isCount(size) || index >= size) throw new RangeError('index outside the tree');
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      proof.push(rangeRoot(middle, end, readNode));
      end = middle;
    } else {
      proof.push(rangeRoot(start, middle, readNode));
      start = middle;
    }
  }
  return proof.reverse();
}

/** PROOF(first, D[second]) of RFC 9162 section 2.1.4.1. Throws RangeError unless 0 < first <= second. */
export function consistencyProof(first: number, second: number, readNode: NodeReader): Uint8Array[] {
  if (!isCount(first) || !isCount(second) || first < 1 || first > second) {
    throw new RangeError('sizes out of order');
  }
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = second;
  while (first !== end) {
    const middle = start + splitPoint(end - start);
    if (first <= middle) {
      proof.push(rangeRoot(middle, end, readNode));
      end = middle;
    } else {
      proof.push(rangeRoot(start, middle, readNode));
      start = middle;
    }
  }
  if (start !== 0) proof.push(rangeRoot(start, end, readNode));
  return proof.reverse();
}

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Whether the proof shows that the leaf is at `index` of the tree of `size` (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const { index, size, proof, root } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (![claim.leafHash, root, ...proof].every(isHash)) return false;
  let node = index;
  let last = size - 1;
  let result = claim.leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      result = nodeHash(sibling, result);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      result = nodeHash(result, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && sameHash(result, root);
}

export interface ConsistencyClaim {
  readonly first: number;
  readonly second: number;
  readonly proof: readonly Uint8Array[];
  readonly firstRoot: Uint8Array;
  readonly secondRoot: Uint8Array;
}

/**
 * Whether the proof shows that the first tree is a prefix of the second (RFC 9162 section 2.1.4.2). An empty
 * first tree proves nothing and is refused; equal sizes need equal roots and an empty proof.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { first, second, proof, firstRoot, secondRoot } = claim;
  if (!isCount(first) || !isCount(second) || first < 1 || first > second) return false;
  if (first === second) return proof.length === 0 && sameHash(firstRoot, secondRoot);
  if (![firstRoot, secondRoot, ...proof].every(isHash)) return false;
  if (proof.length === 0) return false;
  let node = first - 1;
  let last = second - 1;
  while (isOdd(node)) {
    node = half(node);
    last = half(last);
  }
  // When the first tree is a perfect subtree of the second, its root is where the path starts.
  const path = node === 0 ? [firstRoot, ...proof] : proof;
  const [seed, ...siblings] = path;
  if (seed === undefined) return false;
  let old = seed;
  let current = seed;
  for (const sibling of siblings) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      old = nodeHash(sibling, old);
      current = nodeHash(sibling, current);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      current = nodeHash(current, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && sameHash(old, firstRoot) && sameHash(current, secondRoot);
}

/** Whether two hashes are equal; they are public, so the time this takes does not matter. */
export function sameHash(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** The largest power of two below `count`. */
function splitPoint(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
const isHash = (value: Uint8Array) => value.length === hashLength;
const isOdd = (value: number) => value % 2 === 1;
const half = (value: number) => Math.floor(value / 2);
