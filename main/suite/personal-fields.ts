import { createHmac, randomBytes } from 'node:crypto';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { aesGcmOpen, aesGcmSeal } from '../secrets/aes-gcm.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { SubjectKeys, SubjectOwner } from '../secrets/subject-keys.ts';

const nonceLength = 12;

/** Seals the personal fields of operators and principals in control.db under each person's own key. */
export class PersonalFields {
  readonly #keys: SubjectKeys;
  readonly #keyring: Keyring;

  constructor(keys: SubjectKeys, keyring: Keyring) {
    this.#keys = keys;
    this.#keyring = keyring;
  }

  create(subject: Uuid, owner: SubjectOwner): Promise<void> {
    return this.#keys.create(owner, [subject]);
  }

  /** nonce(12) || AES-256-GCM ciphertext || tag, associated data subject || field. Throws NOT_FOUND: no key. */
  seal(subject: Uuid, field: string, value: string): Uint8Array {
    const key = this.#keys.get(subject);
    if (key === undefined) {
      throw new HoldfastError('NOT_FOUND', 'This person has no key, or was erased.', {
        kind: 'subject-key',
        id: subject,
      });
    }
    const nonce = randomBytes(nonceLength);
    return Buffer.concat([nonce, aesGcmSeal(key, nonce, Buffer.from(value, 'utf8'), place(subject, field))]);
  }

  /** Null when the key is gone. Throws INTEGRITY for what was sealed for someone or something else. */
  open(subject: Uuid, field: string, sealed: Uint8Array): string | null {
    const key = this.#keys.get(subject);
    if (key === undefined) return null;
    const opened = aesGcmOpen(
      key,
      sealed.subarray(0, nonceLength),
      sealed.subarray(nonceLength),
      place(subject, field),
    );
    return Buffer.from(opened).toString('utf8');
  }

  async destroy(subject: Uuid): Promise<void> {
    await this.#keys.destroy([subject]);
  }

  async destroyAll(owner: Uuid): Promise<void> {
    await this.#keys.destroyAll(owner);
  }

  /** By which a sealed text is found again. */
  blindIndex(text: string): Uint8Array {
    return blindIndex(this.#keyring, text);
  }
}

/** HMAC-SHA-256 of a text under the installation's key for it. */
export function blindIndex({ installation }: Keyring, text: string): Uint8Array {
  return createHmac('sha256', installation.nameIndexKey).update(text, 'utf8').digest();
}

function place(subject: Uuid, field: string): Uint8Array {
  return Buffer.from(`${subject}${field}`, 'utf8');
}
