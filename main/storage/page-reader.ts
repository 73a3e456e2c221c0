import { HoldfastError } from '../../shared/errors.ts';
import { Connection, reading } from './connection.ts';
import { readDatabaseFile } from './database-file.ts';
import type { Lease, Reading, Store } from './store.ts';
import { WalFile } from './wal-frames.ts';

/** A store whose file can be read past SQLite: the owner's, or a worker's share of it. */
export interface RawStore extends Store {
  readonly rawDescriptor: number;
}

/** One state of a live database, held by a read transaction while writers go on. End it soon: the log grows. */
export interface PinnedImage {
  /** The transaction that it is the state after. */
  readonly commit: { readonly seq: number; readonly time: number };
  readonly pageSize: number;
  /** Queries against this very state. */
  readonly reading: Reading;
  /**
   * The database file as of the commit, in order, in pieces of at most `chunkBytes` (a multiple of the page
   * size; 256 KiB by default); the buffer is used again for the next. Errors: INTEGRITY, IO.
   */
  chunks(chunkBytes?: number): Generator<Uint8Array>;
  /** Lets go of the state. May be called more than once. */
  end(): void;
}

/** Byte of a database file that SQLite locks and never stores: the page around it has no content. */
const lockByte = 2 ** 30;
const attempts = 100;

/**
 * Pins the store's present state in the thread that calls, in a turn of the queue; writers wait only for that
 * turn, about a millisecond, and not for the reading. Errors: those of `Store.lease`, LOCKED.
 */
export async function pinImage(store: RawStore): Promise<PinnedImage> {
  const lease = await store.lease('pin');
  try {
    return pinUnder(store, lease);
  } finally {
    lease.release();
  }
}

/** As `pinImage`, under a lease that the caller holds: over several stores at once that is one point in time. */
export function pinUnder(store: RawStore, lease: Lease): PinnedImage {
  const reader = new Connection(store.file, { name: store.name, readOnly: true });
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const frames = tryToPin(store, lease, reader);
      if (frames !== undefined) return new WalImage(store, reader, frames);
      reader.rollback();
    }
  } catch (error) {
    reader.close();
    throw error;
  }
  reader.close();
  throw new HoldfastError('LOCKED', `The ${store.name} database could not be held still. Try again.`, {
    holder: 'checkpoint',
  });
}

/**
 * A reader that starts when the whole log is in the file already pins the file only, and the log may start anew
 * under it. A transaction of our own first puts something in the log; when a checkpoint was quick enough
 * to copy that too before the reader began, it is tried again. Answers the number of frames that belong to the state.
 */
function tryToPin(store: RawStore, lease: Lease, reader: Connection): number | undefined {
  lease.write(() => undefined);
  reader.exec('BEGIN');
  reader.sql('SELECT seq FROM commit_clock', false).get();
  const observer = new Connection(store.file, { name: store.name, readOnly: true });
  try {
    const { log, checkpointed } = observer.walCheckpoint('NOOP');
    return checkpointed < log ? log : undefined;
  } finally {
    observer.close();
  }
}

class WalImage implements PinnedImage {
  readonly commit: { readonly seq: number; readonly time: number };
  readonly pageSize: number;
  readonly reading: Reading;
  readonly #store: RawStore;
  readonly #reader: Connection;
  readonly #lastFrame: number;
  #ended = false;

  constructor(store: RawStore, reader: Connection, lastFrame: number) {
    const clock = reader
      .sql<{ seq: number; time: number }>('SELECT seq, time FROM commit_clock', false)
      .get();
    this.commit = { seq: clock?.seq ?? 0, time: clock?.time ?? 0 };
    this.pageSize = Number(reader.pragma('page_size'));
    this.reading = reading(reader);
    this.#store = store;
    this.#reader = reader;
    this.#lastFrame = lastFrame;
  }

  *chunks(chunkBytes = 256 * 1024): Generator<Uint8Array> {
    const { pageSize } = this;
    if (this.#ended) throw new TypeError('the image was let go');
    if (chunkBytes % pageSize !== 0) throw new TypeError('chunkBytes must be a multiple of the page size');
    const log = new WalFile(this.#store.file, this.#store.name);
    try {
      const { frameOf, pages } = this.#index(log);
      const lockPage = Math.floor(lockByte / pageSize) + 1;
      const pagesAtOnce = chunkBytes / pageSize;
      const buffer = new Uint8Array(chunkBytes);
      for (let first = 1; first <= pages; first += pagesAtOnce) {
        const count = Math.min(pagesAtOnce, pages - first + 1);
        const chunk = buffer.subarray(0, count * pageSize);
        readDatabaseFile(this.#store.rawDescriptor, chunk, (first - 1) * pageSize, this.#store.name);
        for (let index = 0; index < count; index += 1) {
          const page = chunk.subarray(index * pageSize, (index + 1) * pageSize);
          const frame = frameOf[first + index] ?? 0;
          if (first + index === lockPage) page.fill(0);
          else if (frame > 0) log.readPage(frame, page);
        }
        yield chunk;
      }
    } finally {
      log.close();
    }
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reader.rollback();
    this.#reader.close();
  }

  /** Which frame holds each page's newest content, 0 for those in the file; and the size of the state. */
  #index(log: WalFile): { frameOf: Uint32Array; pages: number } {
    const pages = Number(this.#reader.pragma('page_count'));
    const frameOf = new Uint32Array(pages + 1);
    let commitPages = 0;
    for (const frame of log.frames(this.#lastFrame)) {
      if (frame.page <= pages) frameOf[frame.page] = frame.number;
      commitPages = frame.commitPages;
    }
    if (commitPages !== pages || log.header.pageSize !== this.pageSize) {
      throw new HoldfastError(
        'INTEGRITY',
        `The write-ahead log of the ${this.#store.name} database does not end with the state that was pinned.`,
        { where: this.#store.name, problems: [`log says ${commitPages} pages, SQLite ${pages}`] },
      );
    }
    return { frameOf, pages };
  }
}

/** Holds the turns of several stores at once, always asked for in the same order, so that two such barriers never wait for each other. */
export async function leaseAll(stores: readonly Store[], label: string): Promise<ReadonlyMap<Store, Lease>> {
  const held = new Map<Store, Lease>();
  try {
    for (const store of [...stores].sort((a, b) => (a.file < b.file ? -1 : 1))) {
      held.set(store, await store.lease(label));
    }
  } catch (error) {
    for (const lease of held.values()) lease.release();
    throw error;
  }
  return held;
}
