import { HoldfastError } from '../../../shared/errors.ts';
import { type BlobKind, plainLengthOf } from './blob.ts';
import type { BlobIndex, BlobPlace } from './blob-index.ts';
import { fileLabel, type RepositoryFiles } from './repository-files.ts';
import type { SealPool } from './seal-pool.ts';

/** Reads blobs through an index, with the newest trees kept in memory. Every blob's SHA-256 is checked. */
export class BlobReader {
  readonly #files: RepositoryFiles;
  readonly #pool: SealPool;
  readonly #cacheBytes: number;
  readonly #cache = new Map<string, Uint8Array>();
  #cached = 0;

  constructor(files: RepositoryFiles, pool: SealPool, cacheBytes: number) {
    this.#files = files;
    this.#pool = pool;
    this.#cacheBytes = cacheBytes;
  }

  /** The plain bytes: a tree's not to be changed, data the caller's own. Throws NOT_FOUND when no index names the blob, INTEGRITY. */
  async read(index: BlobIndex, kind: BlobKind, id: string): Promise<Uint8Array> {
    const key = `${kind}/${id}`;
    const known = this.#cache.get(key);
    if (known !== undefined) {
      this.#cache.delete(key);
      this.#cache.set(key, known);
      return known;
    }
    const place = index.find(kind, id);
    if (place === undefined) throw noSuchBlob(kind, id);
    const { pack, offset, length } = place;
    const sealed = await this.#files.read('data', pack, { offset, length });
    const plain = await this.#pool.open(sealed, place, fileLabel('data', pack));
    if (kind === 'tree') this.#keep(key, plain);
    return plain;
  }

  /**
   * Writes the plain bytes of a data blob at a position of an open file. Throws as `read`, and what the system said to the
   * writing.
   */
  async write(place: BlobPlace, descriptor: number, position: number): Promise<void> {
    const { pack, offset, length } = place;
    const sealed = await this.#files.read('data', pack, { offset, length });
    const into = { descriptor, position, length: plainLengthOf(place) };
    await this.#pool.openInto(sealed, place, fileLabel('data', pack), into);
  }

  #keep(key: string, plain: Uint8Array): void {
    if (plain.length > this.#cacheBytes / 4 || this.#cache.has(key)) return;
    this.#cache.set(key, plain);
    this.#cached += plain.length;
    for (const [oldest, bytes] of this.#cache) {
      if (this.#cached <= this.#cacheBytes) break;
      this.#cache.delete(oldest);
      this.#cached -= bytes.length;
    }
  }
}

/** NOT_FOUND of a blob that no index names. */
export function noSuchBlob(kind: BlobKind, id: string): HoldfastError {
  return new HoldfastError('NOT_FOUND', `The repository has no ${kind} blob ${id}.`, { kind: 'blob', id });
}
