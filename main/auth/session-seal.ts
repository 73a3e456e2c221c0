import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Uuid } from '../../shared/ids.ts';
import { sameMac } from '../secrets/same-mac.ts';

/** What of a session's row decides whose it is and how long; times are epoch milliseconds. */
export interface SealedSession {
  readonly tokenHash: Uint8Array;
  readonly id: Uuid;
  readonly operatorId: Uuid;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Ties sessions to the keyring: whoever can write the database alone can plant none, nor give one to another. */
export class SessionSeal {
  readonly #secret: () => Uint8Array;
  #key: KeyObject | undefined;

  /** `key` is asked for once, at the first use; what it throws is passed on. */
  constructor(key: () => Uint8Array) {
    this.#secret = key;
  }

  /** HMAC-SHA-256 over the RFC 8785 form of a list (docs/formats/installation-folder.md). */
  of({ tokenHash, id, operatorId, createdAt, expiresAt }: SealedSession): Uint8Array {
    this.#key ??= createSecretKey(this.#secret());
    const hash = Buffer.from(tokenHash).toString('base64');
    const canonical = JSON.stringify([hash, id, operatorId, createdAt, expiresAt]);
    return createHmac('sha256', this.#key).update(canonical).digest();
  }

  fits(row: SealedSession, mac: Uint8Array): boolean {
    return sameMac(this.of(row), mac);
  }
}
