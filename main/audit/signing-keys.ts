import type { Ed25519Key } from '../secrets/ed25519.ts';
import { signingKeyName } from './log-name.ts';
import { type NoteSigner, type NoteVerifier, parseNote } from './note.ts';
import {
  type FormerKey,
  formatVerifierKey,
  formerVerifier,
  noteSigner,
  noteVerifier,
  parseVerifierKey,
} from './note-key.ts';

/** A key of the present epoch that signs checkpoints, or is about to. */
export interface SigningKey {
  readonly generation: number;
  readonly key: Ed25519Key;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Where signing keys are kept. */
export interface KeyKeeper {
  /** Makes one, durably. Errors: CONFLICT. */
  add(generation: number, createdAt: number): Promise<SigningKey>;
  /** Destroys the private half; what it signed can be checked on. */
  retire(generation: number): Promise<void>;
}

interface SigningKeysParts {
  readonly installationId: string;
  readonly epoch: number;
  /** Oldest first: one, or two where a rotation was cut off. */
  readonly signing: readonly SigningKey[];
  readonly former: readonly FormerKey[];
  readonly keeper: KeyKeeper;
}

/** The keys that checkpoints are signed and checked with: one signs at a time. */
export class SigningKeys {
  readonly #parts: SigningKeysParts;
  readonly #former: FormerKey[];
  #signing: readonly SigningKey[];

  constructor(parts: SigningKeysParts) {
    if (parts.signing.length === 0) throw new TypeError('there is a key to sign with');
    this.#parts = parts;
    this.#signing = parts.signing;
    this.#former = [...parts.former];
  }

  /** The one that signs: of two the older, until a checkpoint is signed by the newer. */
  get present(): SigningKey {
    const [first] = this.#signing;
    if (first === undefined) throw new TypeError('there is a key to sign with');
    return first;
  }

  /** The one that is to take over, where a rotation has begun. */
  get next(): SigningKey | undefined {
    return this.#signing[1];
  }

  get name(): string {
    return this.#nameOf(this.present);
  }

  signer(key: SigningKey = this.present): NoteSigner {
    return noteSigner(this.#nameOf(key), key.key);
  }

  /** In C2SP's form. */
  verifierKey(key: SigningKey = this.present): string {
    return formatVerifierKey(noteVerifier(this.#nameOf(key), key.key.publicKey));
  }

  /** What checks checkpoints of former epochs and generations, in C2SP's form. */
  formerVerifierKeys(): string[] {
    return this.#former.map((key) => formatVerifierKey(formerVerifier(this.#parts.installationId, key)));
  }

  /** What checks checkpoints of this installation, of every epoch and generation, in C2SP's form. */
  verifierKeys(): string[] {
    return [this.verifierKey(), ...this.formerVerifierKeys()];
  }

  /** The same, to check with. */
  verifiers(): NoteVerifier[] {
    return this.verifierKeys().map(parseVerifierKey);
  }

  /** Whether the newer of two keys has signed the installation's newest checkpoint already. */
  hasTakenOver(note: Uint8Array | undefined): boolean {
    if (this.next === undefined || note === undefined || note.length === 0) return false;
    const name = this.#nameOf(this.next);
    return parseNote(note).signatures.some((signature) => signature.name === name);
  }

  /** Makes the key that is to take over, or answers the one that an earlier rotation made. Errors: those of the keeper. */
  async prepare(now: number): Promise<SigningKey> {
    if (this.next !== undefined) return this.next;
    const made = await this.#parts.keeper.add(this.present.generation + 1, now);
    this.#signing = [this.present, made];
    return made;
  }

  /** The next one has signed: the older private key is destroyed. Errors: those of the keeper. */
  async takeOver(): Promise<void> {
    const { present, next } = this;
    if (next === undefined) throw new TypeError('no key waits to take over');
    await this.#parts.keeper.retire(present.generation);
    this.#former.push({
      epoch: this.#parts.epoch,
      generation: present.generation,
      publicKey: present.key.publicKey,
    });
    this.#signing = [next];
  }

  #nameOf({ generation }: SigningKey): string {
    const { installationId, epoch } = this.#parts;
    return signingKeyName(installationId, epoch, generation);
  }
}
