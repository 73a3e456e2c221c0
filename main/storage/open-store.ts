import { closeSync, fstatSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import type { Clock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Checkpointer } from './checkpointer.ts';
import { Connection, reading } from './connection.ts';
import { type Lender, type OwnLease, type SharedStore, serveLeases } from './lease-port.ts';
import { LogKeeper } from './log-keeper.ts';
import { checkFormat, type Migration, migrate } from './migrations.ts';
import {
  defaultOutboxBound,
  Outbox,
  type OutboxBound,
  type OutboxState,
  type PendingEvent,
} from './outbox.ts';
import { openRawDescriptor } from './raw-descriptor.ts';
import type { Lease, Reading, Statement, Store, Transaction } from './store.ts';
import { WriteQueue } from './write-queue.ts';
import { runSnapshot, runTransaction, type SlowTransaction } from './writer.ts';

export interface StoreOptions {
  readonly file: string;
  /** Names the database in errors and traces: `control`, `audit`, `tenant`. */
  readonly name: string;
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly createIfMissing?: boolean;
  /** For secrets: what is deleted is overwritten, and no copy from before a migration stays. */
  readonly erasable?: boolean;
  /** Made anew from others where it is lost: its commits don't wait for the disk, and the newest may go with the power. */
  readonly derived?: boolean;
  readonly outboxBound?: OutboxBound;
  /** Told of each transaction of 40 ms and more. */
  readonly onSlow?: (slow: SlowTransaction) => void;
  /** Without one, the write-ahead log is only emptied at close. */
  readonly checkpointer?: Checkpointer;
  /** The write-ahead log is copied into the file when it has grown by this much. Default 4 MiB. */
  readonly checkpointBytes?: number;
  /** Asked before each checkpoint: whoever captures the log says no until it has all of it. */
  readonly mayCheckpoint?: () => boolean;
  /** Told after each commit, a worker's too. */
  readonly onGrown?: () => void;
  /** Told of a checkpoint that failed; it is tried again after the next writes. */
  readonly onCheckpointFailure?: (error: unknown) => void;
}

/** A database of the installation as its owner holds it; managers are handed it as a `Store`. */
export interface OpenStore extends Store {
  /** The file's one raw descriptor, for reading past SQLite in any thread of this process. Never close it. */
  readonly rawDescriptor: number;
  /** Whether the file at its path is still the one that is open: not removed, not replaced by another. */
  readonly inPlace: boolean;
  /** Who writes now: the label of a lease, `write`, or null. */
  readonly holder: string | null;
  readonly outboxState: OutboxState;
  /** The oldest events that the audit log does not have yet. */
  pendingEvents(limit: number): PendingEvent[];
  /** Events up to `seq` are durable in the audit log; the next writing transaction removes them. */
  drainedThrough(seq: number): void;
  /** Calls `listener` after each commit that added events, a worker's too. Answers the way to stop. */
  onCommit(listener: () => void): () => void;
  /**
   * Copies the write-ahead log into the file, in the checkpointer's thread, and empties it; in a turn of its own.
   * `complete` is false while a reader still needs the log.
   */
  checkpoint(): Promise<{ readonly complete: boolean }>;
  /** What a worker thread needs to open the store too (`openWorkerStore`); hand `port` over in the transfer list. */
  share(): SharedStore;
  /** As `share`, for a thread that works within a lease of this store: its turns are the lease's. */
  shareWithin(lease: Lease): SharedStore;
  /** Refuses new work, waits for what was asked before and for workers that share it, and closes the file. */
  close(): Promise<void>;
}

/**
 * Opens one SQLite file, brings its schema up to date and puts a fair queue before its writes. A process opens a
 * file once: closing one of two would cost the other its locks.
 * Errors: NOT_FOUND (missing, and not to be created), INTEGRITY (damaged, or not ours), NEWER_FORMAT, READ_ONLY,
 * STORAGE_FULL, LOCKED, IO.
 */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const { file, name, migrations, clock, erasable = false, derived = false } = options;
  const rawDescriptor = openRawDescriptor(file, name, options.createIfMissing ?? false);
  let connection: Connection | undefined;
  try {
    connection = new Connection(file, { name, derived, secureDelete: erasable });
    checkFormat(connection, migrations);
    const mode = connection.pragma('journal_mode = WAL');
    if (mode !== 'wal') {
      throw new HoldfastError(
        'UNSUITABLE_FOLDER',
        `The folder of the ${name} database cannot hold a write-ahead log.`,
        {
          fileSystem: 'unknown',
        },
      );
    }
    if (derived) connection.pragma('synchronous = NORMAL');
    await migrate({ connection, migrations, clock, keepCopy: !erasable });
    const outbox = new Outbox(connection, options.outboxBound);
    return new FileStore({ ...options, connection, rawDescriptor, outbox });
  } catch (error) {
    connection?.close();
    closeSync(rawDescriptor);
    throw error;
  }
}

interface Parts extends StoreOptions {
  readonly connection: Connection;
  readonly rawDescriptor: number;
  readonly outbox: Outbox;
}

/** Workers' ports keep no process alive, so it could end before they have told that they are closed. */
async function holdingProcess<Result>(work: Promise<Result>): Promise<Result> {
  const timer = setInterval(() => undefined, 60_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Leases of this label write nothing, so they are no commits that would have to be captured. */
export const captureLabel = 'capture';

class FileStore implements OpenStore {
  readonly file: string;
  readonly name: string;
  readonly rawDescriptor: number;
  readonly #parts: Parts;
  readonly #reading: Reading;
  readonly #queue: WriteQueue;
  readonly #listeners = new Set<() => void>();
  readonly #shares = new Set<Promise<void>>();
  readonly #log: LogKeeper;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.file = parts.file;
    this.name = parts.name;
    this.rawDescriptor = parts.rawDescriptor;
    this.#parts = parts;
    this.#reading = reading(parts.connection);
    this.#queue = new WriteQueue(parts.name);
    this.#log = new LogKeeper({ ...parts, hold: () => this.#queue.hold('checkpoint') });
  }

  get inPlace(): boolean {
    const there = statSync(this.file, { throwIfNoEntry: false });
    const open = fstatSync(this.rawDescriptor);
    return there !== undefined && there.ino === open.ino && there.dev === open.dev;
  }

  get holder(): string | null {
    return this.#queue.holder;
  }

  get outboxState(): OutboxState {
    return this.#parts.outbox.state;
  }

  sql<Row = unknown>(text: string): Statement<Row> {
    return this.#reading.sql<Row>(text);
  }

  snapshot<Result>(read: (reading: Reading) => Result): Result {
    return runSnapshot(this.#parts.connection, this.#reading, read);
  }

  write<Result>(change: (transaction: Transaction) => Result): Promise<Result> {
    return this.#queue.run(() => this.#commit(change));
  }

  async lease(label: string): Promise<OwnLease> {
    const turn = await this.#queue.hold(label);
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      const grew = this.#parts.outbox.recount();
      turn.release();
      if (grew) this.#tell();
      if (label !== captureLabel) this.#grown();
    };
    return {
      release,
      write: (change) => {
        if (!held) throw new TypeError('the lease was released');
        return this.#commit(change);
      },
      abandon: async () => {
        await this.#untilRolledBack();
        release();
      },
    };
  }

  pendingEvents(limit: number): PendingEvent[] {
    return this.#parts.outbox.pending(limit);
  }

  drainedThrough(seq: number): void {
    this.#parts.outbox.drained(seq);
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async checkpoint(): Promise<{ readonly complete: boolean }> {
    const turn = await this.#queue.hold('checkpoint');
    try {
      return await this.#log.empty();
    } finally {
      turn.release();
    }
  }

  share(): SharedStore {
    return this.#lend(this);
  }

  shareWithin({ write }: Lease): SharedStore {
    const recount = () => {
      if (this.#parts.outbox.recount()) this.#tell();
    };
    const abandon = async () => {
      await this.#untilRolledBack();
      recount();
    };
    const state = () => this.#parts.outbox.state;
    return this.#lend({
      get outboxState() {
        return state();
      },
      lease: () => Promise.resolve({ write, release: recount, abandon }),
    });
  }

  #lend(lender: Lender): SharedStore {
    const { port1, port2 } = new MessageChannel();
    const ended = serveLeases(lender, port1).finally(() => this.#shares.delete(ended));
    this.#shares.add(ended);
    const { file, name, rawDescriptor } = this;
    const { erasable = false, derived = false, outboxBound = defaultOutboxBound } = this.#parts;
    return { file, name, rawDescriptor, erasable, derived, outboxBound, port: port2 };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#log.stop();
    await this.#queue.close();
    await holdingProcess(Promise.all(this.#shares));
    await this.#log.close();
    try {
      this.#parts.connection.close();
    } finally {
      closeSync(this.rawDescriptor);
    }
  }

  #commit<Result>(change: (transaction: Transaction) => Result): Result {
    const { result, addedEvents } = runTransaction(this.#parts, change);
    if (addedEvents) this.#tell();
    this.#grown();
    return result;
  }

  #grown(): void {
    this.#parts.onGrown?.();
    this.#log.grown();
  }

  /** A worker that died takes a moment to lose its connection, which undoes what it had begun. */
  async #untilRolledBack(): Promise<void> {
    for (let attempt = 0; attempt < 1000; attempt += 1) {
      if (this.#parts.connection.mayWrite()) return;
      await setTimeout(10);
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) queueMicrotask(listener);
  }
}
