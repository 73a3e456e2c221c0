import { hash } from 'node:crypto';

/** The state byte of a row (docs/formats/row-hash.md). */
export const rowState = { live: 1, superseded: 2, deleted: 3 } as const;
export type RowState = (typeof rowState)[keyof typeof rowState];

/** The collection under which a tenant's file entries are counted; no document's collection begins with "$". */
export const filesCollection = '$files';

export interface HashedRow {
  readonly collection: string;
  readonly id: string;
  readonly revision: number;
  readonly state: RowState;
  /** Raw SHA-256 of the stored content. */
  readonly contentHash: Uint8Array;
}

/** A collection's rows, as a number and as the sum of their hashes mod 2^256 (32 bytes, big-endian). */
export interface RowSum {
  readonly rows: number;
  readonly sum: Uint8Array;
}

const hashLength = 32;
export const emptySum: RowSum = { rows: 0, sum: new Uint8Array(hashLength) };

/**
 * SHA-256(prefix || collection || 0x00 || id || 0x00 || revision in decimal || 0x00 || state byte || SHA-256 of
 * the content). `prefix` is the tenant's 32 secret bytes.
 */
export function rowHash(prefix: Uint8Array, row: HashedRow): Uint8Array {
  const place = `${row.collection}\0${row.id}\0${row.revision}\0${String.fromCharCode(row.state)}`;
  return hash('sha256', Buffer.concat([prefix, Buffer.from(place, 'utf8'), row.contentHash]), 'buffer');
}

/** left + right mod 2^256, on 32 bytes big-endian. */
export function addMod256(left: Uint8Array, right: Uint8Array): Uint8Array {
  const sum = new Uint8Array(hashLength);
  let carry = 0;
  for (let at = hashLength - 1; at >= 0; at -= 1) {
    const digit = (left[at] ?? 0) + (right[at] ?? 0) + carry;
    sum[at] = digit & 0xff;
    carry = digit >> 8;
  }
  return sum;
}

/** left - right mod 2^256, on 32 bytes big-endian. */
export function subtractMod256(left: Uint8Array, right: Uint8Array): Uint8Array {
  const difference = new Uint8Array(hashLength);
  let borrow = 0;
  for (let at = hashLength - 1; at >= 0; at -= 1) {
    const digit = (left[at] ?? 0) - (right[at] ?? 0) - borrow;
    difference[at] = digit & 0xff;
    borrow = digit < 0 ? 1 : 0;
  }
  return difference;
}

/** Counts and sums rows again from the rows themselves, by collection: what the kept sums must equal. */
export function rehash(prefix: Uint8Array, rows: Iterable<HashedRow>): Map<string, RowSum> {
  const sums = new Map<string, RowSum>();
  for (const row of rows) {
    const { rows: counted, sum } = sums.get(row.collection) ?? emptySum;
    sums.set(row.collection, { rows: counted + 1, sum: addMod256(sum, rowHash(prefix, row)) });
  }
  return sums;
}
