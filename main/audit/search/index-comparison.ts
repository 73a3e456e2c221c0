import type { Reading } from '../../storage/store.ts';
import { positionOf } from '../log-store.ts';
import type { AuditRecord } from '../record.ts';
import { eventOf, isSameEvent, storedEvents } from './indexed-event.ts';
import type { Event } from './insert-events.ts';

/** What the index is to have of a log: its entries up to `size` that are not pruned. */
export interface IndexedPart {
  readonly size: number;
  /** Entries below are pruned, but for the indices in `kept`. */
  readonly minimum: number;
  readonly kept: readonly number[];
}

/** So many entries are compared at once. */
const chunk = 200;

/**
 * Compares the index with entries that somebody reads anyway, one after the other. It only tells which logs have everything in
 * the index as it should be; what differs elsewhere is for `EventIndex.mend` to find.
 */
export class IndexComparison {
  readonly #search: Reading;
  readonly #parts: ReadonlyMap<number, IndexedPart>;
  readonly #same: number[] = [];
  #log: number | undefined;
  #part: IndexedPart | undefined;
  #kept: ReadonlySet<number> = new Set();
  #compared = 0;
  #differs = false;
  #waiting: Event[] = [];

  /** `parts`: of each log that is compared, by its number. */
  constructor(search: Reading, parts: ReadonlyMap<number, IndexedPart>) {
    this.#search = search;
    this.#parts = parts;
  }

  read(log: number, index: number, record: AuditRecord): void {
    if (log !== this.#log) this.#begin(log);
    const part = this.#part;
    if (part === undefined || this.#differs || index >= part.size) return;
    if (index < part.minimum && !this.#kept.has(index)) return;
    this.#waiting.push(eventOf(record, log, index));
    if (this.#waiting.length === chunk) this.#compare(log, index + 1);
  }

  /** After the last entry: the numbers of the logs that are as they should be. */
  finish(): readonly number[] {
    this.#begin(undefined);
    return this.#same;
  }

  #begin(log: number | undefined): void {
    const [former, part] = [this.#log, this.#part];
    if (former !== undefined && part !== undefined) {
      if (!this.#differs) this.#compare(former, part.size);
      if (!this.#differs) this.#same.push(former);
    }
    this.#part = log === undefined ? undefined : this.#parts.get(log);
    this.#kept = new Set(this.#part?.kept);
    this.#log = log;
    this.#compared = 0;
    this.#differs = false;
    this.#waiting = [];
  }

  /** Up to an index, which is excluded. */
  #compare(log: number, end: number): void {
    const stored = storedEvents(this.#search, positionOf(log, this.#compared), positionOf(log, end));
    const waiting = this.#waiting;
    this.#differs =
      stored.length !== waiting.length || !waiting.every((event, at) => isSameEvent(event, stored[at]));
    this.#compared = end;
    this.#waiting = [];
  }
}
