import type { KeyObject } from 'node:crypto';
import { aesGcmKey } from '../../secrets/aes-gcm.ts';
import { checkOpening } from '../commitment.ts';

/** The keys under which openings are sealed. */
export interface OpeningCheck {
  /** Of fields without a subject. */
  readonly installationKey: Uint8Array;
  /** By pseudonym. Who is not in it was erased, or came later: their openings may be gone. */
  readonly subjectKeys: ReadonlyMap<string, Uint8Array>;
  /** Of pseudonyms: by it the entries that tell of an erasure are found. */
  readonly pseudonymKey: Uint8Array;
  /** By origin, how many entries there were when the keys were read: who is named in them had a key. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** A sealed field of a record, and what is stored to open it. */
export interface SealedField {
  /** Whose field it is; undefined for one that is nobody's. */
  readonly subject: string | undefined;
  readonly eventId: string;
  readonly field: string;
  /** Base 64, as the record has it. */
  readonly commitment: string;
  readonly sealed: Uint8Array;
}

/** Whether what is stored opens a field, and is what was committed to. */
export type OpensField = (field: SealedField) => boolean;

/** Of people, and of the installation for what is nobody's: each made ready once. */
export class OpeningKeys {
  readonly #bytes: ReadonlyMap<string, Uint8Array>;
  readonly #made: Map<string | undefined, KeyObject>;

  constructor({ installationKey, subjectKeys }: Pick<OpeningCheck, 'installationKey' | 'subjectKeys'>) {
    this.#bytes = subjectKeys;
    this.#made = new Map([[undefined, aesGcmKey(installationKey)]]);
  }

  has(subject: string | undefined): boolean {
    return subject === undefined || this.#bytes.has(subject);
  }

  opens({ subject, eventId, field, commitment, sealed }: SealedField): boolean {
    const key = this.#of(subject);
    if (key === undefined) return false;
    try {
      checkOpening(key, { eventId, field }, commitment, sealed);
      return true;
    } catch {
      return false; // whatever is wrong with it, it does not open the field
    }
  }

  #of(subject: string | undefined): KeyObject | undefined {
    const known = this.#made.get(subject);
    const bytes = known === undefined && subject !== undefined ? this.#bytes.get(subject) : undefined;
    if (bytes === undefined || subject === undefined) return known;
    const key = aesGcmKey(bytes);
    this.#made.set(subject, key);
    return key;
  }
}
