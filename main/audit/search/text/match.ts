import type { Reading } from '../../../storage/store.ts';
import type { EventFilter } from '../event-filter.ts';
import { kindsOf } from '../event-kinds.ts';
import { refused, type TextTerm } from './text-query.ts';
import { wordsFrom } from './word-index.ts';
import { marks, wordsOf } from './words.ts';

/** With more kinds than these their common marks are sought. */
const mostKinds = 24;
const mostLogs = 64;
const mostBeginnings = 64;

/** What full text is asked for: each of `needed` is any of some words, and none of `unwanted` may be there. */
interface Sought {
  readonly needed: (readonly string[])[];
  readonly unwanted: string[];
}

export interface Match {
  /** An expression of FTS5 that lets through at least every entry that is sought. */
  readonly expression: string;
  /** Its parts that have to be there, each of which may be rare. */
  readonly needed: readonly string[];
  /** Its part that may not be there. */
  readonly without?: string;
}

/** Undefined where it is certain that there is nothing. Throws VALIDATION for a beginning that says too little. */
export function matchOf(search: Reading, filter: EventFilter): Match | undefined {
  const sought: Sought = { needed: [], unwanted: [] };
  for (const term of filter.text ?? []) addTerm(search, sought, term);
  const { resource, correlation, logs, actors } = filter;
  if (resource?.kind !== undefined) addWords(sought, wordsOf(resource.kind));
  if (resource?.id !== undefined) sought.needed.push([marks.resource(resource.id)]);
  if (correlation !== undefined) sought.needed.push([marks.correlation(correlation)]);
  if (logs !== undefined && logs.length <= mostLogs) sought.needed.push(logs.map(marks.log));
  // the system has no mark: it is seen when an entry is looked at
  const people = actors?.filter((actor) => actor !== null);
  if (people !== undefined && people.length === actors?.length) sought.needed.push(people.map(marks.actor));
  addKinds(search, sought, filter);
  if (sought.needed.some((any) => any.length === 0)) return undefined;
  const needed = [...new Set(sought.needed.map(anyOf))];
  const all = needed.join(' AND ');
  if (sought.unwanted.length === 0) return { expression: all, needed };
  // a place that several entries share may have the word of another one
  const without = `(${anyOf(sought.unwanted)} NOT ${quoted(marks.shared)})`;
  return { expression: `(${all}) NOT ${without}`, needed, without };
}

function addTerm(search: Reading, { needed, unwanted }: Sought, { words, prefix, without }: TextTerm): void {
  const last = words.at(-1) ?? '';
  const beginnings = prefix ? wordsFrom(search, last, mostBeginnings + 1) : [last];
  if (beginnings.length > mostBeginnings) {
    throw refused('vague-prefix', `Too many words begin with ${last}: give more of it.`);
  }
  if (!without) needed.push(...words.slice(0, -1).map((word) => [word]), beginnings);
  else if (words.length === 1) unwanted.push(...beginnings);
}

function addWords({ needed }: Sought, words: readonly string[]): void {
  needed.push(...words.map((word) => [word]));
}

function addKinds(search: Reading, sought: Sought, filter: EventFilter): void {
  const kinds = kindsOf(search, filter);
  if (kinds === undefined) return;
  if (kinds.length <= mostKinds) {
    sought.needed.push(kinds.map(({ kind }) => marks.kind(kind)));
    return;
  }
  const { action, severity, outcome } = filter;
  if (action !== undefined) addWords(sought, wordsOf(action.replace(/[^.]*\*$/, '')));
  if (severity === 'info') sought.unwanted.push(marks.severity('warning'), marks.severity('critical'));
  else if (severity !== undefined) sought.needed.push([marks.severity(severity)]);
  if (outcome === 'success') sought.unwanted.push(marks.outcome('failure'), marks.outcome('unknown'));
  else if (outcome !== undefined) sought.needed.push([marks.outcome(outcome)]);
}

function anyOf(tokens: readonly string[]): string {
  return tokens.length === 1 ? tokens.map(quoted).join('') : `(${tokens.map(quoted).join(' OR ')})`;
}

/** Tokens have letters, digits and "=" only, so nothing in them can end the quotes. */
function quoted(token: string): string {
  return `"${token}"`;
}
