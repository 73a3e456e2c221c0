import { createHash } from 'node:crypto';
import type { Reading, Transaction } from '../../storage/store.ts';

/** Who is asked for time stamps. */
export interface AuthorityRow {
  readonly url: string;
  /** OID that stamps have to be made under; null where any will do. */
  readonly policy: string | null;
  /** Of the CAs that vouch for it, in PEM. */
  readonly certificates: string;
  readonly every_hours: number;
  /** A sealed value of the Authorization header. */
  readonly authorization: Uint8Array | null;
  readonly set_at: number;
}

/** A checkpoint of this installation with its time stamp. */
export interface TimestampRow {
  readonly origin: string;
  readonly size: number;
  /** What the token states, in epoch milliseconds. */
  readonly time: number;
  /** What it is called: host and port of where it was asked. */
  readonly authority: string;
  /** Of the CAs that the token was checked with, in PEM. */
  readonly certificates: string;
  readonly note: Uint8Array;
  /** A TimeStampToken (RFC 3161) of the note's SHA-256, in DER. */
  readonly token: Uint8Array;
}

export function readAuthority(reading: Reading): AuthorityRow | undefined {
  return reading.sql<AuthorityRow>('SELECT * FROM timestamp_authority').get();
}

export function putAuthority(transaction: Transaction, row: AuthorityRow): void {
  transaction
    .sql(
      `INSERT OR REPLACE INTO timestamp_authority (id, url, policy, certificates, every_hours, authorization, set_at)
       VALUES (1, ?, ?, ?, ?, ?, ?)`,
    )
    .run(row.url, row.policy, row.certificates, row.every_hours, row.authorization, row.set_at);
}

export function putTimestamp(transaction: Transaction, row: TimestampRow): void {
  transaction
    .sql(
      `INSERT OR REPLACE INTO timestamps (origin, size, time, authority, certificates, note, token)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(row.origin, row.size, row.time, row.authority, row.certificates, row.note, row.token);
}

/** The newest time stamps of the log with this origin, largest first; those that were checked with these certificates. */
export function readTimestamps(
  reading: Reading,
  origin: string,
  { certificates, limit }: { readonly certificates?: string; readonly limit: number },
): TimestampRow[] {
  return reading
    .sql<TimestampRow>(
      `SELECT * FROM timestamps WHERE origin = ? AND certificates = ifnull(?, certificates)
       ORDER BY size DESC LIMIT ?`,
    )
    .all(origin, certificates ?? null, limit);
}

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();
