import { createHash } from 'node:crypto';
import { release } from '../../storage/release.ts';
import type { PackedBlob, SealedBlob } from './blob.ts';
import type { IndexedPack } from './index-file.ts';
import { packTail } from './pack.ts';
import type { RepositoryFiles } from './repository-files.ts';
import type { SealingKeys } from './sealing.ts';

export interface FinishedPack extends IndexedPack {
  /** Stored bytes. */
  readonly size: number;
}

/**
 * Gathers sealed blobs of one kind into packs of about `targetBytes` and writes each when it is full. Holds
 * at most one pack that fills and one that is being written.
 */
export class PackWriter {
  readonly #files: RepositoryFiles;
  readonly #keys: SealingKeys;
  readonly #targetBytes: number;
  readonly #onPack: (pack: FinishedPack) => void;
  #parts: Uint8Array[] = [];
  #blobs: PackedBlob[] = [];
  #size = 0;
  #hash = createHash('sha256');
  #writing: Promise<void> = Promise.resolve();

  constructor(options: {
    files: RepositoryFiles;
    keys: SealingKeys;
    targetBytes: number;
    onPack: (pack: FinishedPack) => void;
  }) {
    this.#files = options.files;
    this.#keys = options.keys;
    this.#targetBytes = options.targetBytes;
    this.#onPack = options.onPack;
  }

  /** Takes a blob; resolves when there is room for the next. Rejects when a pack could not be written. */
  async add(blob: SealedBlob): Promise<void> {
    const { id, kind, sealed, plainLength } = blob;
    this.#parts.push(sealed);
    this.#hash.update(sealed);
    this.#blobs.push({ id, kind, offset: this.#size, length: sealed.length, plainLength });
    this.#size += sealed.length;
    if (this.#size < this.#targetBytes) return;
    const before = this.#writing;
    this.#rotate();
    await before;
  }

  /** Writes what is left; resolves when every pack is durable. */
  async finish(): Promise<void> {
    if (this.#blobs.length > 0) this.#rotate();
    await this.#writing;
  }

  /** Waits for the pack that is being written, and writes nothing more of its own accord. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  #rotate(): void {
    const tail = packTail(this.#keys, this.#blobs);
    const id = this.#hash.update(tail).digest('hex');
    const parts = [...this.#parts, tail];
    const pack = { id, blobs: this.#blobs, size: this.#size + tail.length };
    this.#parts = [];
    this.#blobs = [];
    this.#size = 0;
    this.#hash = createHash('sha256');
    this.#writing = this.#writing.then(async () => {
      await this.#files.write('data', id, parts);
      release(...parts);
      this.#onPack(pack);
    });
    // whoever adds next or finishes sees the error; it must not count as unhandled until then
    this.#writing.catch(() => undefined);
  }
}
