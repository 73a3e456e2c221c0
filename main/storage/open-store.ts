import { closeSync } from 'node:fs';
import type { Clock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { Connection, reading } from './connection.ts';
import { checkFormat, type Migration, migrate } from './migrations.ts';
import { Outbox, type OutboxBound, type OutboxState, type PendingEvent } from './outbox.ts';
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
  readonly outboxBound?: OutboxBound;
  /** Told of each transaction of 40 ms and more. */
  readonly onSlow?: (slow: SlowTransaction) => void;
}

/** A database of the installation as its owner holds it; managers are handed it as a `Store`. */
export interface OpenStore extends Store {
  readonly name: string;
  /** The file's one raw descriptor, for reading past SQLite in any thread of this process. Never close it. */
  readonly rawDescriptor: number;
  /** Who writes now: the label of a lease, `write`, or null. */
  readonly holder: string | null;
  readonly outboxState: OutboxState;
  /** The oldest events that the audit log does not have yet. */
  pendingEvents(limit: number): PendingEvent[];
  /** Events up to `seq` are durable in the audit log; the next writing transaction removes them. */
  drainedThrough(seq: number): void;
  /** Calls `listener` after each commit that added events, a worker's too. Answers the way to stop. */
  onCommit(listener: () => void): () => void;
  /** Refuses new work, waits for what was asked before, and closes the file. */
  close(): Promise<void>;
}

/**
 * Opens one SQLite file, brings its schema up to date and puts a fair queue before its writes.
 * Errors: NOT_FOUND (missing, and not to be created), INTEGRITY (damaged, or not ours), NEWER_FORMAT, READ_ONLY,
 * STORAGE_FULL, LOCKED, IO.
 */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const { file, name, migrations, clock, erasable = false } = options;
  const rawDescriptor = openRawDescriptor(file, name, options.createIfMissing ?? false);
  let connection: Connection | undefined;
  try {
    connection = new Connection(file, { name, secureDelete: erasable });
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

class FileStore implements OpenStore {
  readonly file: string;
  readonly name: string;
  readonly rawDescriptor: number;
  readonly #parts: Parts;
  readonly #reading: Reading;
  readonly #queue: WriteQueue;
  readonly #listeners = new Set<() => void>();
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.file = parts.file;
    this.name = parts.name;
    this.rawDescriptor = parts.rawDescriptor;
    this.#parts = parts;
    this.#reading = reading(parts.connection);
    this.#queue = new WriteQueue(parts.name);
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
    return this.#queue.run(() => {
      const { result, addedEvents } = runTransaction(this.#parts, change);
      if (addedEvents) this.#tell();
      return result;
    });
  }

  async lease(label: string): Promise<Lease> {
    const turn = await this.#queue.lease(label);
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        const grew = this.#parts.outbox.recount();
        turn.release();
        if (grew) this.#tell();
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

  close(): Promise<void> {
    this.#closing ??= this.#queue.close().then(() => {
      this.#parts.connection.close();
      closeSync(this.rawDescriptor);
    });
    return this.#closing;
  }

  #tell(): void {
    for (const listener of this.#listeners) queueMicrotask(listener);
  }
}
