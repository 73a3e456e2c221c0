import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Reading, Store, Transaction } from '../../storage/store.ts';
import { type LogHead, positionOf, records } from '../log-store.ts';
import { decodeRecord } from '../record.ts';
import { type Event, insertEvents } from './insert-events.ts';

/** So many are indexed at once, in about 10 ms. */
const chunk = 200;
const soonMs = 1_000;

/** Keeps search.db up with the log: derived, so it may lag, be lost and be made again. */
export class EventIndex {
  readonly #search: Store;
  readonly #log: Reading;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(search: Store, log: Reading) {
    this.#search = search;
    this.#log = log;
  }

  /** Catches up a little later, so that a list need not wait for what came since the last one. */
  catchUpSoon(heads: () => readonly LogHead[]): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // whoever lists entries next is told why it cannot be done
      this.catchUp(heads()).catch(() => undefined);
    }, soonMs).unref();
  }

  /** Ends what is being caught up with. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running?.catch(() => undefined);
  }

  /** Indexes every entry up to the given heads, a few at a time so that nothing else has to wait. */
  async catchUp(heads: readonly LogHead[]): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    this.#running = this.#catchUp(heads).finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #catchUp(heads: readonly LogHead[]): Promise<void> {
    const indexed = this.#search.sql<{ size: number }>('SELECT size FROM indexed WHERE log = ?');
    for (const head of heads) {
      let from = indexed.get(head.log)?.size ?? 0;
      while (from < head.size) {
        if (this.#stopped) throw stopping();
        const start = from;
        const end = Math.min(head.size, start + chunk);
        const found = records(this.#log, head.log, start, end);
        await this.#search.write((transaction) => addEvents(transaction, head.log, start, found));
        from = end;
        await setImmediate();
      }
    }
  }

  /**
   * Compares the index of one log with the log, and makes what differs again: lists are found by it, so whoever
   * edits it hides entries. Answers the first index that differed. `sizeNow` tells the log's size at any time, since
   * entries may come meanwhile. Throws as `records` for a damaged log.
   */
  async mend(head: LogHead, sizeNow: () => number): Promise<number | undefined> {
    await this.catchUp([head]);
    let first: number | undefined;
    for (let start = 0; start < head.size; start += chunk) {
      const end = Math.min(head.size, start + chunk);
      const found = records(this.#log, head.log, start, end);
      const stored = this.#stored(positionOf(head.log, start), positionOf(head.log, end));
      const right = found.map((bytes, offset) => eventOf(bytes, head.log, start + offset));
      if (!isDeepStrictEqual(stored, right)) {
        first ??= start + right.findIndex((event, offset) => !isDeepStrictEqual(event, stored[offset]));
        await this.#search.write((transaction) => addEvents(transaction, head.log, start, found));
      }
      await setImmediate();
    }
    return first ?? (await this.#removeBeyond(head.log, sizeNow));
  }

  #stored(from: number, to: number): Event[] {
    return this.#search
      .sql<Event>(
        `SELECT position, log, time, action, severity, outcome, actor FROM events JOIN event_kinds USING (kind)
         WHERE position >= ? AND position < ? ORDER BY position`,
      )
      .all(from, to);
  }

  #removeBeyond(log: number, sizeNow: () => number): Promise<number | undefined> {
    return this.#search.write((transaction) => {
      const size = sizeNow();
      transaction.sql('UPDATE indexed SET size = min(size, ?) WHERE log = ?').run(size, log);
      const { changes } = transaction
        .sql('DELETE FROM events WHERE position >= ? AND position < ?')
        .run(positionOf(log, size), positionOf(log + 1, 0));
      return changes === 0 ? undefined : size;
    });
  }
}

function eventOf(bytes: Uint8Array, log: number, index: number): Event {
  const { t, act, sev, out, who } = decodeRecord(bytes);
  return {
    position: positionOf(log, index),
    log,
    time: t,
    action: act,
    severity: sev,
    outcome: out,
    actor: who.p ?? null,
  };
}

function addEvents(transaction: Transaction, log: number, start: number, found: readonly Uint8Array[]): void {
  transaction
    .sql('DELETE FROM events WHERE position >= ? AND position < ?')
    .run(positionOf(log, start), positionOf(log, start + found.length));
  insertEvents(
    transaction,
    found.map((bytes, offset) => eventOf(bytes, log, start + offset)),
  );
  transaction
    .sql(
      `INSERT INTO indexed (log, size) VALUES (?, ?)
       ON CONFLICT (log) DO UPDATE SET size = max(size, excluded.size)`,
    )
    .run(log, start + found.length);
}

function stopping(): HoldfastError {
  return new HoldfastError('UNAVAILABLE', 'The audit log is being closed.', { manager: 'audit' });
}
