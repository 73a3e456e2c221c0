import type { Transaction } from '../../storage/store.ts';
import { type EventKind, kindNumbers } from './event-kinds.ts';

/** What the index knows of an entry. */
export interface Event extends EventKind {
  readonly position: number;
  readonly log: number;
  readonly time: number;
  /** A pseudonym; null for the system. */
  readonly actor: string | null;
}

/** What `event_counts` counts by. */
export const hourMs = 3_600_000;
/** In `event_counts`: of all logs. */
export const allLogs = -1;

/** Adds events that are not there yet, and counts them in their hours. Answers the number of each one's kind. */
export function insertEvents(transaction: Transaction, events: readonly Event[]): number[] {
  const numberOf = kindNumbers(transaction);
  const insert = transaction.sql(
    'INSERT INTO events (position, log, time, kind, actor) VALUES (?, ?, ?, ?, ?)',
  );
  const kinds: number[] = [];
  const counts = new Map<string, { log: number; hour: number; kind: EventKind; count: number }>();
  for (const { position, log, time, actor, ...kind } of events) {
    const number = numberOf(kind);
    kinds.push(number);
    insert.run(position, log, time, number, actor);
    const hour = Math.floor(time / hourMs);
    const key = `${log} ${hour} ${kind.severity} ${kind.outcome}`;
    const counted = counts.get(key) ?? { log, hour, kind, count: 0 };
    counted.count += 1;
    counts.set(key, counted);
  }
  const add = transaction.sql(
    `INSERT INTO event_counts (log, hour, severity, outcome, count) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  );
  for (const { log, hour, kind, count } of counts.values()) {
    for (const counted of [log, allLogs]) add.run(counted, hour, kind.severity, kind.outcome, count);
  }
  return kinds;
}
