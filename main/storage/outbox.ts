import { z } from 'zod';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Connection } from './connection.ts';
import type { OutboxEvent } from './store.ts';

/** How much may wait for the audit log before changes are refused. */
export interface OutboxBound {
  readonly rows: number;
  readonly bytes: number;
}

export const defaultOutboxBound: OutboxBound = { rows: 10_000, bytes: 64 * 1024 * 1024 };

/** What waits, and up to where the log already has it. */
export interface OutboxState {
  readonly rows: number;
  readonly bytes: number;
  readonly drainedThrough: number;
}

export interface PendingEvent {
  readonly seq: number;
  readonly event: OutboxEvent;
}

interface Row {
  readonly seq: number;
  readonly event_id: string;
  readonly tenant_id: string | null;
  readonly critical: number;
  readonly draft: Uint8Array;
  readonly openings: string;
}

const openingsForm = z.array(z.strictObject({ field: z.string(), sealed: z.base64() }));

/** The events of one database that wait for the audit log: written with the change, removed by a later one. */
export class Outbox {
  readonly #connection: Connection;
  readonly #bound: OutboxBound;
  readonly #present: boolean;
  #rows = 0;
  #bytes = 0;
  #drainedThrough = 0;
  #removedThrough = 0;
  #lastSeq = 0;
  #addedRows = 0;
  #addedBytes = 0;

  constructor(connection: Connection, bound: OutboxBound = defaultOutboxBound) {
    this.#connection = connection;
    this.#bound = bound;
    const found = connection.sql(
      `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'outbox'`,
      false,
    );
    this.#present = found.get() !== undefined;
    this.recount();
  }

  get state(): OutboxState {
    return { rows: this.#rows, bytes: this.#bytes, drainedThrough: this.#drainedThrough };
  }

  /** Counts again what waits, after someone else (a worker, a restore) wrote. Answers whether rows were added. */
  recount(): boolean {
    if (!this.#present) return false;
    const last = this.#connection
      .sql<{ seq: number }>(
        `SELECT coalesce(max(seq), 0) AS seq FROM sqlite_sequence WHERE name = 'outbox'`,
        false,
      )
      .get();
    const waiting = this.#connection
      .sql<{ rows: number; bytes: number }>(
        'SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM outbox WHERE seq > ?',
        false,
      )
      .get(this.#drainedThrough);
    const grew = (last?.seq ?? 0) > this.#lastSeq;
    this.#lastSeq = last?.seq ?? 0;
    this.#rows = waiting?.rows ?? 0;
    this.#bytes = waiting?.bytes ?? 0;
    return grew;
  }

  /** Takes over what the lender of a lease knows. */
  adopt(state: OutboxState): void {
    this.#rows = state.rows;
    this.#bytes = state.bytes;
    this.#drainedThrough = Math.max(this.#drainedThrough, state.drainedThrough);
  }

  /** At the start of a writing transaction: removes the rows that the log has. */
  begin(): void {
    this.#addedRows = 0;
    this.#addedBytes = 0;
    if (this.#present && this.#removedThrough < this.#drainedThrough) {
      this.#connection.sql('DELETE FROM outbox WHERE seq <= ?', true).run(this.#drainedThrough);
    }
  }

  /** Throws AUDIT_UNAVAILABLE when as much as the bound allows is waiting already. */
  add(event: OutboxEvent): void {
    if (!this.#present) throw new TypeError(`the ${this.#connection.name} database has no outbox`);
    const openings = JSON.stringify(
      event.openings.map(({ field, sealed }) => ({ field, sealed: Buffer.from(sealed).toString('base64') })),
    );
    const bytes = event.draft.byteLength + openings.length;
    if (
      this.#rows + this.#addedRows + 1 > this.#bound.rows ||
      this.#bytes + this.#addedBytes + bytes > this.#bound.bytes
    ) {
      throw new HoldfastError(
        'AUDIT_UNAVAILABLE',
        'The audit log is not taking entries and the waiting room is full, so nothing may be changed. See `holdfast status`.',
        { waiting: this.#rows },
      );
    }
    this.#connection
      .sql(
        'INSERT INTO outbox (event_id, tenant_id, critical, bytes, draft, openings) VALUES (?, ?, ?, ?, ?, ?)',
        true,
      )
      .run(event.eventId, event.tenantId, event.critical ? 1 : 0, bytes, event.draft, openings);
    this.#addedRows += 1;
    this.#addedBytes += bytes;
  }

  /** After the commit. Answers whether events were added. */
  committed(): boolean {
    const added = this.#addedRows > 0;
    this.#removedThrough = this.#drainedThrough;
    this.#rows += this.#addedRows;
    this.#bytes += this.#addedBytes;
    if (added) {
      const last = this.#connection
        .sql<{ seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'outbox'`, false)
        .get();
      this.#lastSeq = last?.seq ?? this.#lastSeq;
    }
    return added;
  }

  /** The oldest `limit` events that the log does not have yet. */
  pending(limit: number): PendingEvent[] {
    if (!this.#present) return [];
    const rows = this.#connection
      .sql<Row>('SELECT * FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?', false)
      .all(this.#drainedThrough, limit);
    return rows.map((row) => ({ seq: row.seq, event: toEvent(row) }));
  }

  /** Events up to `seq` are durable in the log. */
  drained(seq: number): void {
    if (seq <= this.#drainedThrough) return;
    this.#drainedThrough = seq;
    this.recount();
  }
}

function toEvent(row: Row): OutboxEvent {
  const openings = openingsForm.parse(JSON.parse(row.openings));
  return {
    eventId: row.event_id as Uuid,
    tenantId: row.tenant_id as Uuid | null,
    critical: row.critical === 1,
    draft: row.draft,
    openings: openings.map(({ field, sealed }) => ({ field, sealed: Buffer.from(sealed, 'base64') })),
  };
}
