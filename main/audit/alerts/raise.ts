import { hash } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import type { RaisedAlert } from '../../../shared/contract/audit/alerts.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { decodeBase64, encodeBase64 } from '../base64.ts';
import type { EventMaker } from '../event-maker.ts';
import { type LogHead, positionOf } from '../log-store.ts';
import { leafHash } from '../merkle.ts';
import { foldAlert, insertAlert, type RestsOn, supersede, weakerAnomaly } from './alert-store.ts';
import { wholeLog } from './anomalies/log-statistics.ts';
import type { Finding } from './log-watch.ts';
import { countMuted } from './mute-store.ts';

/** So many of a rule are raised a day and tenant, of statistics the strongest; what goes beyond is counted. */
export const mostPerDay = 5;

export interface RaiseParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly maker: EventMaker;
  /** Puts an alert before people, in the transaction that keeps it. */
  raised(transaction: Transaction, alert: RaisedAlert): void;
}

/**
 * Keeps what a rule found, and tells of it: in the log, and to people. Muted or too often, it is only counted. Answers what is
 * news: not what was counted, nor what took the place of an alert of that day.
 */
export function raise(
  transaction: Transaction,
  { clock, ids, maker, raised }: RaiseParts,
  { origin, tenantId }: Pick<LogHead, 'origin' | 'tenantId'>,
  { rule, subject, last, anomaly }: Finding,
  restsOn: readonly RestsOn[],
): RaisedAlert | undefined {
  const whose = { rule: rule.id, tenantId };
  if (countMuted(transaction, whose, clock.now())) return undefined;
  const score = anomaly === undefined ? null : Math.round(anomaly.score * 100);
  const place = { ...whose, time: last.t };
  const weaker =
    score === null ? undefined : weakerAnomaly(transaction, { ...place, subject }, score, mostPerDay);
  if (weaker === undefined && foldAlert(transaction, place, mostPerDay)) return undefined;
  const kept = anomaly === undefined ? null : JSON.stringify(anomaly);
  const id = ids.uuid();
  const { severity, threshold } = rule;
  const event = maker.event(
    { id, action: 'alert.raise', severity, critical: false, caller: { kind: 'system' } },
    {
      resource: { kind: 'alert', id },
      facts: {
        rule: rule.id,
        log: origin,
        entries: restsOn.map(([index]) => index).join(' '),
        digest: digestOf(restsOn),
        ...(kept === null || score === null ? {} : { anomaly: hashOf(kept), score }),
      },
    },
    'outcome',
  );
  transaction.outbox(event);
  insertAlert(transaction, {
    id,
    ...whose,
    severity,
    time: last.t,
    raisedAt: clock.now(),
    origin,
    subject,
    actor: anomaly === undefined ? (last.who.p ?? null) : subject === wholeLog ? null : subject,
    entries: JSON.stringify(restsOn),
    threshold: threshold?.count ?? null,
    windowMs: threshold?.windowMs ?? null,
    eventId: event.eventId,
    more: weaker?.more ?? 0,
    lastTime: last.t,
    anomaly: kept,
    score,
  });
  if (weaker !== undefined) supersede(transaction, weaker.id, id);
  const alert = { id, ...whose, severity };
  raised(transaction, alert);
  return weaker === undefined ? alert : undefined;
}

/** The entries of a finding as the log has them. */
export function restsOnOf(log: Reading, number: number, indices: readonly number[]): RestsOn[] {
  const stored = log.sql<{ event_id: Uuid; record: Uint8Array }>(
    'SELECT event_id, record FROM entries WHERE position = ?',
  );
  return indices.flatMap((index): RestsOn[] => {
    const row = stored.get(positionOf(number, index));
    return row === undefined ? [] : [[index, row.event_id, encodeBase64(leafHash(row.record))]];
  });
}

/** Base 64 of SHA-256 of what is kept of an anomaly. */
export const hashOf = (anomaly: string): string => encodeBase64(hash('sha256', anomaly, 'buffer'));

/** Base 64 of SHA-256 over the leaf hashes, in the order of the entries. */
export function digestOf(restsOn: readonly RestsOn[]): string {
  const hashes = restsOn.map(([, , leaf]) => decodeBase64(leaf) ?? new Uint8Array(0));
  return encodeBase64(hash('sha256', Buffer.concat(hashes), 'buffer'));
}
