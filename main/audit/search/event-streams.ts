import { setImmediate } from 'node:timers/promises';
import type { Reading, SqlValue, Statement } from '../../storage/store.ts';
import type { EventFilter } from './event-filter.ts';
import { allKinds, kindsOf } from './event-kinds.ts';

export interface FoundEvent {
  readonly position: number;
  readonly time: number;
}

export interface EventQuery {
  readonly filter: EventFilter;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  /** Only what comes after this one: its time and position. */
  readonly after: readonly [number, number] | undefined;
}

/** So many are read of a stream at first: with many streams, most give none or few. */
const firstBatch = 8;
const laterBatch = 64;
/** So many streams are opened before others get their turn. */
const openedAtOnce = 100;

/**
 * The first events by time, then position, that a filter lets through. Each value that a filter names is one exact range
 * of an index, so the cost grows with what is answered and with the number of kinds, not with the log.
 */
export async function findEvents(search: Reading, query: EventQuery): Promise<FoundEvent[]> {
  const streams: EventStream[] = [];
  for (const [at, range] of rangesOf(search, query.filter).entries()) {
    if (at % openedAtOnce === openedAtOnce - 1) await setImmediate();
    const stream = new EventStream(search, range, query);
    if (stream.head !== undefined) streams.push(stream);
  }
  const isBefore = query.order === 'newest' ? isNewer : isOlder;
  const found: FoundEvent[] = [];
  while (found.length < query.limit) {
    let next: EventStream | undefined;
    for (const stream of streams) {
      if (stream.head === undefined) continue;
      if (next?.head === undefined || isBefore(stream.head, next.head)) next = stream;
    }
    if (next?.head === undefined) break;
    found.push(next.head);
    if (found.length < query.limit) next.advance();
  }
  return found;
}

/** A range of one index: columns that are given, in the order of the index. */
type Range = readonly (readonly [column: 'log' | 'actor' | 'kind', value: string | number | null])[];

function rangesOf(search: Reading, filter: EventFilter): Range[] {
  const logs: Range[] = filter.logs === undefined ? [[]] : filter.logs.map((log) => [['log', log]]);
  const kinds = kindsOf(search, filter);
  const { actors } = filter;
  if (actors === undefined) {
    if (kinds === undefined) return logs;
    return logs.flatMap((log) => kinds.map(({ kind }): Range => [...log, ['kind', kind]]));
  }
  const ofActor = kinds ?? allKinds(search);
  return logs.flatMap((log) =>
    actors.flatMap((actor) => ofActor.map(({ kind }): Range => [...log, ['actor', actor], ['kind', kind]])),
  );
}

/** The events of one range in order, read a few at a time. */
class EventStream {
  readonly #statement: (bounded: boolean) => Statement<FoundEvent>;
  readonly #values: readonly SqlValue[];
  readonly #most: number;
  #after: readonly [number, number] | undefined;
  #read: FoundEvent[] = [];
  #at = 0;
  #ended = false;

  constructor(search: Reading, range: Range, { filter, order, limit, after }: EventQuery) {
    const { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER } = filter;
    const newest = order === 'newest';
    const columns = range.map(([column]) => `${column} IS ? AND `).join('');
    // from one end the bounds of time hold, from the other the event that was answered last
    this.#statement = (bounded) =>
      search.sql<FoundEvent>(
        `SELECT position, time FROM events WHERE ${columns}
         ${newest ? 'time >= ?' : 'time < ?'} AND ${bounded ? `(time, position) ${newest ? '<' : '>'} (?, ?)` : `time ${newest ? '<' : '>='} ?`}
         ORDER BY time ${newest ? 'DESC' : 'ASC'}, position ${newest ? 'DESC' : 'ASC'} LIMIT ?`,
      );
    this.#values = [...range.map(([, value]) => value), ...(newest ? [from, to] : [to, from])];
    this.#most = limit;
    this.#after = after;
    this.#fill(firstBatch);
  }

  get head(): FoundEvent | undefined {
    return this.#read[this.#at];
  }

  advance(): void {
    this.#at += 1;
    if (this.#at === this.#read.length && !this.#ended) this.#fill(laterBatch);
  }

  #fill(batch: number): void {
    const size = Math.min(batch, this.#most);
    const bounds = this.#after === undefined ? this.#values : [...this.#values.slice(0, -1), ...this.#after];
    this.#read = this.#statement(this.#after !== undefined).all(...bounds, size);
    this.#at = 0;
    this.#ended = this.#read.length < size;
    const last = this.#read.at(-1);
    if (last !== undefined) this.#after = [last.time, last.position];
  }
}

function isOlder(one: FoundEvent, other: FoundEvent): boolean {
  return one.time === other.time ? one.position < other.position : one.time < other.time;
}

function isNewer(one: FoundEvent, other: FoundEvent): boolean {
  return isOlder(other, one);
}
