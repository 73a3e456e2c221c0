import type { Clock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';
import type { Outbox } from './outbox.ts';
import type { Reading, Transaction } from './store.ts';

export interface SlowTransaction {
  readonly database: string;
  readonly durationMs: number;
  readonly seq: number;
}

export interface WriterOptions {
  readonly connection: Connection;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Told of each transaction of 40 ms and more. */
  readonly onSlow?: ((slow: SlowTransaction) => void) | undefined;
}

const slowMicros = 40_000;

/** What a transaction left behind. */
export interface Written<Result> {
  readonly result: Result;
  readonly addedEvents: boolean;
}

/** Runs `change` in one BEGIN IMMEDIATE transaction that moves the commit clock on. Only in the caller's turn. */
export function runTransaction<Result>(
  { connection, outbox, clock, onSlow }: WriterOptions,
  change: (transaction: Transaction) => Result,
): Written<Result> {
  const started = clock.monotonicMicros();
  let open = true;
  const listeners: (() => void)[] = [];
  const assertOpen = () => {
    if (!open) throw new TypeError('the transaction has ended');
  };
  try {
    connection.sql('BEGIN IMMEDIATE', true).run();
    const commit = tickCommitClock(connection, clock.now());
    outbox.begin();
    const result = change({
      commit,
      sql: <Row>(text: string) => {
        assertOpen();
        return connection.sql<Row>(text, true);
      },
      outbox: (event) => {
        assertOpen();
        outbox.add(event);
      },
      onCommitted: (listener) => {
        assertOpen();
        listeners.push(listener);
      },
    });
    refuseToWait(result);
    if (!connection.inTransaction) throw new TypeError('a change may not end its transaction itself');
    connection.sql('COMMIT', true).run();
    const addedEvents = outbox.committed();
    for (const listener of listeners) listener();
    const micros = clock.monotonicMicros() - started;
    if (micros >= slowMicros) {
      onSlow?.({ database: connection.name, durationMs: micros / 1000, seq: commit.seq });
    }
    return { result, addedEvents };
  } catch (error) {
    connection.rollback();
    throw error;
  } finally {
    open = false;
  }
}

/** Runs `read` in one read transaction, or in the one that is open already. */
export function runSnapshot<Result>(
  connection: Connection,
  reading: Reading,
  read: (reading: Reading) => Result,
): Result {
  if (connection.inTransaction) return read(reading);
  connection.exec('BEGIN');
  try {
    const result = read(reading);
    refuseToWait(result);
    return result;
  } finally {
    connection.rollback();
  }
}

/** Moves the commit clock on by one transaction; its time never goes back. Epoch milliseconds. */
export function tickCommitClock(connection: Connection, now: number): Transaction['commit'] {
  const row = connection
    .sql<{ seq: number; time: number }>(
      'UPDATE commit_clock SET seq = seq + 1, time = max(time, ?) RETURNING seq, time',
      true,
    )
    .get(now);
  if (row === undefined) {
    throw new HoldfastError(
      'INTEGRITY',
      `The ${connection.name} database has lost its commit clock. Restore it from a backup.`,
      { where: connection.name, problems: ['commit_clock is empty'] },
    );
  }
  return row;
}

function refuseToWait(result: unknown): void {
  if (
    result !== null &&
    typeof result === 'object' &&
    'then' in result &&
    typeof result.then === 'function'
  ) {
    throw new TypeError('a transaction may not wait: its function returned a promise');
  }
}
