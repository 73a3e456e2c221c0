import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { release } from '../../storage/release.ts';
import { poly1305 } from './poly1305.ts';

/** The keys that seal: AES-256 for the text, k (AES-128) and r (clamped when used) for the MAC. */
export interface SealingKeys {
  /** 32 bytes. */
  readonly encrypt: Uint8Array;
  /** 16 bytes. */
  readonly macK: Uint8Array;
  /** 16 bytes. */
  readonly macR: Uint8Array;
}

const ivLength = 16;
const macLength = 16;
/** Bytes that sealing adds. */
export const sealingOverhead = ivLength + macLength;

/** New random keys, r clamped as restic stores it. */
export function randomSealingKeys(random: (length: number) => Uint8Array = randomBytes): SealingKeys {
  return sealingKeysFromBytes(random(64));
}

/** 64 bytes, 32 encrypt || 16 k || 16 r: the order of scrypt's output in a key file. */
export function sealingKeysFromBytes(bytes: Uint8Array): SealingKeys {
  if (bytes.length !== 64) throw new RangeError('sealing keys are made of 64 bytes');
  return {
    // copies of their own: a slice of a Buffer would carry its whole pool into a worker
    encrypt: Uint8Array.from(bytes.subarray(0, 32)),
    macK: Uint8Array.from(bytes.subarray(32, 48)),
    macR: clamp(Uint8Array.from(bytes.subarray(48, 64))),
  };
}

/**
 * IV || AES-256-CTR(plain) || Poly1305-AES over the ciphertext, as in restic's design document ("Keys,
 * Encryption and MAC"). The result owns its whole ArrayBuffer, so that it can be transferred.
 */
export function seal(
  keys: SealingKeys,
  plain: Uint8Array,
  iv: Uint8Array = randomBytes(ivLength),
): Uint8Array {
  const sealed = new Uint8Array(plain.length + sealingOverhead);
  sealed.set(iv, 0);
  const ciphertext = createCipheriv('aes-256-ctr', keys.encrypt, iv).update(plain);
  sealed.set(ciphertext, ivLength);
  release(ciphertext);
  const end = sealed.length - macLength;
  sealed.set(poly1305Aes(keys, iv, sealed.subarray(ivLength, end)), end);
  return sealed;
}

/** The plain bytes, or undefined when the seal does not hold (another key, or changed bytes). */
export function unseal(keys: SealingKeys, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < sealingOverhead) return undefined;
  const end = sealed.length - macLength;
  const iv = sealed.subarray(0, ivLength);
  const ciphertext = sealed.subarray(ivLength, end);
  if (!timingSafeEqual(poly1305Aes(keys, iv, ciphertext), sealed.subarray(end))) return undefined;
  return createDecipheriv('aes-256-ctr', keys.encrypt, iv).update(ciphertext);
}

/** Poly1305-AES (Bernstein, 2005-03-29): the one-time key is r || AES-128_k(nonce). */
export function poly1305Aes(
  keys: Pick<SealingKeys, 'macK' | 'macR'>,
  nonce: Uint8Array,
  text: Uint8Array,
): Uint8Array {
  const oneTimeKey = new Uint8Array(32);
  oneTimeKey.set(clamp(keys.macR), 0);
  oneTimeKey.set(createCipheriv('aes-128-ecb', keys.macK, null).setAutoPadding(false).update(nonce), 16);
  return poly1305(text, oneTimeKey);
}

function clamp(r: Uint8Array): Uint8Array {
  return r.map((byte, index) => {
    if (index % 4 === 3) return byte & 0x0f;
    return index % 4 === 0 && index > 0 ? byte & 0xfc : byte;
  });
}
