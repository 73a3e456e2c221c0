import { HoldfastError } from '../../../shared/errors.ts';
import type { BlobKind, ContainerProgress } from './blob.ts';
import type { BlobIndex } from './blob-index.ts';
import { throwIfCancelled } from './cancelling.ts';
import { encodeIndex } from './index-file.ts';
import { groupIntoIndexFiles } from './index-maintenance.ts';
import type { RepositoryLock } from './locks.ts';
import { type FinishedPack, PackWriter } from './pack-writer.ts';
import { cut, pipelined } from './pipeline.ts';
import type { RepositoryFiles } from './repository-files.ts';
import type { SealPool } from './seal-pool.ts';
import { saveSealedJson } from './sealed-json.ts';
import type { SealingKeys } from './sealing.ts';
import { encodeSnapshot, type SnapshotRecord } from './snapshot-file.ts';
import { encodeTree, type TreeNode } from './tree.ts';

/** What a writer has done so far. */
export interface WriteStats {
  /** Plain bytes taken in. */
  readonly bytesRead: number;
  /** Stored bytes of the new packs, index files and snapshot. */
  readonly bytesAdded: number;
  readonly blobsNew: number;
  /** Blobs that were in the repository already. */
  readonly blobsKnown: number;
}

export interface SavedFile {
  /** Ids of the data blobs in order, for a node's `content`. */
  readonly content: readonly string[];
  /** Plain bytes. */
  readonly size: number;
}

export interface SnapshotWriterOptions {
  readonly files: RepositoryFiles;
  readonly keys: SealingKeys;
  readonly pool: SealPool;
  readonly index: BlobIndex;
  readonly lock: RepositoryLock;
  readonly packBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ContainerProgress) => void) | undefined;
}

const defaultFileBlobBytes = 2 ** 20;

/**
 * Adds blobs and at last one snapshot to a repository, under a shared lock. End it with `commit` or `abort`.
 * Its methods throw CANCELLED after the signal, and IO, STORAGE_FULL, READ_ONLY or NOT_FOUND when the
 * repository could not be written; then only `abort` is left.
 */
export class SnapshotWriter {
  readonly #options: SnapshotWriterOptions;
  readonly #signal: AbortSignal;
  readonly #packers: Record<BlobKind, PackWriter>;
  readonly #seen: Record<BlobKind, Set<string>> = { data: new Set(), tree: new Set() };
  readonly #packs: FinishedPack[] = [];
  #packsIndexed = 0;
  #stats = { bytesRead: 0, bytesAdded: 0, blobsNew: 0, blobsKnown: 0 };
  #inFlight = 0;
  #failure: unknown;
  #ended = false;

  constructor(options: SnapshotWriterOptions) {
    const { files, keys, packBytes: targetBytes, signal, lock } = options;
    const onPack = (pack: FinishedPack) => {
      this.#packs.push(pack);
      this.#stats.bytesAdded += pack.size;
    };
    this.#options = options;
    this.#signal = signal ? AbortSignal.any([signal, lock.lost]) : lock.lost;
    this.#packers = {
      data: new PackWriter({ files, keys, targetBytes, onPack }),
      tree: new PackWriter({ files, keys, targetBytes, onPack }),
    };
  }

  stats(): WriteStats {
    return { ...this.#stats };
  }

  /**
   * Stores a stream as data blobs of `blobBytes` each. Streams whose unchanged parts keep their place (a
   * database's pages) share all unchanged blobs with earlier snapshots.
   */
  async saveFile(
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    blobBytes: number = defaultFileBlobBytes,
  ): Promise<SavedFile> {
    return await this.savePieces(cut(chunks, blobBytes));
  }

  /** Stores pieces, at most 64 MiB each, as one data blob apiece. They are taken over: each has its own memory. */
  async savePieces(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<SavedFile> {
    const content: string[] = [];
    const before = this.#stats.bytesRead;
    let size = 0;
    const depth = this.#options.pool.size * 2 + 1;
    const saved = pipelined(pieces, depth, async (piece) => {
      size += piece.length;
      return await this.#store('data', piece);
    });
    for await (const id of saved) {
      content.push(id);
      const bytes = this.#stats.bytesRead;
      this.#options.onProgress?.({ phase: 'writing', done: bytes - before, total: null, bytes });
    }
    return { content, size };
  }

  /** Whether a node may name this blob: it is in the repository, or on its way there. */
  has(kind: BlobKind, id: string): boolean {
    return this.#options.index.has(kind, id) || this.#seen[kind].has(id);
  }

  /** Stores one blob, at most 64 MiB, and returns its id. The bytes stay the caller's. */
  async saveBlob(kind: BlobKind, plain: Uint8Array): Promise<string> {
    if (plain.length === 0 || plain.length > 64 * 2 ** 20) {
      throw new HoldfastError('VALIDATION', 'A blob has between 1 byte and 64 MiB.', {
        length: plain.length,
      });
    }
    return await this.#store(kind, new Uint8Array(plain));
  }

  /**
   * Stores a directory and returns the id of its tree. Throws NOT_FOUND when an entry names a blob or tree
   * that is not in the repository.
   */
  async saveTree(nodes: readonly TreeNode[]): Promise<string> {
    for (const { content, subtree } of nodes) {
      for (const id of content ?? []) this.#requireKnown('data', id);
      if (subtree !== undefined) this.#requireKnown('tree', subtree);
    }
    return await this.#store('tree', new Uint8Array(encodeTree(nodes)));
  }

  /** Makes everything durable in the order packs, index, snapshot; returns the snapshot's id. */
  async commit(snapshot: SnapshotRecord): Promise<{ readonly id: string } & WriteStats> {
    this.#refuseWhenOver();
    this.#requireKnown('tree', snapshot.tree);
    if (this.#inFlight > 0) {
      throw new HoldfastError('CONFLICT', 'Blobs are still being saved; await them before the commit.', {
        reason: 'blobs-in-flight',
      });
    }
    await this.#packers.data.finish();
    await this.#packers.tree.finish();
    await this.#writeIndex();
    this.#refuseWhenOver();
    const { files, keys, index, lock } = this.#options;
    const stored = await saveSealedJson(files, keys, 'snapshots', encodeSnapshot(snapshot));
    this.#ended = true;
    this.#stats.bytesAdded += stored.size;
    for (const pack of this.#packs) index.add(pack);
    // the snapshot stands, whatever becomes of the lock: left behind, it is stale once this process ends
    await lock.release().catch(() => undefined);
    return { id: stored.name, ...this.#stats };
  }

  /** Ends without a snapshot and removes what this writer stored and no index names. */
  async abort(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const { files, lock } = this.#options;
    await Promise.allSettled([this.#packers.data.settle(), this.#packers.tree.settle()]);
    const removals = this.#packs.slice(this.#packsIndexed).map(({ id }) => files.remove('data', id));
    const outcomes = await Promise.allSettled([...removals, lock.release()]);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    // a repository that has vanished needs no cleaning up
    if (failed && !(failed.reason instanceof HoldfastError && failed.reason.code === 'NOT_FOUND')) {
      throw failed.reason;
    }
  }

  async #store(kind: BlobKind, plain: Uint8Array): Promise<string> {
    this.#refuseWhenOver();
    this.#inFlight += 1;
    try {
      return await this.#storeUnlessKnown(kind, plain);
    } catch (error) {
      this.#failure ??= error;
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #storeUnlessKnown(kind: BlobKind, plain: Uint8Array): Promise<string> {
    const { pool, index } = this.#options;
    this.#stats.bytesRead += plain.length;
    const hashed = await pool.hash(plain);
    const { id } = hashed;
    if (index.has(kind, id) || this.#seen[kind].has(id)) {
      this.#stats.blobsKnown += 1;
      hashed.drop();
      return id;
    }
    this.#seen[kind].add(id);
    this.#stats.blobsNew += 1;
    // restic packs uncompressed trees anew when it prunes, so trees are always compressed
    const sealed = await hashed.seal(kind === 'tree');
    this.#refuseWhenOver();
    await this.#packers[kind].add({ id, kind, ...sealed });
    return id;
  }

  async #writeIndex(): Promise<void> {
    const { files, keys } = this.#options;
    for (const packs of groupIntoIndexFiles(this.#packs.slice(this.#packsIndexed))) {
      const stored = await saveSealedJson(files, keys, 'index', encodeIndex({ packs, supersedes: [] }));
      this.#stats.bytesAdded += stored.size;
      this.#packsIndexed += packs.length;
    }
  }

  #requireKnown(kind: BlobKind, id: string): void {
    if (this.has(kind, id)) return;
    throw new HoldfastError('NOT_FOUND', `The ${kind} blob ${id} is not in the repository.`, {
      kind: 'blob',
      id,
    });
  }

  #refuseWhenOver(): void {
    throwIfCancelled(this.#signal);
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#ended) {
      throw new HoldfastError('CONFLICT', 'This writer has ended; begin another one.', {
        reason: 'writer-ended',
      });
    }
  }
}
