import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../../shared/errors.ts';
import { aesGcmNonceLength, aesGcmOpen, aesGcmSeal } from './aes-gcm.ts';

export type Random = (length: number) => Uint8Array;

/** AES-256-GCM with a random nonce: 12-byte nonce || ciphertext || 16-byte tag. `context` is authenticated. */
export function seal(
  key: Uint8Array,
  plaintext: Uint8Array,
  context: string,
  random: Random = randomBytes,
): Buffer {
  const nonce = random(aesGcmNonceLength);
  return Buffer.concat([nonce, aesGcmSeal(key, nonce, plaintext, Buffer.from(context))]);
}

/** Opens what `seal` made. Throws INTEGRITY when the key or the context differ, or a byte was changed. */
export function unseal(key: Uint8Array, sealed: Uint8Array, context: string): Buffer {
  if (sealed.length < aesGcmNonceLength) {
    throw new HoldfastError('INTEGRITY', 'A sealed value is cut short.', { problems: [{ kind: 'seal' }] });
  }
  const nonce = sealed.subarray(0, aesGcmNonceLength);
  const plaintext = aesGcmOpen(key, nonce, sealed.subarray(aesGcmNonceLength), Buffer.from(context));
  return Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
}
