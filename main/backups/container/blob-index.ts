import { HoldfastError } from '../../../shared/errors.ts';
import type { BlobKind, PackedBlob } from './blob.ts';
import { throwIfCancelled } from './cancelling.ts';
import { type IndexedPack, parseIndex } from './index-file.ts';
import { fileLabel, type RepositoryFiles } from './repository-files.ts';
import { loadSealedJson } from './sealed-json.ts';
import type { SealingKeys } from './sealing.ts';

export interface BlobPlace extends PackedBlob {
  /** The pack's name. */
  readonly pack: string;
}

/** Where every blob of a repository lies, held in memory. */
export class BlobIndex {
  readonly #places: Record<BlobKind, Map<string, BlobPlace>> = { data: new Map(), tree: new Map() };
  readonly #packs = new Map<string, readonly PackedBlob[]>();

  add(pack: IndexedPack): void {
    this.#packs.set(pack.id, pack.blobs);
    for (const blob of pack.blobs) {
      const places = this.#places[blob.kind];
      if (!places.has(blob.id)) places.set(blob.id, { ...blob, pack: pack.id });
    }
  }

  has(kind: BlobKind, id: string): boolean {
    return this.#places[kind].has(id);
  }

  find(kind: BlobKind, id: string): BlobPlace | undefined {
    return this.#places[kind].get(id);
  }

  /** Every indexed pack with its blobs. */
  packs(): ReadonlyMap<string, readonly PackedBlob[]> {
    return this.#packs;
  }
}

export interface LoadIndexOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with a damaged index file's error, which is thrown otherwise. */
  readonly onDamage?: ((file: string, error: HoldfastError) => void) | undefined;
}

/** Reads all index files; those that another one supersedes are left out. Throws INTEGRITY. */
export async function loadBlobIndex(
  files: RepositoryFiles,
  keys: SealingKeys,
  options: LoadIndexOptions = {},
): Promise<BlobIndex> {
  const loaded = new Map<string, readonly IndexedPack[]>();
  const superseded = new Set<string>();
  for (const { name } of await files.list('index')) {
    throwIfCancelled(options.signal);
    const label = fileLabel('index', name);
    try {
      const file = parseIndex(await loadSealedJson(files, keys, 'index', name), label);
      loaded.set(name, file.packs);
      for (const old of file.supersedes) superseded.add(old);
    } catch (error) {
      if (!options.onDamage || !(error instanceof HoldfastError)) throw error;
      options.onDamage(label, error);
    }
  }
  const index = new BlobIndex();
  for (const [name, packs] of loaded) {
    if (!superseded.has(name)) for (const pack of packs) index.add(pack);
  }
  return index;
}
