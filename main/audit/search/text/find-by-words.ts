import type { Reading } from '../../../storage/store.ts';
import type { EventQuery, FoundEvent } from '../event-streams.ts';
import { Turns } from '../turns.ts';
import { windowsOf } from './event-windows.ts';
import { matchOf } from './match.ts';
import { findKeys, firstKey, isRare, keyOf, timeOfKey } from './word-index.ts';

export interface Pace {
  /** What is in fewer places than these is sought in all of the log at once, in some 20 ms. */
  readonly rare: number;
  /** What is in more, so many events at a time. */
  readonly eventsAtOnce: number;
  readonly keysAtOnce: number;
  /** A page is given back after so much of looking, however little is in it. */
  readonly patienceMs: number;
}

export const usualPace: Pace = { rare: 4_000, eventsAtOnce: 25_000, keysAtOnce: 200, patienceMs: 80 };

export interface FoundByWords {
  readonly found: readonly FoundEvent[];
  /** Where the looking ended before the page was full, in epoch milliseconds; null: there is no more, or it is full. */
  readonly reached: number | null;
}

/**
 * The first events by time, then position, that a filter with words lets through. The index only tells which may be;
 * `isSought` looks at the entry itself.
 */
export async function findByWords(
  search: Reading,
  { filter, order, limit, after }: EventQuery,
  isSought: (position: number) => boolean,
  pace: Pace = usualPace,
): Promise<FoundByWords> {
  const match = matchOf(search, filter);
  const span = match && spanOf(search, filter, order, after);
  if (match === undefined || span === undefined) return { found: [], reached: null };
  const newest = order === 'newest';
  const turns = new Turns(pace.patienceMs);
  const { rare, eventsAtOnce, keysAtOnce } = pace;
  const found: FoundEvent[] = [];
  const whole = await isRareMatch(search, match.needed, { rare, turns });
  // a rare part leads to few places of all the others
  const parts = whole ? { needed: [match.expression] } : match;
  const windows = whole ? [span] : windowsOf(search, span, { order, most: eventsAtOnce });
  for (const window of windows) {
    for (let rest = window; rest.from < rest.to; ) {
      const range = { from: firstKey(rest.from), to: firstKey(rest.to) };
      const keys = findKeys(search, parts, range, { order, limit: keysAtOnce });
      const times = [...new Set(keys.map(timeOfKey))];
      // of the last time there may be more: it is looked at in full
      const places = new Set(keys);
      const cut = keys.length < keysAtOnce ? undefined : times.at(-1);
      for (const time of times) {
        const all = time === cut ? undefined : places;
        for (const event of eventsAt(search, time, { newest, after, places: all })) {
          if (isSought(event.position)) found.push(event);
          if (found.length === limit) return { found, reached: null };
          await turns.next();
        }
        if (turns.isOver && time !== (newest ? span.from : span.to - 1)) {
          return { found, reached: newest ? time : time + 1 };
        }
      }
      if (cut === undefined) break;
      rest = newest ? { from: rest.from, to: cut } : { from: cut + 1, to: rest.to };
      await turns.next();
    }
    await turns.next();
    const edge = newest ? window.from : window.to;
    const isLast = newest ? edge <= span.from : edge >= span.to;
    if (turns.isOver && !isLast) return { found, reached: edge };
  }
  return { found, reached: null };
}

async function isRareMatch(
  search: Reading,
  needed: readonly string[],
  { rare, turns }: { readonly rare: number; readonly turns: Turns },
): Promise<boolean> {
  for (const each of needed) {
    if (isRare(search, each, rare)) return true;
    await turns.next();
  }
  return false;
}

/** From where to where there are entries to look at; undefined for nowhere. */
function spanOf(
  search: Reading,
  { from, to }: EventQuery['filter'],
  order: EventQuery['order'],
  after: EventQuery['after'],
): { from: number; to: number } | undefined {
  const edge = (direction: 'ASC' | 'DESC') =>
    search.sql<{ time: number }>(`SELECT time FROM events ORDER BY time ${direction} LIMIT 1`).get()?.time;
  const [first, last] = [edge('ASC'), edge('DESC')];
  if (first === undefined || last === undefined) return undefined;
  const [beyond, position = 0] = after ?? [];
  // before the position of any entry: of that time there is nothing left to look at
  const newestLeft = beyond !== undefined && position < 0 ? beyond - 1 : beyond;
  const [start, end] = order === 'newest' ? [undefined, newestLeft] : [beyond, undefined];
  const span = {
    from: Math.max(first, from ?? first, start ?? first),
    to: Math.min(last, (to ?? last + 1) - 1, end ?? last) + 1,
  };
  return span.from < span.to ? span : undefined;
}

interface EventsAt {
  readonly newest: boolean;
  readonly after: EventQuery['after'];
  /** Only those at these places. */
  readonly places: ReadonlySet<number> | undefined;
}

function eventsAt(search: Reading, time: number, { newest, after, places }: EventsAt): FoundEvent[] {
  const events = search
    .sql<FoundEvent>(
      `SELECT position, time FROM events WHERE time = ? ORDER BY position ${newest ? 'DESC' : 'ASC'}`,
    )
    .all(time);
  return events.filter(
    ({ position }) =>
      (places === undefined || places.has(keyOf(time, position))) &&
      (after === undefined || after[0] !== time || (newest ? position < after[1] : position > after[1])),
  );
}
