import { setImmediate } from 'node:timers/promises';
import { HoldfastError } from '../../../shared/errors.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { type IndexedRecord, type LogHead, positionOf, unprunedRecords } from '../log-store.ts';
import { type AuditRecord, decodeRecord } from '../record.ts';
import { keptOf, prunedOf } from '../retention/pruned-rows.ts';
import { allKinds, keyOf } from './event-kinds.ts';
import type { IndexedPart } from './index-comparison.ts';
import { eventOf, isSameEvent, storedEvents } from './indexed-event.ts';
import { type Event, insertEvents } from './insert-events.ts';
import { removeEvents } from './remove-events.ts';
import { addWords, hasWords, mergeWords } from './text/word-index.ts';
import { tokensOf } from './text/words.ts';
import { lacksWords } from './words-sample.ts';

/** So many are read, and compared, at once. */
const chunk = 200;
/** Of records: those are indexed at once, in about 5 ms. */
const bytesAtOnce = 32 * 1024;
/** Of records: those are taken out at once, in about 2 ms, hardly ever 10. */
const removedAtOnce = 16 * 1024;
/** Pages of the index of words that are brought together after so much was added to it. */
const mergedAtOnce = 32;
const soonMs = 1_000;

/** Keeps search.db up with the log: derived, so it may lag, be lost and be made again. */
export class EventIndex {
  readonly #search: OpenStore;
  readonly #log: Reading;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(search: OpenStore, log: Reading) {
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
        await this.#add(head.log, { start, end }, this.#staying(head.log, start, end));
        from = end;
      }
    }
  }

  /** For a thread that compares it with the log. */
  share(): SharedStore {
    return this.#search.share();
  }

  /** Brings one log up to its head, and takes out what is pruned. Answers what the index is to have of it then. */
  async prepare(head: LogHead): Promise<IndexedPart> {
    await this.catchUp([head]);
    await this.dropPruned(head);
    const pruned = prunedOf(this.#log, head.log);
    if (pruned === undefined) return { size: head.size, minimum: 0, kept: [] };
    return { size: head.size, minimum: pruned.minimum, kept: keptOf(pruned) };
  }

  /** Whether words are missing that `lacksWords` looks up. */
  async lacksWords(head: Pick<LogHead, 'log' | 'size'>, signal: AbortSignal): Promise<boolean> {
    return await lacksWords(this.#search, this.#log, head, signal);
  }

  /**
   * Compares the index of one log with the log, and makes what differs again: lists are found by it, so whoever
   * edits it hides entries. Answers the first index that differed. `sizeNow` tells the log's size at any time, since
   * entries may come meanwhile. Throws as `records` for a damaged log, and the signal's reason.
   */
  async mend(head: LogHead, sizeNow: () => number, signal: AbortSignal): Promise<number | undefined> {
    await this.prepare(head);
    let first: number | undefined;
    for (let start = 0; start < head.size; start += chunk) {
      signal.throwIfAborted();
      const end = Math.min(head.size, start + chunk);
      const found = this.#staying(head.log, start, end);
      const stored = storedEvents(this.#search, positionOf(head.log, start), positionOf(head.log, end));
      const right = found.map(({ record, index }) => eventOf(decodeRecord(record), head.log, index));
      const other = right.findIndex((event, offset) => !isSameEvent(event, stored[offset]));
      const differs =
        other < 0 && stored.length === right.length ? this.#firstWithoutWords(found, right) : other;
      if (differs !== undefined) {
        first ??= found[differs]?.index ?? start;
        await this.#add(head.log, { start, end }, found);
      }
      await setImmediate();
    }
    return first ?? (await this.removeBeyond(head.log, sizeNow));
  }

  /**
   * Takes out what is pruned of a log, or about to be, with its words: a few at a time, each in a `step`. Best done while the
   * log still has it, since the index itself cannot say which words it has of an entry.
   */
  async dropPruned(
    { log }: Pick<LogHead, 'log'>,
    step = (work: () => Promise<number>) => work(),
  ): Promise<void> {
    const pruned = prunedOf(this.#log, log);
    if (pruned === undefined) return;
    const kept = JSON.stringify(keptOf(pruned).map((index) => positionOf(log, index)));
    const to = positionOf(log, pruned.minimum);
    const any = this.#search.sql(
      `SELECT 1 FROM events WHERE position >= ? AND position < ?
       AND position NOT IN (SELECT value FROM json_each(?)) LIMIT 1`,
    );
    for (let from = positionOf(log, 0); any.get(from, to, kept) !== undefined; ) {
      const start = from;
      from = await step(() =>
        this.#search.write((transaction) => {
          const options = { kept, bytes: removedAtOnce };
          const next = removeEvents(transaction, this.#log, { from: start, to }, options);
          mergeWords(transaction, mergedAtOnce / 2);
          return next;
        }),
      );
      await setImmediate();
    }
  }

  /** The records of a stretch that are neither pruned nor about to be. Errors: INTEGRITY. */
  #staying(log: number, start: number, end: number): IndexedRecord[] {
    const found = unprunedRecords(this.#log, log, start, end);
    const pruned = prunedOf(this.#log, log);
    if (pruned === undefined || start >= pruned.minimum) return found;
    const kept = new Set(keptOf(pruned));
    return found.filter(({ index }) => index >= pruned.minimum || kept.has(index));
  }

  /** A few at a time: some entries have many words. */
  async #add(log: number, { start, end }: Span, found: readonly IndexedRecord[]): Promise<void> {
    for (let [from, done] = [start, 0]; from < end; ) {
      const rest = found.slice(done);
      const added = await this.#search.write((transaction) =>
        addEvents(transaction, log, { start: from, end }, rest),
      );
      done += added;
      from = found[done]?.index ?? end;
      await setImmediate();
    }
  }

  /** Of so many only the critical ones and the first are looked up, which is enough to see that words were taken away at large. */
  #firstWithoutWords(found: readonly IndexedRecord[], events: readonly Event[]): number | undefined {
    const kinds = new Map(allKinds(this.#search).map((kind) => [keyOf(kind), kind.kind]));
    for (const [offset, event] of events.entries()) {
      const bytes = found[offset]?.record;
      if (bytes === undefined || (offset > 0 && event.severity !== 'critical')) continue;
      const { log, position, time } = event;
      const tokens = tokensOf(decodeRecord(bytes), { log, kind: kinds.get(keyOf(event)) ?? 0 });
      if (!hasWords(this.#search, { position, time, tokens })) return offset;
    }
    return undefined;
  }

  /** Takes out what the index has beyond the end of a log. Answers where that begins, if there was any. */
  removeBeyond(log: number, sizeNow: () => number): Promise<number | undefined> {
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

/** Indices, the end excluded. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Adds the first of a span's entries, as many as a short transaction can take. Answers how many. */
function addEvents(
  transaction: Transaction,
  log: number,
  { start, end }: Span,
  found: readonly IndexedRecord[],
): number {
  const added: { record: AuditRecord; event: Event }[] = [];
  let bytes = 0;
  for (const each of found) {
    bytes += each.record.length;
    if (bytes > bytesAtOnce && added.length > 0) break;
    const record = decodeRecord(each.record);
    added.push({ record, event: eventOf(record, log, each.index) });
  }
  const reached = found[added.length]?.index ?? end;
  transaction
    .sql('DELETE FROM events WHERE position >= ? AND position < ?')
    .run(positionOf(log, start), positionOf(log, reached));
  const kinds = insertEvents(
    transaction,
    added.map(({ event }) => event),
  );
  addWords(
    transaction,
    added.map(({ record, event: { position, time } }, at) => ({
      position,
      time,
      tokens: tokensOf(record, { log, kind: kinds[at] ?? 0 }),
    })),
  );
  mergeWords(transaction, mergedAtOnce);
  transaction
    .sql(
      `INSERT INTO indexed (log, size) VALUES (?, ?)
       ON CONFLICT (log) DO UPDATE SET size = max(size, excluded.size)`,
    )
    .run(log, reached);
  return added.length;
}

function stopping(): HoldfastError {
  return new HoldfastError('UNAVAILABLE', 'The audit log is being closed.', { manager: 'audit' });
}
