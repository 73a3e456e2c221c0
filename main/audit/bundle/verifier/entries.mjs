// Every entry, its leaf, the tiles up to the signed roots.
import { jsonOf, same, textOf } from './bytes.mjs';
import { must, Tampered } from './findings.mjs';
import { Repeated } from './repeated.mjs';
import { hashLength, pathOf, width } from './tree.mjs';

/** The entries of a bundle and the tree over them. */
export class Entries {
  /** How many entries of a tile are those that were logged, as far as the tile itself is. */
  #fitting = new Map();

  /** `check` reads the files, and takes down what is found. */
  constructor(check) {
    this.check = check;
    this.tree = check.tree;
    this.range = check.manifest;
    /** Whether the tiles lead to the signed root of the newest entry. */
    this.rooted = false;
  }

  /** How many entries are those that were logged, in tiles that lead up. */
  get matching() {
    return [...this.#fitting.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Compares entries, tiles and the files that repeat the entries; `heads` as far as there are some. */
  async run(heads) {
    const { check, tree } = this;
    const { first, end } = this.range;
    const repeated = new Repeated(check);
    let below = new Map();
    let partial;
    for (let tile = first / width; tile * width < end; tile += 1) {
      const count = Math.min(width, end - tile * width);
      const leaves = await check.step(() => check.bytes(pathOf('0', tile, count), width * hashLength));
      if (leaves?.length === count * hashLength) {
        if (count === width) below.set(tile, await tree.perfect(leaves));
        else partial = leaves;
      } else if (leaves !== undefined)
        check.found(new Tampered(`${pathOf('0', tile, count)} is no tile`, tile * width));
      await check.step(() => this.#checkEntryBundle(tile, count, leaves, repeated));
      check.platform.progress?.(Math.min(end, (tile + 1) * width) - first, end - first);
    }
    await repeated.finish();
    const levels = [undefined];
    for (let level = 1; Math.floor(end / width ** level) > 0; level += 1) {
      const tiles = await this.#tilesAt(level, below);
      levels.push(tiles);
      below = new Map();
      for (const [tile, hashes] of tiles) {
        if (hashes.length === width * hashLength) below.set(tile, await tree.perfect(hashes));
      }
    }
    if (heads === undefined) return;
    for (const [head, leaves] of [
      [heads.first, undefined],
      [heads.last, partial],
    ]) {
      if (head === undefined) continue;
      const root = await this.#rootOf(head.size, levels, leaves);
      must(
        root !== undefined && same(root, head.root),
        `The tiles do not lead to the signed root of ${head.size} entries`,
      );
    }
    this.rooted = true;
  }

  /** The tiles of a level; each of their hashes whose tile below is in the bundle has to be that tile's root. */
  async #tilesAt(level, below) {
    const { check } = this;
    const { first, end } = this.range;
    const tiles = new Map();
    const hashes = Math.floor(end / width ** level);
    const lowest = Math.floor(first / width ** (level + 1));
    for (let tile = lowest; tile * width < hashes; tile += 1) {
      const count = Math.min(width, hashes - tile * width);
      const name = pathOf(String(level), tile, count);
      const content = await check.step(() => check.bytes(name, width * hashLength));
      if (content === undefined) {
        this.#forget(tile * width, count, level);
        continue;
      }
      let told = false;
      for (let at = 0; at < count; at += 1) {
        const root = below.get(tile * width + at);
        if (root === undefined || same(root, content.subarray(at * hashLength, (at + 1) * hashLength)))
          continue;
        const from = (tile * width + at) * width ** level;
        if (!told) check.found(new Tampered(`${name} does not follow from the tiles below it`, from));
        told = true;
        this.#forget(tile * width + at, 1, level);
      }
      tiles.set(tile, content);
    }
    return tiles;
  }

  /** What lies below these hashes of a level leads nowhere. */
  #forget(hash, count, level) {
    const [from, to] = [hash, hash + count].map((at) => at * width ** (level - 1));
    for (const tile of this.#fitting.keys()) if (tile >= from && tile < to) this.#fitting.delete(tile);
  }

  /** The root of the first `size` entries, from the right edge of the tiles: peaks from the lowest level up. */
  async #rootOf(size, levels, leaves) {
    const { tree } = this;
    let root = size === 0 ? await tree.sha256(new Uint8Array(0)) : undefined;
    for (let level = 0; Math.floor(size / width ** level) > 0; level += 1) {
      const hashes = Math.floor(size / width ** level);
      const count = hashes % width;
      if (count === 0) continue;
      const tile = level === 0 ? leaves : levels[level]?.get(Math.floor(hashes / width));
      if (tile === undefined || tile.length < count * hashLength) return undefined;
      let end = count;
      for (let span = 1; end > 0; span *= 2) {
        if ((end & span) === 0) continue;
        const peak = await tree.perfect(tile.subarray((end - span) * hashLength, end * hashLength));
        root = root === undefined ? peak : await tree.node(peak, root);
        end -= span;
      }
    }
    return root;
  }

  async #checkEntryBundle(tile, count, leaves, repeated) {
    const { check } = this;
    const name = pathOf('entries', tile, count);
    const { records, wrong } = recordsIn(await check.bytes(name, width * 65_537), name, tile * width, count);
    const hashes = await Promise.all(records.map((record) => this.tree.leaf(record)));
    for (const [number, record] of records.entries()) {
      const index = tile * width + number;
      const leaf = hashes[number];
      const expected = leaves?.subarray(number * hashLength, (number + 1) * hashLength);
      await check.step(async () => {
        const { text, entry } = this.#readRecord(index, record, leaf, expected);
        this.#fitting.set(tile, (this.#fitting.get(tile) ?? 0) + 1);
        await repeated.compare(index, text, entry, leaf);
      });
    }
    if (wrong !== undefined) throw wrong;
  }

  #readRecord(index, record, leaf, expected) {
    must(
      expected !== undefined && same(leaf, expected),
      `Entry ${index} is not the one that was logged`,
      index,
    );
    const text = textOf(record, `Entry ${index}`);
    const entry = jsonOf(text, `Entry ${index}`);
    must(
      entry?.v === 1 && entry.i === index && entry.log === this.range.log,
      `Entry ${index} belongs elsewhere: entry ${entry?.i} of ${entry?.log}`,
      index,
    );
    return { text, entry };
  }
}

/** The records of an entry bundle, and what is wrong with it after them. */
function recordsIn(bytes, name, first, count) {
  const records = [];
  let at = 0;
  for (let index = first; index < first + count; index += 1) {
    if (at + 2 > bytes.length)
      return {
        records,
        wrong: new Tampered(`Entry ${index} and those after it in ${name} are missing`, index),
      };
    const end = at + 2 + bytes[at] * 256 + bytes[at + 1];
    if (end > bytes.length) return { records, wrong: new Tampered(`Entry ${index} is cut short`, index) };
    records.push(bytes.subarray(at + 2, end));
    at = end;
  }
  const more = new Tampered(`${name} has more than its ${count} entries`, first + count - 1);
  return { records, wrong: at === bytes.length ? undefined : more };
}
