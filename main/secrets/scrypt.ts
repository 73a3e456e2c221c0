import { scrypt } from 'node:crypto';
import { z } from 'zod';
import { base64Bytes } from './base64.ts';

/** Cost of scrypt (RFC 7914 section 2): about 128 * N * r bytes of memory, p times the work. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Salt and cost as files carry them; bounded, since a hostile file must not eat the machine's memory. */
export const scryptParameters = z
  .strictObject({
    N: z
      .int()
      .min(2)
      .max(1 << 20)
      .refine((N) => (N & (N - 1)) === 0, 'not a power of two'),
    r: z.int().min(1).max(32),
    p: z.int().min(1).max(16),
    salt: base64Bytes(),
  })
  .refine(({ N, r }) => 128 * N * r <= 1 << 28, 'asks for more than 256 MiB');

/** Derives `length` bytes by scrypt (RFC 7914) off the main thread. */
export function deriveByScrypt(
  secret: Uint8Array,
  salt: Uint8Array,
  { N, r, p }: ScryptCost,
  length: number,
): Promise<Buffer> {
  const maxmem = 128 * r * (N + p + 2) + (1 << 20);
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, length, { N, r, p, maxmem }, (error, derived) => {
      if (error) reject(error);
      else resolve(derived);
    });
  });
}
