import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import type { TrailNews } from '../../../shared/contract/audit/tail.ts';
import type { AuditEntry } from '../../../shared/contract/audit.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Reading } from '../../storage/store.ts';
import { type LogHead, positionOf, records } from '../log-store.ts';
import { decodeRecord } from '../record.ts';
import { type EventFilter, letsThrough } from '../search/event-filter.ts';
import { entryOf, type OpeningKeys } from '../search/trail.ts';

export interface TailParts {
  /** Throws UNAVAILABLE while the log cannot be opened. */
  heads(): readonly LogHead[];
  store(): Reading;
  openingKeys(): OpeningKeys;
}

export interface TailRequest {
  /** Asked again and again: a tenant's first entry makes its log. */
  filter(): EventFilter;
  /** What there is already, up to these heads. */
  before(heads: readonly LogHead[]): Promise<readonly AuditEntry[]>;
}

/** Told at most once in this time. */
const everyMs = 250;
/** Who watches is looked at again after this. */
const longestMs = 10 * 60_000;
/** People who came later are known by then. */
const keysForMs = 30_000;
/** Of one log, so many entries at most are looked at each time: the newest. */
const mostAtOnce = 1_000;
const readAtOnce = 100;

/** New entries, told to whoever watches. Costs nothing while nobody does. */
export class TrailTail {
  readonly #parts: TailParts;
  readonly #waiting = new Set<() => void>();
  readonly #stop = new AbortController();

  constructor(parts: TailParts) {
    this.#parts = parts;
  }

  /** Entries were appended. */
  changed(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Ends every watch. */
  stop(): void {
    this.#stop.abort();
  }

  /** What there is, then what comes, until the asker leaves or 10 minutes are over. Errors: UNAVAILABLE, INTEGRITY. */
  async *watch(request: TailRequest, { signal }: Pick<Operation, 'signal'>): AsyncGenerator<TrailNews, void> {
    const timer = new AbortController();
    const expiry = setTimeout(() => timer.abort(), longestMs).unref();
    const ended = AbortSignal.any([signal, timer.signal, this.#stop.signal]);
    try {
      const heads = this.#parts.heads();
      const seen = new Map(heads.map(({ log, size }) => [log, size]));
      yield { items: [...(await request.before(heads))], missed: 0 };
      const keys = this.#keys();
      while (!ended.aborted) {
        await this.#grown(seen, ended);
        await delay(everyMs, undefined, { signal: ended }).catch(() => undefined);
        if (ended.aborted) return;
        const news = await this.#news(request.filter(), seen, keys());
        if (news.items.length > 0 || news.missed > 0) yield news;
      }
    } finally {
      clearTimeout(expiry);
    }
  }

  #keys(): () => OpeningKeys {
    let [keys, since] = [this.#parts.openingKeys(), performance.now()];
    return () => {
      if (performance.now() - since > keysForMs) {
        [keys, since] = [this.#parts.openingKeys(), performance.now()];
      }
      return keys;
    };
  }

  async #grown(seen: ReadonlyMap<number, number>, ended: AbortSignal): Promise<void> {
    const isBehind = () => this.#parts.heads().some(({ log, size }) => size > (seen.get(log) ?? 0));
    while (!ended.aborted && !isBehind()) await this.#woken(ended);
  }

  #woken(ended: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        ended.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      ended.addEventListener('abort', wake);
      if (ended.aborted) wake();
    });
  }

  /** Looks at what came, and notes in `seen` how far. */
  async #news(filter: EventFilter, seen: Map<number, number>, keys: OpeningKeys): Promise<TrailNews> {
    const found: { entry: AuditEntry; log: number; time: number }[] = [];
    let missed = 0;
    for (const { log, size } of this.#parts.heads()) {
      const known = seen.get(log) ?? 0;
      seen.set(log, size);
      if (filter.logs !== undefined && !filter.logs.includes(log)) continue;
      const start = Math.max(known, size - mostAtOnce);
      missed += start - known;
      for (let from = start; from < size; from += readAtOnce) {
        const store = this.#parts.store();
        for (const [offset, bytes] of records(
          store,
          log,
          from,
          Math.min(size, from + readAtOnce),
        ).entries()) {
          const record = decodeRecord(bytes);
          if (!letsThrough(filter, record, log)) continue;
          const entry = entryOf(store, keys, positionOf(log, from + offset), record);
          found.push({ entry, log, time: record.t });
        }
        await setImmediate();
      }
    }
    found.sort(
      (one, other) => one.time - other.time || one.log - other.log || one.entry.index - other.entry.index,
    );
    return { items: found.map(({ entry }) => entry), missed };
  }
}
