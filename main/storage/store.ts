import type { Uuid } from '../../shared/ids.ts';

export type SqlValue = string | number | bigint | Uint8Array | null;
export type SqlParameters = readonly SqlValue[] | readonly [{ readonly [name: string]: SqlValue }];

/** A prepared statement; `Row` is what this project's own schema makes of a row. */
export interface Statement<Row> {
  get(...parameters: SqlParameters): Row | undefined;
  all(...parameters: SqlParameters): Row[];
  iterate(...parameters: SqlParameters): IterableIterator<Row>;
  run(...parameters: SqlParameters): { readonly changes: number };
}

export interface Reading {
  /** Prepares once per text, then answers the kept statement. Rows of `iterate` are read without waiting between. */
  sql<Row = unknown>(text: string): Statement<Row>;
}

/** An event as it waits in the outbox of the database whose change it describes. */
export interface OutboxEvent {
  readonly eventId: Uuid;
  /** The tenant in whose log it belongs; null for the installation's. */
  readonly tenantId: Uuid | null;
  readonly critical: boolean;
  /** Canonical JSON of the record without `v`, `log` and `i`, which the log gives. */
  readonly draft: Uint8Array;
  /** Sealed openings of the record's commitments, by field. */
  readonly openings: readonly { readonly field: string; readonly sealed: Uint8Array }[];
}

/** A writing transaction. Ends with the function it was handed to; nothing in it may wait. */
export interface Transaction extends Reading {
  /** This transaction's line of the commit clock: `time` never goes back. */
  readonly commit: { readonly seq: number; readonly time: number };
  /** Adds an audit event, durable with the change itself. Throws AUDIT_UNAVAILABLE when the outbox is full. */
  outbox(event: OutboxEvent): void;
  /** Runs `listener`, which may not throw, once this transaction is durable; never after a rollback. */
  onCommitted(listener: () => void): void;
}

/** The right to write, held until it is released; for work that spans several transactions or threads. */
export interface Lease {
  /** One durable transaction now, as `Store.write` does in its turn. Throws when released. */
  write<Result>(change: (transaction: Transaction) => Result): Result;
  /** May be called more than once. */
  release(): void;
}

/** One SQLite file of the installation: reads at any time, writes one after the other. */
export interface Store extends Reading {
  /** Names it in errors and traces: `control`, `audit`, `tenant`. */
  readonly name: string;
  readonly file: string;
  /**
   * Runs `change` in one durable BEGIN IMMEDIATE transaction, after the writes asked for before it.
   * A throw rolls back and rejects. Errors: STORAGE_FULL, READ_ONLY, IO, INTEGRITY, UNAVAILABLE (closed).
   */
  write<Result>(change: (transaction: Transaction) => Result): Promise<Result>;
  /** Waits its turn in the same queue; while held, nobody else writes. */
  lease(label: string): Promise<Lease>;
  /** Runs `read` in one read transaction, so that it sees a single state. */
  snapshot<Result>(read: (reading: Reading) => Result): Result;
}
