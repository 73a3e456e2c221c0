import { createHmac } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** What `pseudonym` makes. */
export const pseudonymPattern = /^p:[0-9a-hjkmnp-tv-z]{20}$/;

/**
 * The name under which a person stands in the log: `p:` and the first 100 bits, most significant first, of
 * HMAC-SHA-256(installation pseudonym key, subject id) in lower-case Crockford base32.
 */
export function pseudonym(key: Uint8Array, subjectId: string): string {
  const mac = createHmac('sha256', key).update(subjectId, 'utf8').digest();
  let bits = 0n;
  for (const byte of mac.subarray(0, 13)) bits = (bits << 8n) | BigInt(byte);
  bits >>= 4n;
  let text = '';
  for (let digit = 0; digit < 20; digit += 1) {
    text = alphabet.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return `p:${text}`;
}
