import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/**
 * HMAC-SHA-256 of a whole key under the pepper: a fast hash is enough for 256 random bits, and whoever can write
 * the database but not read the keyring can plant no key.
 */
export class ApiKeyMac {
  readonly #pepper: () => Uint8Array;
  #key: KeyObject | undefined;

  /** `pepper` is asked for once, at the first use; what it throws is passed on. */
  constructor(pepper: () => Uint8Array) {
    this.#pepper = pepper;
  }

  of(text: string): Uint8Array {
    this.#key ??= createSecretKey(this.#pepper());
    return createHmac('sha256', this.#key).update(text).digest();
  }
}

/** In a time that does not depend on where they differ. */
export function sameMac(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
