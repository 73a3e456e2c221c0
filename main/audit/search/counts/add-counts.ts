import type { Transaction } from '../../../storage/store.ts';
import { hourMs, spans } from './spans.ts';

/** In `event_counts`: of all logs. */
export const allLogs = -1;
/** In `event_counts`: of everybody. */
export const everybody = 0;

export interface CountedEvent {
  readonly log: number;
  readonly time: number;
  /** Numbers of `event_kinds` and `event_actors`. */
  readonly kind: number;
  readonly actor: number;
}

/** Counts events in their hours, days and 28 days. */
export function addCounts(transaction: Transaction, events: readonly CountedEvent[]): void {
  const counts = new Map<string, { cell: readonly number[]; count: number }>();
  const count = (cell: readonly number[], more: number) => {
    const key = cell.join(' ');
    const counted = counts.get(key);
    if (counted === undefined) counts.set(key, { cell, count: more });
    else counted.count += more;
  };
  for (const { log, time, kind, actor } of events) {
    for (const span of spans) count([span, log, actor, Math.floor(time / (span * hourMs)), kind], 1);
  }
  for (const { cell, count: more } of [...counts.values()]) {
    const [span, log, actor, at, kind] = cell as [number, number, number, number, number];
    count([span, log, everybody, at, kind], more);
    count([span, allLogs, actor, at, kind], more);
    count([span, allLogs, everybody, at, kind], more);
  }
  const add = transaction.sql(
    `INSERT INTO event_counts (span, log, actor, at, kind, count) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  );
  for (const { cell, count: more } of counts.values()) add.run(...cell, more);
}

/** The number of an actor by pseudonym (null: the system), given to it when it is first met. */
export function actorNumbers(transaction: Transaction): (pseudonym: string | null) => number {
  const known = new Map<string | null, number>();
  const find = transaction.sql<{ actor: number }>('SELECT actor FROM event_actors WHERE pseudonym IS ?');
  const insert = transaction.sql<{ actor: number }>(
    'INSERT INTO event_actors (pseudonym) VALUES (?) RETURNING actor',
  );
  return (pseudonym) => {
    const met = known.get(pseudonym);
    if (met !== undefined) return met;
    const row = find.get(pseudonym) ?? insert.get(pseudonym);
    if (row === undefined) throw new TypeError('an insert answered no row');
    known.set(pseudonym, row.actor);
    return row.actor;
  };
}
