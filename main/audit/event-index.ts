import { setImmediate } from 'node:timers/promises';
import type { Reading, Store, Transaction } from '../storage/store.ts';
import { type LogHead, positionOf, records } from './log-store.ts';
import { decodeRecord } from './record.ts';

const chunk = 500;

/** Keeps search.db up with the log: derived, so it may lag, be lost and be made again. */
export class EventIndex {
  readonly #search: Store;
  readonly #log: Reading;
  #running: Promise<void> | undefined;

  constructor(search: Store, log: Reading) {
    this.#search = search;
    this.#log = log;
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
        const start = from;
        const end = Math.min(head.size, start + chunk);
        const found = records(this.#log, head.log, start, end);
        await this.#search.write((transaction) => addEvents(transaction, head.log, start, found));
        from = end;
        await setImmediate();
      }
    }
  }
}

function addEvents(transaction: Transaction, log: number, start: number, found: readonly Uint8Array[]): void {
  const insert = transaction.sql(
    `INSERT OR REPLACE INTO events (position, log, time, action, severity, outcome, actor) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const [offset, bytes] of found.entries()) {
    const { t, act, sev, out, who } = decodeRecord(bytes);
    insert.run(positionOf(log, start + offset), log, t, act, sev, out, who.p ?? null);
  }
  transaction
    .sql('INSERT INTO indexed (log, size) VALUES (?, ?) ON CONFLICT (log) DO UPDATE SET size = excluded.size')
    .run(log, start + found.length);
}
