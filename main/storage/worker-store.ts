import type { Clock } from '../../shared/clock.ts';
import { Connection, reading } from './connection.ts';
import { borrowLeases, type SharedStore } from './lease-port.ts';
import { endedWhenLong } from './long-reads.ts';
import { Outbox } from './outbox.ts';
import type { Lease, Store, Transaction } from './store.ts';
import { WriteQueue } from './write-queue.ts';
import { runSnapshot, runTransaction, type SlowTransaction } from './writer.ts';

/** A store in a worker thread: its own connection, turns borrowed from the owner's queue. */
export interface WorkerStore extends Store {
  readonly rawDescriptor: number;
  /** Closes this thread's connection; the owner's close waits for it. */
  close(): Promise<void>;
}

export interface WorkerStoreOptions {
  readonly clock: Clock;
  readonly onSlow?: (slow: SlowTransaction) => void;
}

/**
 * Opens, in a worker thread, the store that its owner shared (`OpenStore.share`); its `snapshot` ends what is read for too long.
 * Errors: IO, LOCKED.
 */
export function openWorkerStore(shared: SharedStore, { clock, onSlow }: WorkerStoreOptions): WorkerStore {
  const { file, name, rawDescriptor } = shared;
  const connection = new Connection(file, { name, derived: shared.derived, secureDelete: shared.erasable });
  const outbox = new Outbox(connection, shared.outboxBound);
  const borrower = borrowLeases(shared.port);
  const queue = new WriteQueue(name);
  const reads = reading(connection);

  const lease = async (label: string): Promise<Lease> => {
    const turn = await queue.hold(label);
    try {
      outbox.adopt(await borrower.acquire(label));
    } catch (error) {
      turn.release();
      throw error;
    }
    let held = true;
    return {
      write: (change) => {
        if (!held) throw new TypeError('the lease was released');
        return runTransaction({ connection, outbox, clock, onSlow }, change).result;
      },
      release: () => {
        if (!held) return;
        held = false;
        borrower.release();
        turn.release();
      },
    };
  };

  return {
    file,
    name,
    rawDescriptor,
    sql: reads.sql,
    snapshot: (read) =>
      runSnapshot(connection, reads, (held) => read(endedWhenLong(held, { file, name, clock }))),
    lease,
    async write<Result>(change: (transaction: Transaction) => Result): Promise<Result> {
      const held = await lease('write');
      try {
        return held.write(change);
      } finally {
        held.release();
      }
    },
    async close() {
      await queue.close();
      connection.close();
      borrower.close();
    },
  };
}
