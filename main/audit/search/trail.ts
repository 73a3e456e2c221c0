import { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { AuditStates } from '../../../shared/contract/audit/states.ts';
import type { AuditEntry } from '../../../shared/contract/audit.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../operations/cursor.ts';
import type { Reading } from '../../storage/store.ts';
import { decodeBase64 } from '../base64.ts';
import { openField } from '../commitment.ts';
import { placeOf } from '../log-store.ts';
import { type AuditRecord, decodeRecord } from '../record.ts';
import { asksForWords, type EventFilter, letsThrough } from './event-filter.ts';
import { type EventQuery, findEvents } from './event-streams.ts';
import { type FoundByWords, findByWords } from './text/find-by-words.ts';

export interface TrailRequest {
  readonly filter: EventFilter;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface OpeningKeys {
  readonly installationKey: Uint8Array;
  /** The key of the person behind a pseudonym; undefined once it is destroyed. */
  keyOf(pseudonym: string): Uint8Array | undefined;
}

const positionForm = z.tuple([z.int(), z.int()]);

export interface TrailPage {
  readonly items: AuditEntry[];
  readonly next: string | null;
  /** Of a search for words that gave its page back before it was full: up to when it has looked. */
  readonly reached: string | null;
}

/**
 * One page of entries, by time, then log and index, found through the index and read from the log itself. Errors: VALIDATION
 * (cursor, words), INTEGRITY.
 */
export async function readTrail(
  search: Reading,
  log: Reading,
  keys: OpeningKeys,
  { filter, order, limit, cursor }: TrailRequest,
): Promise<TrailPage> {
  const { text, resource, ...rest } = filter;
  const cursorFilter = {
    list: 'audit',
    order,
    ...rest,
    logs: filter.logs?.join(' '),
    actors: filter.actors?.join(' '),
    text: text && JSON.stringify(text),
    resource: resource && JSON.stringify([resource.kind ?? null, resource.id ?? null]),
  };
  const after = decodeCursor(cursor, cursorFilter, positionForm);
  const { found, reached } = await find(search, log, { filter, order, limit: limit + 1, after });
  const page = pageOf(
    found,
    limit,
    cursorFilter,
    ({ position }) => readEntry(log, keys, position),
    ({ position, time }) => [time, position],
  );
  if (reached === null || page.next !== null) return { ...page, reached: null };
  // no entry has this position: what comes after it, in either order, is all that was not looked at
  return { ...page, next: encodeCursor(cursorFilter, [reached, -1]), reached: toRfc3339(reached) };
}

async function find(search: Reading, log: Reading, query: EventQuery): Promise<FoundByWords> {
  const { filter } = query;
  if (!asksForWords(filter)) return { found: await findEvents(search, query), reached: null };
  return await findByWords(search, query, (position) =>
    letsThrough(filter, readRecord(log, position), placeOf(position).log),
  );
}

/** The entry of one event. Throws NOT_FOUND, INTEGRITY. */
export function readEvent(log: Reading, keys: OpeningKeys, eventId: Uuid): AuditEntry {
  return readEntry(log, keys, positionOfEvent(log, eventId));
}

/** What the entry of one event keeps of the states before and after. Throws NOT_FOUND, INTEGRITY. */
export function readStates(log: Reading, { installationKey }: OpeningKeys, eventId: Uuid): AuditStates {
  const position = positionOfEvent(log, eventId);
  const { dif, id } = readRecord(log, position);
  const open = (field: 'dif.b' | 'dif.a', committed: string | undefined) => {
    const sealed = log
      .sql<{ sealed: Uint8Array }>('SELECT sealed FROM openings WHERE position = ? AND field = ?')
      .get(position, field)?.sealed;
    const digest = committed === undefined ? undefined : decodeBase64(committed);
    if (sealed === undefined || digest === undefined) return null;
    return z.json().parse(openField(installationKey, { eventId: id, field }, digest, sealed).value);
  };
  return { before: open('dif.b', dif?.b), after: open('dif.a', dif?.a) };
}

/** Where an event is in audit.db. Throws NOT_FOUND. */
export function positionOfEvent(log: Reading, eventId: Uuid): number {
  const row = log.sql<{ position: number }>('SELECT position FROM entries WHERE event_id = ?').get(eventId);
  if (row !== undefined) return row.position;
  throw new HoldfastError('NOT_FOUND', 'The audit log has no such entry.', { kind: 'entry', id: eventId });
}

/** The record at a position of audit.db. Throws INTEGRITY when it is missing or damaged. */
export function readRecord(log: Reading, position: number): AuditRecord {
  const row = log.sql<{ record: Uint8Array }>('SELECT record FROM entries WHERE position = ?').get(position);
  return row === undefined ? missing(position) : decodeRecord(row.record);
}

/** The entry at a position, opened as far as it can be. Throws INTEGRITY, VALIDATION. */
export function readEntry(log: Reading, keys: OpeningKeys, position: number): AuditEntry {
  return entryOf(log, keys, position, readRecord(log, position));
}

/** An entry as it is told, with what can still be opened of it. Throws INTEGRITY. */
export function entryOf(log: Reading, keys: OpeningKeys, position: number, record: AuditRecord): AuditEntry {
  const sealed = log
    .sql<{ field: string; sealed: Uint8Array }>('SELECT field, sealed FROM openings WHERE position = ?')
    .all(position);
  const text = (field: string, key: Uint8Array | undefined, committed: string | undefined) =>
    openText(record, sealed.find((opening) => opening.field === field)?.sealed, field, key, committed);
  const named = record.pd?.find(({ f }) => f === 'who.name');
  return {
    logId: record.log,
    index: record.i,
    eventId: record.id as Uuid,
    time: toRfc3339(record.t),
    action: record.act,
    severity: record.sev,
    outcome: record.out,
    phase: record.ph,
    correlationId: (record.cor ?? record.id) as Uuid,
    actor: {
      kind: record.who.k,
      pseudonym: record.who.p ?? null,
      name: named === undefined ? null : text('who.name', keys.keyOf(named.s), named.c),
      sessionId: (record.who.s ?? null) as Uuid | null,
    },
    resource: record.res === undefined ? null : { kind: record.res.k, id: record.res.id },
    reason: text('why', keys.installationKey, record.why),
    states: record.dif !== undefined,
    facts: factsOf(record),
  };
}

function openText(
  record: AuditRecord,
  sealed: Uint8Array | undefined,
  field: string,
  key: Uint8Array | undefined,
  committed: string | undefined,
): string | null {
  const digest = committed === undefined ? undefined : decodeBase64(committed);
  if (sealed === undefined || key === undefined || digest === undefined) return null;
  const { value } = openField(key, { eventId: record.id, field }, digest, sealed);
  return typeof value === 'string' ? value : null;
}

function factsOf({ x = {} }: AuditRecord): AuditEntry['facts'] {
  const plain = Object.entries(x).filter(
    (entry): entry is [string, string | number | boolean] => typeof entry[1] !== 'object',
  );
  return Object.fromEntries(plain);
}

function missing(position: number): never {
  const { index } = placeOf(position);
  throw new HoldfastError(
    'INTEGRITY',
    `Entry ${index} of the audit log is missing. Run \`holdfast audit verify\`.`,
    { problems: [`entry ${index} is missing`] },
  );
}
