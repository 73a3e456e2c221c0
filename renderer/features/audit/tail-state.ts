import type { AuditEntry } from '../../../shared/contract/audit.ts';

/** What came since the list was loaded, newest first. */
export interface TailState {
  readonly shown: readonly AuditEntry[];
  /** Not shown yet, because that would move what is being read. */
  readonly held: readonly AuditEntry[];
}

export const noNews: TailState = { shown: [], held: [] };

const keyOf = ({ eventId, phase }: AuditEntry) => `${eventId}${phase}`;

/** `items`: oldest first, as they are told. */
export function addNews({ shown, held }: TailState, items: readonly AuditEntry[], atTop: boolean): TailState {
  const known = new Set([...shown, ...held].map(keyOf));
  const fresh = items.filter((entry) => !known.has(keyOf(entry))).reverse();
  if (fresh.length === 0) return { shown, held };
  return atTop
    ? { shown: newestFirst(fresh, [...held, ...shown]), held: [] }
    : { shown, held: newestFirst(fresh, held) };
}

export function showNews(state: TailState): TailState {
  const { shown, held } = state;
  return held.length === 0 ? state : { shown: newestFirst(held, shown), held: [] };
}

/** What came, before the pages that were loaded; what those have as well is there once. */
export function beforePages(
  news: readonly AuditEntry[],
  pages: readonly AuditEntry[],
): readonly AuditEntry[] {
  if (news.length === 0) return pages;
  const known = new Set(pages.map(keyOf));
  const more = news.filter((entry) => !known.has(keyOf(entry)));
  return more.length === 0 ? pages : [...more, ...pages];
}

/** Two lists that are in order almost always; entries of one moment stay as they came. */
function newestFirst(one: readonly AuditEntry[], other: readonly AuditEntry[]): AuditEntry[] {
  return [...one, ...other].sort((first, second) =>
    first.time < second.time ? 1 : first.time > second.time ? -1 : 0,
  );
}
