import { HoldfastError } from '../../../shared/errors.ts';
import type { ForwardContent, ForwardFormat, LetterReason } from '../../../shared/forwarding.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Severity } from '../../../shared/severities.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

/** Names of the secrets that a destination was given. */
export type SecretName = 'bearerToken' | 'signingSecret' | 'client';

/** Times are epoch milliseconds. */
export interface DestinationRow {
  readonly id: Uuid;
  readonly name: string;
  readonly address: string;
  readonly format: ForwardFormat;
  readonly what: ForwardContent;
  readonly minimumSeverity: Severity;
  readonly tenantId: Uuid | null;
  readonly ca: string | null;
  readonly fingerprints: readonly string[];
  readonly maximumBytes: number;
  readonly secrets: readonly SecretName[];
  readonly enabled: boolean;
  readonly sent: number;
  readonly sentAt: number | null;
  readonly addedAt: number;
}

interface StoredRow extends Omit<DestinationRow, 'fingerprints' | 'secrets' | 'enabled'> {
  readonly fingerprints: string;
  readonly secrets: string;
  readonly enabled: number;
}

/** Where the log goes on for a destination. */
export interface Cursor {
  /** Index of the first entry that was not taken. */
  readonly next: number;
  /** Of the entry before it: another one there is another log. null before the first. */
  readonly eventId: string | null;
}

export interface LetterRow {
  readonly origin: string;
  readonly entry: number;
  readonly reason: LetterReason;
  readonly detail: string;
  readonly tries: number;
  readonly time: number;
  readonly due: number;
}

const columns = `id, name, address, format, what, minimum_severity AS minimumSeverity, tenant_id AS tenantId, ca, fingerprints,
  maximum_bytes AS maximumBytes, secrets, enabled, sent, sent_at AS sentAt, added_at AS addedAt`;

const words = (text: string) => text.split(' ').filter((word) => word !== '');

const toRow = ({ fingerprints, secrets, enabled, ...row }: StoredRow): DestinationRow => ({
  ...row,
  fingerprints: words(fingerprints),
  secrets: words(secrets) as SecretName[],
  enabled: enabled === 1,
});

/** By name. */
export function readDestinations(reading: Reading): DestinationRow[] {
  return reading.sql<StoredRow>(`SELECT ${columns} FROM forward_destinations ORDER BY name`).all().map(toRow);
}

/** Errors: NOT_FOUND. */
export function findDestination(reading: Reading, id: Uuid): DestinationRow {
  const row = reading.sql<StoredRow>(`SELECT ${columns} FROM forward_destinations WHERE id = ?`).get(id);
  if (row !== undefined) return toRow(row);
  throw new HoldfastError('NOT_FOUND', `There is no destination ${id} of the log.`, {
    kind: 'forward-destination',
    id,
  });
}

export function insertDestination(transaction: Transaction, row: DestinationRow): void {
  transaction
    .sql(
      `INSERT INTO forward_destinations (id, name, address, format, what, minimum_severity, tenant_id, ca, fingerprints,
         maximum_bytes, secrets, added_at)
       VALUES ($id, $name, $address, $format, $what, $minimumSeverity, $tenantId, $ca, $fingerprints, $maximumBytes, $secrets,
         $addedAt)`,
    )
    .run({
      id: row.id,
      name: row.name,
      address: row.address,
      format: row.format,
      what: row.what,
      minimumSeverity: row.minimumSeverity,
      tenantId: row.tenantId,
      ca: row.ca,
      fingerprints: row.fingerprints.join(' '),
      maximumBytes: row.maximumBytes,
      secrets: row.secrets.join(' '),
      addedAt: row.addedAt,
    });
}

export function updateDestination(
  transaction: Transaction,
  row: Pick<DestinationRow, 'id' | 'name' | 'ca' | 'fingerprints' | 'maximumBytes' | 'secrets' | 'enabled'>,
): void {
  transaction
    .sql(
      `UPDATE forward_destinations SET name = $name, ca = $ca, fingerprints = $fingerprints,
         maximum_bytes = $maximumBytes, secrets = $secrets, enabled = $enabled WHERE id = $id`,
    )
    .run({
      id: row.id,
      name: row.name,
      ca: row.ca,
      fingerprints: row.fingerprints.join(' '),
      maximumBytes: row.maximumBytes,
      secrets: row.secrets.join(' '),
      enabled: row.enabled ? 1 : 0,
    });
}

export function deleteDestination(transaction: Transaction, id: Uuid): void {
  transaction.sql('DELETE FROM forward_destinations WHERE id = ?').run(id);
}

/** How far a destination got, by origin of the log. */
export function readCursors(reading: Reading, id: Uuid): Map<string, Cursor> {
  const rows = reading
    .sql<Cursor & { readonly origin: string }>(
      'SELECT origin, next, event_id AS eventId FROM forward_cursors WHERE destination_id = ?',
    )
    .all(id);
  return new Map(rows.map(({ origin, next, eventId }) => [origin, { next, eventId }]));
}

export function putCursor(
  transaction: Transaction,
  id: Uuid,
  origin: string,
  { next, eventId }: Cursor,
): void {
  transaction
    .sql(
      'INSERT OR REPLACE INTO forward_cursors (destination_id, origin, next, event_id) VALUES (?, ?, ?, ?)',
    )
    .run(id, origin, next, eventId);
}

/** `entries`: how many more were taken. */
export function noteSent(transaction: Transaction, id: Uuid, entries: number, time: number): void {
  transaction
    .sql('UPDATE forward_destinations SET sent = sent + ?, sent_at = ? WHERE id = ?')
    .run(entries, time, id);
}

/** In the order of the logs and their entries; `due` alone: those to be tried once more. */
export function readLetters(reading: Reading, id: Uuid, due = false): LetterRow[] {
  return reading
    .sql<LetterRow>(
      `SELECT origin, entry, reason, detail, tries, time, due FROM dead_letters
       WHERE destination_id = ? AND due >= ? ORDER BY time, origin, entry`,
    )
    .all(id, due ? 1 : 0);
}

export function countLetters(reading: Reading, id: Uuid): number {
  const row = reading
    .sql<{ n: number }>('SELECT count(*) AS n FROM dead_letters WHERE destination_id = ?')
    .get(id);
  return row?.n ?? 0;
}

export function putLetter(transaction: Transaction, id: Uuid, letter: Omit<LetterRow, 'due'>): void {
  const { origin, entry, reason, detail, tries, time } = letter;
  transaction
    .sql(
      `INSERT OR REPLACE INTO dead_letters (destination_id, origin, entry, reason, detail, tries, time, due)
       VALUES (?, ?, ?, ?, ?, ?, ?, 0)`,
    )
    .run(id, origin, entry, reason, detail, tries, time);
}

export function deleteLetter(transaction: Transaction, id: Uuid, origin: string, entry: number): void {
  transaction
    .sql('DELETE FROM dead_letters WHERE destination_id = ? AND origin = ? AND entry = ?')
    .run(id, origin, entry);
}

/** Answers how many. */
export function markLettersDue(transaction: Transaction, id: Uuid): number {
  return transaction.sql('UPDATE dead_letters SET due = 1 WHERE destination_id = ?').run(id).changes;
}

/** Answers how many. */
export function dropLetters(transaction: Transaction, id: Uuid): number {
  return transaction.sql('DELETE FROM dead_letters WHERE destination_id = ?').run(id).changes;
}
