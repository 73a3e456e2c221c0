import type { Transaction } from '../../storage/store.ts';
import { actorNumbers, addCounts } from './counts/add-counts.ts';
import { type EventKind, kindNumbers } from './event-kinds.ts';

/** What the index knows of an entry. */
export interface Event extends EventKind {
  readonly position: number;
  readonly log: number;
  readonly time: number;
  /** A pseudonym; null for the system. */
  readonly actor: string | null;
}

/** Adds events that are not there yet, and counts them. Answers the number of each one's kind. */
export function insertEvents(transaction: Transaction, events: readonly Event[]): number[] {
  const kindOf = kindNumbers(transaction);
  const actorOf = actorNumbers(transaction);
  const insert = transaction.sql(
    'INSERT INTO events (position, log, time, kind, actor) VALUES (?, ?, ?, ?, ?)',
  );
  const counted = events.map(({ position, log, time, actor, ...named }) => {
    const kind = kindOf(named);
    insert.run(position, log, time, kind, actor);
    return { log, time, kind, actor: actorOf(actor) };
  });
  addCounts(transaction, counted);
  return counted.map(({ kind }) => kind);
}
