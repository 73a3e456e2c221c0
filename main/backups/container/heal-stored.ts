import { HoldfastError } from '../../../shared/errors.ts';
import type { BlobKind } from './blob.ts';
import { type BlobIndex, loadBlobIndex } from './blob-index.ts';
import { BlobReader } from './blob-reader.ts';
import { throwIfCancelled } from './cancelling.ts';
import type { CheckOptions, Problem } from './check-stored.ts';
import { damageOf, fetchSound, type Healed, type HealSource, isTrouble } from './fetch-sound.ts';
import { encodeIndex } from './index-file.ts';
import { groupIntoIndexFiles } from './index-maintenance.ts';
import { readUnlisted } from './lost-index.ts';
import { packSize } from './pack.ts';
import { fileLabel, type RepositoryFiles } from './repository-files.ts';
import type { SealPool } from './seal-pool.ts';
import { loadSealedJson, saveSealedJson } from './sealed-json.ts';
import type { SealingKeys } from './sealing.ts';
import { parseSnapshot } from './snapshot-file.ts';
import { parseTree } from './tree.ts';

export interface Healing {
  readonly files: RepositoryFiles;
  readonly keys: SealingKeys;
  readonly pool: SealPool;
  readonly sources: readonly HealSource[];
  /** Ids of snapshots that are to be there. */
  readonly snapshots: readonly string[];
  /** Packs whose bytes are proved, by name; null: all of them. The others are compared by size. */
  readonly suspects: ReadonlySet<string> | null;
}

export interface HealReport {
  readonly healed: readonly Healed[];
  /** What no copy could heal. */
  readonly left: readonly Problem[];
}

/**
 * Brings back what is damaged or missing, as far as another place has it or it follows from what is there: files from the
 * copies, each proved by the SHA-256 that is its name, and the index from the packs' headers. Only adds files and replaces
 * damaged ones, so that a shared lock, held by the caller, is enough; cut off anywhere, it is simply done again. Errors: IO,
 * STORAGE_FULL, READ_ONLY, CANCELLED.
 */
export async function healStored(healing: Healing, options: CheckOptions = {}): Promise<HealReport> {
  return await new StoredHealing(healing, options).heal();
}

interface NeededBlob {
  readonly kind: BlobKind;
  readonly id: string;
  /** A snapshot that needs it. */
  readonly snapshot: string;
}

class StoredHealing {
  readonly #healing: Healing;
  readonly #options: CheckOptions;
  readonly #healed: Healed[] = [];
  readonly #left: Problem[] = [];

  constructor(healing: Healing, options: CheckOptions) {
    this.#healing = healing;
    this.#options = options;
  }

  async heal(): Promise<HealReport> {
    const { files } = this.#healing;
    const useless = await this.#healNamed('index', []);
    for (const name of await this.#healNamed('snapshots', this.#healing.snapshots)) {
      this.#left.push({ file: fileLabel('snapshots', name), what: 'no copy has it' });
    }
    let index = await this.#index();
    await this.#healPacks(index);
    if (await this.#listUnlisted(index, 'a part of the index was lost')) index = await this.#index();
    for (const name of useless) {
      await files.remove('index', name);
      this.#healed.push({
        file: fileLabel('index', name),
        from: null,
        why: 'it was damaged; what it listed was read from the packs again',
      });
    }
    await this.#healStructure(index);
    return { healed: this.#healed, left: this.#left };
  }

  /** Heals what is damaged of a kind, and what is to be there and is not. Answers the names that no copy has. */
  async #healNamed(kind: 'index' | 'snapshots', wanted: readonly string[]): Promise<readonly string[]> {
    const { files } = this.#healing;
    const lost: string[] = [];
    const present = (await files.list(kind)).map(({ name }) => name);
    for (const name of new Set([...present, ...wanted])) {
      throwIfCancelled(this.#options.signal);
      const why = await damageOf(files, kind, name);
      if (why !== undefined && !(await this.#fetch(kind, name, why))) lost.push(name);
    }
    return lost;
  }

  async #healPacks(index: BlobIndex): Promise<void> {
    const { files, suspects } = this.#healing;
    const sizes = new Map((await files.list('data')).map(({ name, size }) => [name, size]));
    let [done, bytes] = [0, 0];
    for (const [name, blobs] of index.packs()) {
      throwIfCancelled(this.#options.signal);
      const size = sizes.get(name);
      const isProved = suspects === null || suspects.has(name);
      const why = size === packSize(blobs) && !isProved ? undefined : await damageOf(files, 'data', name);
      if (why !== undefined && !(await this.#fetch('data', name, why))) {
        this.#left.push({ file: fileLabel('data', name), what: why });
      }
      done += 1;
      bytes += size ?? 0;
      this.#options.onProgress?.({ phase: 'checking-content', done, total: index.packs().size, bytes });
    }
  }

  /** Lists packs that no index lists where they hold a blob that no other has. Answers whether there were any. */
  async #listUnlisted(index: BlobIndex, why: string): Promise<boolean> {
    const { files, keys } = this.#healing;
    let { packs, damaged } = await readUnlisted(files, keys, index, this.#options.signal);
    let fetched = false;
    for (const name of damaged) {
      fetched = (await this.#fetch('data', name, 'its bytes do not match its name')) || fetched;
    }
    if (fetched) packs = (await readUnlisted(files, keys, index, this.#options.signal)).packs;
    for (const group of groupIntoIndexFiles(packs)) {
      throwIfCancelled(this.#options.signal);
      const { name } = await saveSealedJson(
        files,
        keys,
        'index',
        encodeIndex({ packs: group, supersedes: [] }),
      );
      this.#healed.push({ file: fileLabel('index', name), from: null, why });
    }
    return packs.length > 0;
  }

  /** Fetches packs with blobs that a snapshot needs and no index names, until nothing more can be had. */
  async #healStructure(first: BlobIndex): Promise<void> {
    let index = first;
    for (;;) {
      const missing = await this.#missing(index);
      if (missing.needed.size === 0 && missing.unreadable.size === 0) return;
      let progress = false;
      for (const name of missing.unreadable) {
        const why = await damageOf(this.#healing.files, 'data', name);
        if (why !== undefined) progress = (await this.#fetch('data', name, why)) || progress;
      }
      for (const name of await this.#packsOfCopies(missing.needed)) {
        if (index.packs().has(name)) continue;
        progress =
          (await this.#fetch('data', name, 'a snapshot needs it, and it was gone with its index')) ||
          progress;
      }
      if (await this.#listUnlisted(index, 'it lists packs that came from a copy'))
        index = await this.#index();
      if (progress) continue;
      for (const { kind, id, snapshot } of missing.needed.values()) {
        const what = `it needs the ${kind} blob ${id}, which no index names`;
        this.#left.push({ file: fileLabel('snapshots', snapshot), what });
      }
      return;
    }
  }

  /** Blobs that no index names, with a snapshot that needs each; packs whose trees cannot be read. */
  async #missing(index: BlobIndex) {
    const { files, keys, pool } = this.#healing;
    const reader = new BlobReader(files, pool, 0);
    const needed = new Map<string, NeededBlob>();
    const unreadable = new Set<string>();
    const seen = new Set<string>();
    for (const { name: snapshot } of await files.list('snapshots')) {
      const root = await this.#rootOf(keys, snapshot);
      const waiting = root === undefined ? [] : [root];
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        throwIfCancelled(this.#options.signal);
        if (seen.has(id)) continue;
        seen.add(id);
        const place = index.find('tree', id);
        if (place === undefined) {
          needed.set(`tree ${id}`, { kind: 'tree', id, snapshot });
          continue;
        }
        try {
          for (const { content, subtree } of parseTree(await reader.read(index, 'tree', id), id)) {
            if (subtree !== undefined) waiting.push(subtree);
            for (const blob of content ?? []) {
              if (!index.has('data', blob)) needed.set(`data ${blob}`, { kind: 'data', id: blob, snapshot });
            }
          }
        } catch (error) {
          if (!isTrouble(error)) throw error;
          unreadable.add(place.pack);
        }
      }
    }
    return { needed, unreadable };
  }

  async #rootOf(keys: SealingKeys, snapshot: string): Promise<string | undefined> {
    try {
      return parseSnapshot(await loadSealedJson(this.#healing.files, keys, 'snapshots', snapshot), snapshot)
        .tree;
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'INTEGRITY') return undefined; // told already
      throw error;
    }
  }

  async #packsOfCopies(needed: ReadonlyMap<string, NeededBlob>): Promise<ReadonlySet<string>> {
    const packs = new Set<string>();
    if (needed.size === 0) return packs;
    for (const { files } of this.#healing.sources) {
      try {
        const index = await loadBlobIndex(files, this.#healing.keys, {
          signal: this.#options.signal,
          onDamage: () => undefined, // what the copy's sound index files name is of use already
        });
        for (const { kind, id } of needed.values()) {
          const place = index.find(kind, id);
          if (place !== undefined) packs.add(place.pack);
        }
      } catch (error) {
        if (!isTrouble(error)) throw error;
      }
    }
    return packs;
  }

  async #fetch(kind: 'index' | 'snapshots' | 'data', name: string, why: string): Promise<boolean> {
    const { files, sources } = this.#healing;
    const healed = await fetchSound(files, sources, { kind, name, why });
    if (healed !== undefined) this.#healed.push(healed);
    return healed !== undefined;
  }

  async #index(): Promise<BlobIndex> {
    const { files, keys } = this.#healing;
    return await loadBlobIndex(files, keys, { signal: this.#options.signal, onDamage: () => undefined });
  }
}
