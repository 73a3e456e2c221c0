import type { Clock } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading, Store } from '../../storage/store.ts';
import type { LogHead } from '../log-store.ts';
import { prunedOf } from '../retention/pruned-rows.ts';
import { type Cursor, noteSent, putCursor, readCursors } from './destination-rows.ts';
import { type Batch, readEntry } from './outgoing.ts';

/** How far one destination got in each log: in memory at once, in control.db a little later. */
export class Progress {
  readonly #control: Store;
  readonly #clock: Clock;
  readonly #id: Uuid;
  readonly #cursors: Map<string, Cursor>;
  readonly #compared = new Set<string>();
  readonly #unsaved = new Set<string>();
  #unsavedSent = 0;
  #sentAt: number | null = null;
  #savedAt = 0;

  constructor(control: Store, clock: Clock, id: Uuid) {
    this.#control = control;
    this.#clock = clock;
    this.#id = id;
    this.#cursors = readCursors(control, id);
  }

  get cursors(): ReadonlyMap<string, Cursor> {
    return this.#cursors;
  }

  /** What is not in control.db yet, and when something was taken last: epoch milliseconds. */
  get sent(): { readonly entries: number; readonly time: number | null } {
    return { entries: this.#unsavedSent, time: this.#sentAt };
  }

  /**
   * Index of the next entry to send. A log that does not have the last entry that was taken is another one, and goes out from its
   * beginning, which is its minimum where it was pruned. Throws INTEGRITY.
   */
  next({ log, origin, size }: LogHead, reading: Reading): number {
    const { next, eventId } = this.#cursors.get(origin) ?? { next: 0, eventId: null };
    const first = prunedOf(reading, log)?.minimum ?? 0;
    if (next <= first || this.#compared.has(origin)) return Math.max(next, first);
    const isSame = next <= size && readEntry(reading, log, next - 1).record.id === eventId;
    this.#compared.add(origin);
    if (isSame) return next;
    this.#cursors.delete(origin);
    return first;
  }

  /** So many entries of a batch were taken, and the others need not be sent. */
  advance({ origin, next, eventId }: Batch, taken: number): void {
    this.#cursors.set(origin, { next, eventId });
    this.#unsaved.add(origin);
    this.#unsavedSent += taken;
    if (taken > 0) this.#sentAt = this.#clock.now();
  }

  /** Milliseconds since `save`. */
  get unsavedMs(): number {
    return this.#clock.monotonicMicros() / 1000 - this.#savedAt;
  }

  /** Errors: those of a write to control.db; then nothing is forgotten. */
  async save(): Promise<void> {
    this.#savedAt = this.#clock.monotonicMicros() / 1000;
    if (this.#unsaved.size === 0) return;
    const cursors = [...this.#unsaved].flatMap((origin) => {
      const cursor = this.#cursors.get(origin);
      return cursor === undefined ? [] : [{ origin, cursor }];
    });
    const sent = this.#unsavedSent;
    await this.#control.write((transaction) => {
      for (const { origin, cursor } of cursors) putCursor(transaction, this.#id, origin, cursor);
      if (sent > 0) noteSent(transaction, this.#id, sent, this.#sentAt ?? this.#clock.now());
    });
    this.#unsaved.clear();
    this.#unsavedSent = 0;
  }
}
