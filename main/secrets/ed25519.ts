import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** A key pair (RFC 8032): the private key as node:crypto holds it, the public key as its 32 bytes. */
export interface Ed25519Key {
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
}

// The DER that RFC 8410 puts before the 32 bytes of a private key (PKCS #8) and of a public key (SPKI).
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** The key pair of a 32-byte seed (RFC 8032 section 5.1.5). Throws RangeError for another length. */
export function ed25519KeyFromSeed(seed: Uint8Array): Ed25519Key {
  if (seed.length !== 32) throw new RangeError('an Ed25519 seed has 32 bytes');
  const der = Buffer.concat([privatePrefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { privateKey, publicKey: new Uint8Array(spki.subarray(publicPrefix.length)) };
}

/** The 64-byte signature of a message (RFC 8032 section 5.1.6). */
export function ed25519Sign(privateKey: KeyObject, message: Uint8Array): Uint8Array {
  return sign(null, message, privateKey);
}

/** Whether a 64-byte signature fits a message and a raw 32-byte key (RFC 8032 section 5.1.7). */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const der = Buffer.concat([publicPrefix, publicKey]);
  return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
}
