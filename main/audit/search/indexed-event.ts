import type { Reading } from '../../storage/store.ts';
import { positionOf } from '../log-store.ts';
import type { AuditRecord } from '../record.ts';
import type { Event } from './insert-events.ts';

/** What the index has to have of an entry. */
export function eventOf({ t, act, sev, out, who }: AuditRecord, log: number, index: number): Event {
  return {
    position: positionOf(log, index),
    log,
    time: t,
    action: act,
    severity: sev,
    outcome: out,
    actor: who.p ?? null,
  };
}

/** What it has between two positions, the second excluded. */
export function storedEvents(search: Reading, from: number, to: number): Event[] {
  return search
    .sql<Event>(
      `SELECT position, log, time, action, severity, outcome, actor FROM events JOIN event_kinds USING (kind)
       WHERE position >= ? AND position < ? ORDER BY position`,
    )
    .all(from, to);
}

export function isSameEvent(one: Event, other: Event | undefined): boolean {
  return (
    one.position === other?.position &&
    one.log === other.log &&
    one.time === other.time &&
    one.action === other.action &&
    one.severity === other.severity &&
    one.outcome === other.outcome &&
    one.actor === other.actor
  );
}
