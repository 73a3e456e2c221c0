import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Uuid } from '../../shared/ids.ts';
import type { Role } from '../../shared/roles.ts';
import { sameMac } from '../secrets/same-mac.ts';

/** What of an operator's row decides who may do what. */
export interface SealedFields {
  readonly id: Uuid;
  readonly nameIndex: Uint8Array;
  readonly role: Role;
  readonly state: 'active' | 'disabled';
  /** The stored hash. */
  readonly passphrase: string;
  /** When it was last set anew, in epoch milliseconds. */
  readonly passphraseSetAt: number | null;
  /** When somebody else last set it, in epoch milliseconds. */
  readonly accessGivenAt: number | null;
}

/** Ties operators' rows to the keyring: whoever can write the database alone can plant or raise no operator. */
export class OperatorSeal {
  readonly #secret: () => Uint8Array;
  #key: KeyObject | undefined;

  /** `key` is asked for once, at the first use; what it throws is passed on. */
  constructor(key: () => Uint8Array) {
    this.#secret = key;
  }

  /** HMAC-SHA-256 over the RFC 8785 form of a list (docs/formats/installation-folder.md). */
  of({ id, nameIndex, role, state, passphrase, passphraseSetAt, accessGivenAt }: SealedFields): Uint8Array {
    this.#key ??= createSecretKey(this.#secret());
    const index = Buffer.from(nameIndex).toString('base64');
    const isFirst = passphraseSetAt === null && accessGivenAt === null;
    const set = isFirst ? [] : [passphraseSetAt, accessGivenAt];
    const canonical = JSON.stringify([id, index, role, state, passphrase, ...set]);
    return createHmac('sha256', this.#key).update(canonical).digest();
  }

  fits(row: SealedFields & { readonly mac: Uint8Array }): boolean {
    return sameMac(this.of(row), row.mac);
  }

  sealed<Row extends SealedFields>(row: Row): Row & { mac: Uint8Array } {
    return { ...row, mac: this.of(row) };
  }
}
