import type { Outcome, Severity } from '../../../shared/severities.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

export interface EventKind {
  readonly action: string;
  readonly severity: Severity;
  readonly outcome: Outcome;
}

export interface StoredKind extends EventKind {
  readonly kind: number;
}

export interface KindFilter {
  /** Exact, or a prefix that ends in `.*`. */
  readonly action?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly outcome?: Outcome | undefined;
}

/** The kinds that a filter lets through; undefined for one that lets all through. */
export function kindsOf(search: Reading, filter: KindFilter): readonly StoredKind[] | undefined {
  const { action, severity, outcome } = filter;
  if (action === undefined && severity === undefined && outcome === undefined) return undefined;
  return allKinds(search).filter(
    (kind) =>
      (severity === undefined || kind.severity === severity) &&
      (outcome === undefined || kind.outcome === outcome) &&
      (action === undefined || isAction(action, kind.action)),
  );
}

/** `wanted`: exact, or a prefix that ends in `.*`. */
export function isAction(wanted: string, action: string): boolean {
  return wanted.endsWith('.*') ? action.startsWith(wanted.slice(0, -1)) : action === wanted;
}

export function allKinds(search: Reading): StoredKind[] {
  return search.sql<StoredKind>('SELECT kind, action, severity, outcome FROM event_kinds').all();
}

/** The number of a kind, given to it when it is first met. */
export function kindNumbers(transaction: Transaction): (kind: EventKind) => number {
  const known = new Map(allKinds(transaction).map((stored) => [keyOf(stored), stored.kind]));
  return (kind) => {
    const key = keyOf(kind);
    const found = known.get(key);
    if (found !== undefined) return found;
    const row = transaction
      .sql<{ kind: number }>(
        'INSERT INTO event_kinds (action, severity, outcome) VALUES (?, ?, ?) RETURNING kind',
      )
      .get(kind.action, kind.severity, kind.outcome);
    if (row === undefined) throw new TypeError('an insert answered no row');
    known.set(key, row.kind);
    return row.kind;
  };
}

/** Names a kind by what it is of. */
export function keyOf({ action, severity, outcome }: EventKind): string {
  return `${action} ${severity} ${outcome}`;
}
