import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { uuid } from '../../shared/contract/values.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { base64Bytes } from './base64.ts';
import { parseJsonFile } from './json-file.ts';
import { deriveByScrypt, type ScryptCost, scryptParameters } from './scrypt.ts';
import { seal, unseal } from './seal.ts';
import { readWhole, replaceFile, sweepTemporaries } from './secret-file.ts';

/** One secret that opens the installation: an operator's passphrase, or the text of an unlock file. */
export interface UnlockSlot {
  /** The operator's id; for an unlock file a name of its own. */
  readonly id: string;
  readonly kind: 'operator' | 'unlock-file';
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

const format = 1;
const fileName = 'unlock.json';
const sizeLimit = 1 << 16;
/** 128 MiB and about half a second: passphrases are weak, so this is as slow as people bear. */
const defaultCost: ScryptCost = { N: 1 << 17, r: 8, p: 1 };
const saltLength = 32;
/** Ids; while a passphrase is replaced its id has two slots. */
const most = 32;

const slotSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,64}$/),
  kind: z.enum(['operator', 'unlock-file']),
  createdAt: z.int().min(0),
  scrypt: scryptParameters,
  sealed: base64Bytes(12 + 32 + 16),
});

const schema = z.strictObject({
  format: z.literal(format),
  installationId: uuid,
  slots: z.array(slotSchema).max(2 * most),
});

type StoredSlot = z.output<typeof slotSchema>;

function context(installationId: Uuid, { id, kind }: Pick<UnlockSlot, 'id' | 'kind'>): string {
  return `holdfast/unlock/${format}\n${installationId}\n${kind}\n${id}`;
}

/** Passphrases are compared in NFC (RFC 8265 section 4.2), so that two keyboards type the same one. */
function secretBytes(secret: string): Buffer {
  return Buffer.from(secret.normalize('NFC'));
}

/**
 * unlock.json: for a machine without a keychain, the master key sealed once for each secret that may open it
 * (scrypt, AES-256-GCM). Changes are written durably before they answer, one after the other.
 */
export class PassphraseSeal {
  readonly #file: string;
  readonly #installationId: Uuid;
  readonly #cost: ScryptCost;
  #slots: readonly StoredSlot[];
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    file: string,
    installationId: Uuid,
    slots: readonly StoredSlot[],
    cost: ScryptCost = defaultCost,
  ) {
    this.#file = file;
    this.#installationId = installationId;
    this.#slots = slots;
    this.#cost = cost;
  }

  /** Starts an unlock.json without slots; nothing is on disk before the first `put`. */
  static create(folder: string, installationId: Uuid, cost?: ScryptCost): PassphraseSeal {
    return new PassphraseSeal(join(folder, fileName), installationId, [], cost);
  }

  /** Reads unlock.json; null where there is none. Throws INTEGRITY, NEWER_FORMAT, IO. */
  static async read(folder: string, cost?: ScryptCost): Promise<PassphraseSeal | null> {
    const file = join(folder, fileName);
    const bytes = await readWhole(file, sizeLimit);
    if (bytes === null) return null;
    await sweepTemporaries(file);
    const { installationId, slots } = parseJsonFile(fileName, bytes, format, schema);
    return new PassphraseSeal(file, installationId, slots, cost);
  }

  get installationId(): Uuid {
    return this.#installationId;
  }

  get slots(): UnlockSlot[] {
    return this.#slots.map(({ id, kind, createdAt }) => ({ id, kind, createdAt }));
  }

  /**
   * The master key, by whichever slot `secret` opens (about half a second for each it does not), or by the
   * slot `only`. Throws UNAUTHENTICATED.
   */
  async open(secret: string, only?: string): Promise<Buffer> {
    for (const slot of this.#slots) {
      if (only !== undefined && slot.id !== only) continue;
      const masterKey = await this.#tryOpen(slot, secret);
      if (masterKey !== undefined) return masterKey;
    }
    throw new HoldfastError(
      'UNAUTHENTICATED',
      'This passphrase or unlock file does not open the installation. Check it, or use the recovery key.',
      { reason: 'wrong-unlock-secret' },
    );
  }

  async #tryOpen(slot: StoredSlot, secret: string): Promise<Buffer | undefined> {
    const key = await deriveByScrypt(secretBytes(secret), slot.scrypt.salt, slot.scrypt, 32);
    try {
      return unseal(key, slot.sealed, context(this.#installationId, slot));
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'INTEGRITY') return undefined;
      throw error;
    } finally {
      key.fill(0);
    }
  }

  /** Lets `secret` open the installation as slot `slot.id`, beside what opens it under that id already. */
  async add(slot: UnlockSlot, secret: string, masterKey: Uint8Array): Promise<void> {
    const salt = randomBytes(saltLength);
    const key = await deriveByScrypt(secretBytes(secret), salt, this.#cost, 32);
    const sealed = seal(key, masterKey, context(this.#installationId, slot));
    key.fill(0);
    const { id, kind, createdAt } = slot;
    const stored = slotSchema.parse({
      id,
      kind,
      createdAt,
      scrypt: { ...this.#cost, salt: salt.toString('base64') },
      sealed: sealed.toString('base64'),
    } satisfies z.input<typeof slotSchema>);
    await this.#change((slots) => [...slots, stored]);
  }

  /**
   * Ends what opens the installation under an id, or of that only what was made at `createdAt`. Throws NOT_FOUND, and CONFLICT for the
   * last one: nothing would open the installation.
   */
  async remove(id: string, createdAt?: number): Promise<void> {
    await this.#change((slots) => {
      const left = slots.filter(
        (slot) => slot.id !== id || (createdAt !== undefined && slot.createdAt !== createdAt),
      );
      if (left.length === slots.length) {
        const message = 'No such passphrase or unlock file opens this installation.';
        throw new HoldfastError('NOT_FOUND', message, { kind: 'unlock-slot', id });
      }
      if (left.length > 0) return left;
      throw new HoldfastError(
        'CONFLICT',
        'This is the last passphrase that opens the installation. Add another one first.',
        { reason: 'last-unlock-slot' },
      );
    });
  }

  #change(change: (slots: readonly StoredSlot[]) => StoredSlot[]): Promise<void> {
    const done = this.#queue.then(async () => {
      const slots = change(this.#slots);
      await replaceFile(this.#file, encode(this.#installationId, slots));
      this.#slots = slots;
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

function encode(installationId: Uuid, slots: readonly StoredSlot[]): Buffer {
  const content = {
    format,
    installationId,
    slots: slots.map((slot) => ({
      ...slot,
      scrypt: { ...slot.scrypt, salt: slot.scrypt.salt.toString('base64') },
      sealed: slot.sealed.toString('base64'),
    })),
  } satisfies z.input<typeof schema>;
  if (new Set(slots.map(({ id }) => id)).size > most) {
    throw new HoldfastError(
      'CONFLICT',
      `At most ${most} passphrases open an installation. Remove one first.`,
      {
        reason: 'too-many-unlock-slots',
      },
    );
  }
  return Buffer.from(`${JSON.stringify(content, null, 1)}\n`);
}
