import { createCipheriv, createDecipheriv, createSecretKey, KeyObject } from 'node:crypto';
import { HoldfastError } from '../../shared/errors.ts';

const keyLength = 32;
export const aesGcmNonceLength = 12;
export const aesGcmTagLength = 16;

/**
 * AES-256-GCM (NIST SP 800-38D): answers ciphertext || 16-byte tag. A nonce of 12 bytes must never be used
 * twice under one key. Throws RangeError for other lengths of key and nonce.
 */
export function aesGcmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array {
  checkNonce(nonce);
  const cipher = createCipheriv('aes-256-gcm', aesGcmKey(key), nonce, { authTagLength: aesGcmTagLength });
  cipher.setAAD(associatedData);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** As `aesGcmSeal`, of a plaintext that comes in parts; answers the parts of what that answers. */
export async function aesGcmSealParts(
  key: Uint8Array,
  nonce: Uint8Array,
  parts: AsyncIterable<Uint8Array>,
  associatedData: Uint8Array,
): Promise<Uint8Array[]> {
  checkNonce(nonce);
  const cipher = createCipheriv('aes-256-gcm', aesGcmKey(key), nonce, { authTagLength: aesGcmTagLength });
  cipher.setAAD(associatedData);
  const sealed: Uint8Array[] = [];
  for await (const part of parts) sealed.push(cipher.update(part));
  return [...sealed, cipher.final(), cipher.getAuthTag()];
}

/**
 * A key of 32 bytes, for whoever opens much with it; as bytes Node 24 takes three times as long: it tries them as key objects
 * first, and each try throws. Throws RangeError for other lengths.
 */
export function aesGcmKey(key: Uint8Array): KeyObject {
  if (key.length !== keyLength) throw new RangeError('an AES-256 key has 32 bytes');
  return createSecretKey(key);
}

/**
 * Opens what `aesGcmSeal` made. Throws INTEGRITY when key, nonce, associated data or a byte of it differ, and
 * RangeError for other lengths of key and nonce.
 */
export function aesGcmOpen(
  key: Uint8Array | KeyObject,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array {
  checkNonce(nonce);
  const end = sealed.length - aesGcmTagLength;
  if (end < 0) throw notAuthentic();
  const opener = key instanceof KeyObject ? key : aesGcmKey(key);
  const decipher = createDecipheriv('aes-256-gcm', opener, nonce, { authTagLength: aesGcmTagLength });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(0, end)); // all of it: GCM keeps nothing back
  try {
    decipher.final();
    return plaintext;
  } catch (cause) {
    throw notAuthentic(cause);
  }
}

function checkNonce(nonce: Uint8Array): void {
  if (nonce.length !== aesGcmNonceLength) throw new RangeError('the nonce has 12 bytes');
}

function notAuthentic(cause?: unknown): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    'A sealed value cannot be opened: it was changed, or this is not its key.',
    { problems: [{ kind: 'seal' }] },
    { cause },
  );
}
