import type { Reading, Transaction } from '../../../storage/store.ts';
import { marks } from './words.ts';

/** One entry's place in the index of words, and what it is found by. */
export interface WordedEvent {
  readonly position: number;
  readonly time: number;
  readonly tokens: ReadonlySet<string>;
}

const slots = 64;

/** The place of an entry in the index of words: ordered by time. Entries of one millisecond may share one. */
export function keyOf(time: number, position: number): number {
  return time * slots + (position % slots);
}

export function timeOfKey(key: number): number {
  return Math.floor(key / slots);
}

/** The first key of a time, in epoch milliseconds. */
export function firstKey(time: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, time * slots));
}

/**
 * Adds entries, whose rows are in `events` already. Adding one again changes nothing: a word of an entry is there once,
 * however often it is told.
 */
export function addWords(transaction: Transaction, added: readonly WordedEvent[]): void {
  const byKey = new Map<number, { count: number; tokens: Set<string> }>();
  const others = transaction.sql(
    `SELECT 1 FROM events WHERE time = ? AND position % ${slots} = ? AND position <> ? LIMIT 1`,
  );
  for (const { position, time, tokens } of added) {
    const key = keyOf(time, position);
    const place = byKey.get(key);
    if (place === undefined) {
      const all = new Set(tokens);
      if (others.get(time, position % slots, position) !== undefined) all.add(marks.shared);
      byKey.set(key, { count: 1, tokens: all });
    } else {
      place.count += 1;
      for (const token of tokens) place.tokens.add(token);
    }
  }
  const insert = transaction.sql('INSERT INTO event_words (rowid, words) VALUES (CAST(? AS INTEGER), ?)');
  for (const [key, { count, tokens }] of [...byKey].sort(([one], [other]) => one - other)) {
    if (count > 1) tokens.add(marks.shared);
    insert.run(key, [...tokens].join(' '));
  }
}

/**
 * Takes entries out whose rows in `events` are gone already. `others`: what else shares a place with one of them, which is
 * added again. Each is to be taken out once: the index cannot say what it has.
 */
export function removeWords(
  transaction: Transaction,
  removed: readonly WordedEvent[],
  others: readonly WordedEvent[],
): void {
  const places = new Map<number, Set<string>>();
  for (const { position, time, tokens } of [...removed, ...others]) {
    const key = keyOf(time, position);
    const before = places.get(key);
    places.set(key, before === undefined ? new Set(tokens) : new Set([...before, ...tokens, marks.shared]));
  }
  const remove = transaction.sql(
    "INSERT INTO event_words (event_words, rowid, words) VALUES ('delete', CAST(? AS INTEGER), ?)",
  );
  for (const [key, tokens] of [...places].sort(([one], [other]) => one - other)) {
    remove.run(key, [...tokens].join(' '));
  }
  addWords(transaction, others);
}

/** Whether an entry is found by everything that it should be found by. */
export function hasWords(search: Reading, { position, time, tokens }: WordedEvent): boolean {
  const match = [...tokens].map((token) => `"${token}"`).join(' AND ');
  return (
    search
      .sql('SELECT 1 FROM event_words WHERE event_words MATCH ? AND rowid = CAST(? AS INTEGER)')
      .get(match, keyOf(time, position)) !== undefined
  );
}

/** Brings a few pages of the index together, so that a look-up meets few parts of it however long it grows. */
export function mergeWords(transaction: Transaction, pages: number): void {
  transaction.sql("INSERT INTO event_words (event_words, rank) VALUES ('merge', ?)").run(pages);
}

/** Words that begin so, at most `most` of them. */
export function wordsFrom(search: Reading, prefix: string, most: number): string[] {
  // the words of one entry after the other would be read: the next word is sought instead
  const seek = search.sql<{ term: string }>('SELECT term FROM event_vocabulary WHERE term >= ? LIMIT 1');
  const found: string[] = [];
  for (let from = prefix; found.length < most; ) {
    const next = seek.get(from)?.term;
    if (next === undefined || !next.startsWith(prefix)) break;
    found.push(next);
    from = `${next}\u0001`;
  }
  return found;
}

/** Whether there are fewer than `most` places with all of these. */
export function isRare(search: Reading, match: string, most: number): boolean {
  const row = search
    .sql<{ n: number }>(
      'SELECT count(*) AS n FROM (SELECT 1 FROM event_words WHERE event_words MATCH ? LIMIT ?)',
    )
    .get(match, most);
  return (row?.n ?? 0) < most;
}

export interface KeyRange {
  /** Keys: from included, to excluded. */
  readonly from: number;
  readonly to: number;
}

const ofRange = `SELECT rowid AS key FROM event_words
  WHERE event_words MATCH ? AND rowid >= CAST(? AS INTEGER) AND rowid < CAST(? AS INTEGER)`;

/**
 * Places whose entries may be what is sought, in order. `needed`: expressions of FTS5 that all have to be there; it finds those of one
 * alone within the range, but words together that never meet it would seek to the end of the index, so SQLite merges them.
 */
export function findKeys(
  search: Reading,
  { needed, without }: { readonly needed: readonly string[]; readonly without?: string | undefined },
  { from, to }: KeyRange,
  { order, limit }: { readonly order: 'newest' | 'oldest'; readonly limit: number },
): number[] {
  const parts = without === undefined ? needed : [...needed, without];
  const merged = `${needed.map(() => ofRange).join(' INTERSECT ')}${without === undefined ? '' : ` EXCEPT ${ofRange}`}`;
  return search
    .sql<{ key: number }>(`${merged} ORDER BY key ${order === 'newest' ? 'DESC' : 'ASC'} LIMIT ?`)
    .all(...parts.flatMap((part) => [part, from, to]), limit)
    .map(({ key }) => key);
}
