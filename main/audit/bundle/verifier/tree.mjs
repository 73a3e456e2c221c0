// The tree (RFC 9162, section 2.1) and its tiles.
import { concat, fromBase64, same } from './bytes.mjs';
import { must } from './findings.mjs';

/** Hashes in a tile. */
export const width = 256;
export const hashLength = 32;

/** Hashes of leaves and nodes, and the two proofs. */
export class Tree {
  constructor(platform) {
    this.sha256 = platform.sha256;
  }

  leaf(record) {
    return this.sha256(concat([Uint8Array.of(0), record]));
  }

  node(left, right) {
    return this.sha256(concat([Uint8Array.of(1), left, right]));
  }

  /** The root over hashes whose count is a power of two. */
  async perfect(hashes) {
    if (hashes.length === hashLength) return hashes;
    const middle = hashes.length / 2;
    const halves = [hashes.subarray(0, middle), hashes.subarray(middle)];
    return await this.node(...(await Promise.all(halves.map((half) => this.perfect(half)))));
  }

  /** Whether the leaf with this hash is at `index` of the tree (2.1.3.2). */
  async includes(proof, index, leaf, { size, root }) {
    if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) return false;
    let [at, last, hash] = [index, size - 1, leaf];
    for (const sibling of proof) {
      if (last === 0) return false;
      if (at % 2 === 1 || at === last) {
        hash = await this.node(sibling, hash);
        while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
      } else {
        hash = await this.node(hash, sibling);
      }
      [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    }
    return last === 0 && same(hash, root);
  }

  /** Whether the first tree is the beginning of the second (2.1.4.2). */
  async extends(proof, first, second) {
    if (first.size < 1 || first.size > second.size) return false;
    if (first.size === second.size) return proof.length === 0 && same(first.root, second.root);
    let [at, last] = [first.size - 1, second.size - 1];
    while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    const [seed, ...siblings] = at === 0 ? [first.root, ...proof] : proof;
    if (seed === undefined || proof.length === 0) return false;
    let [old, current] = [seed, seed];
    for (const sibling of siblings) {
      if (last === 0) return false;
      if (at % 2 === 1 || at === last) {
        old = await this.node(sibling, old);
        current = await this.node(sibling, current);
        while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
      } else {
        current = await this.node(current, sibling);
      }
      [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    }
    return last === 0 && same(old, first.root) && same(current, second.root);
  }
}

export function proofOf(list, what) {
  must(Array.isArray(list) && list.length <= 128, `${what} has no proof`);
  return list.map((text) => {
    const hash = typeof text === 'string' ? fromBase64(text) : undefined;
    must(hash?.length === hashLength, `${what} has no proof`);
    return hash;
  });
}

/** C2SP tlog-tiles: index in groups of three digits. */
export function pathOf(level, index, count) {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return `tile/${level}/${path}${count === width ? '' : `.p/${count}`}`;
}
