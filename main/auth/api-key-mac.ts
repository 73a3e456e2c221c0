import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Uuid } from '../../shared/ids.ts';

/** What a key stands for, as it is stored; times are epoch milliseconds. */
export interface BoundFields {
  readonly id: Uuid;
  readonly tenantId: Uuid;
  readonly principalId: Uuid;
  /** The text as stored, or null for all that the principal has. */
  readonly scopes: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/**
 * HMAC-SHA-256 of a whole key and of what it stands for, under the pepper: a fast hash is enough for 256 random bits,
 * and whoever can write the database but not read the keyring can plant, move, widen or prolong no key.
 */
export class ApiKeyMac {
  readonly #pepper: () => Uint8Array;
  #key: KeyObject | undefined;

  /** `pepper` is asked for once, at the first use; what it throws is passed on. */
  constructor(pepper: () => Uint8Array) {
    this.#pepper = pepper;
  }

  /** Over the RFC 8785 form of a list (docs/formats/written-keys.md). */
  of(text: string, bound: BoundFields): Uint8Array {
    this.#key ??= createSecretKey(this.#pepper());
    const { id, tenantId, principalId, scopes, createdAt, expiresAt } = bound;
    const canonical = JSON.stringify([text, id, tenantId, principalId, scopes, createdAt, expiresAt]);
    return createHmac('sha256', this.#key).update(canonical).digest();
  }
}
