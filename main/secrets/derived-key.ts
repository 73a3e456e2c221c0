import { hkdfSync } from 'node:crypto';

/** A key of 32 bytes that serves `info` alone: HKDF-SHA-256 (RFC 5869) of a secret of 32 bytes, without a salt. */
export function derivedKey(secret: Uint8Array, info: string): Uint8Array {
  return Buffer.from(hkdfSync('sha256', secret, '', info, 32));
}
