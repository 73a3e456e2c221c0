import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Store } from '../storage/store.ts';
import type { InstallationSecrets, TenantSecrets } from './keyring-content.ts';
import { type Random, seal, unseal } from './seal.ts';

/** Whose wrapping key holds a subject's key: the tenant's; for operators, the installation's. */
export type SubjectOwner = Uuid | 'installation';

/** keys.db, opened `erasable`: what is deleted is overwritten, and the log can be emptied. */
export interface SubjectKeyStore extends Store {
  checkpoint(): Promise<{ readonly complete: boolean }>;
}

/** What is needed of the keyring. */
export interface WrappingKeys {
  readonly installation: Wrapping;
  hasTenant(id: Uuid): boolean;
  tenant(id: Uuid): Wrapping;
}

type Wrapping = Pick<InstallationSecrets & TenantSecrets, 'wrappingKey' | 'nextWrappingKey'>;

export interface Destroyed {
  readonly keys: number;
  /** False while a reader still holds the write-ahead log, in which wrapped copies remain; try `flush` again. */
  readonly complete: boolean;
}

export interface WrappedKey {
  readonly subject_id: Uuid;
  readonly owner: SubjectOwner;
  readonly wrapped: Uint8Array;
}

const keyLength = 32;
const cacheSize = 4096;
const page = 500;

const context = (subject: Uuid, owner: SubjectOwner) => `holdfast/subject-key/1\n${owner}\n${subject}`;

/**
 * The key of each person and bot, under which their personal fields are sealed: 32 random bytes, kept wrapped in
 * keys.db, which is in no snapshot. Destroying the key makes those fields unreadable wherever they are.
 */
export class SubjectKeys {
  readonly #store: SubjectKeyStore;
  readonly #wrapping: WrappingKeys;
  readonly #clock: Clock;
  readonly #random: Random;
  /** Least recently used first. */
  readonly #cache = new Map<Uuid, Buffer>();

  constructor(store: SubjectKeyStore, wrapping: WrappingKeys, clock: Clock, random: Random = randomBytes) {
    this.#store = store;
    this.#wrapping = wrapping;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Makes keys for new subjects, durable when this answers: before the transaction that names them. All or none.
   * Throws CONFLICT when a subject has a key, NOT_FOUND when the tenant's own keys are gone, and as `Store.write`.
   */
  async create(owner: SubjectOwner, subjects: readonly Uuid[]): Promise<void> {
    this.#requireWrapping(owner);
    await this.#store.write((transaction) => {
      // in the transaction: a key that was wrapped before an erasure began and stored after it would be lost
      const wrapping = this.#requireWrapping(owner);
      const insert = transaction.sql(
        'INSERT INTO subject_keys (subject_id, owner, wrapped, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      );
      for (const subject of subjects) {
        const wrapped = wrapSubjectKey(wrapping, { subject, owner }, this.#random(keyLength), this.#random);
        if (insert.run(subject, owner, wrapped, this.#clock.now()).changes === 1) continue;
        const message = 'A subject already has a key.';
        throw new HoldfastError('CONFLICT', message, { reason: 'subject-key-exists', id: subject });
      }
    });
  }

  /** A subject's key; undefined when it was destroyed or never was, or its tenant was erased. Throws INTEGRITY. */
  get(subject: Uuid): Uint8Array | undefined {
    const cached = this.#cache.get(subject);
    if (cached !== undefined) {
      this.#cache.delete(subject);
      this.#cache.set(subject, cached);
      return cached;
    }
    const row = this.#store
      .sql<WrappedKey>('SELECT subject_id, owner, wrapped FROM subject_keys WHERE subject_id = ?')
      .get(subject);
    const wrapping = row && wrappingOf(this.#wrapping, row.owner);
    if (row === undefined || wrapping === undefined) return undefined;
    const key = unwrapSubjectKey(wrapping, row);
    this.#cache.set(subject, key);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > cacheSize && oldest !== undefined) this.#cache.delete(oldest);
    return key;
  }

  /** Destroys keys for good: rows overwritten, write-ahead log emptied. Subjects without a key are passed over. */
  async destroy(subjects: readonly Uuid[]): Promise<Destroyed> {
    const keys = await this.#store.write((transaction) => {
      const remove = transaction.sql('DELETE FROM subject_keys WHERE subject_id = ?');
      return subjects.reduce((sum, subject) => sum + remove.run(subject).changes, 0);
    });
    for (const subject of subjects) this.#cache.delete(subject);
    return { keys, complete: await this.flush() };
  }

  /** Destroys every key of a tenant that is being erased. */
  async destroyAll(owner: Uuid): Promise<Destroyed> {
    const keys = await this.#store.write(
      (transaction) => transaction.sql('DELETE FROM subject_keys WHERE owner = ?').run(owner).changes,
    );
    this.#cache.clear();
    return { keys, complete: await this.flush() };
  }

  /** Empties the write-ahead log of what was destroyed; false while a reader still holds it. */
  async flush(): Promise<boolean> {
    return (await this.#store.checkpoint()).complete;
  }

  /**
   * Subjects whose key was made before `createdBefore` (epoch milliseconds) and that `isNamed` denies: what a
   * crash left between making a key and the transaction that would have named it.
   */
  async orphans(
    createdBefore: number,
    isNamed: (subject: Uuid, owner: SubjectOwner) => boolean,
  ): Promise<Uuid[]> {
    const next = this.#store.sql<Pick<WrappedKey, 'subject_id' | 'owner'>>(
      'SELECT subject_id, owner FROM subject_keys WHERE subject_id > ? AND created_at < ? ORDER BY subject_id LIMIT ?',
    );
    const orphans: Uuid[] = [];
    for (let after = ''; ; ) {
      const rows = next.all(after, createdBefore, page);
      for (const { subject_id, owner } of rows) {
        if (!isNamed(subject_id, owner)) orphans.push(subject_id);
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < page) return orphans;
      after = last.subject_id;
      await nextTurn(); // nobody waits for a sweep
    }
  }

  #requireWrapping(owner: SubjectOwner): Wrapping {
    const wrapping = wrappingOf(this.#wrapping, owner);
    if (wrapping !== undefined) return wrapping;
    const message = 'The keys of this tenant are gone.';
    throw new HoldfastError('NOT_FOUND', message, { kind: 'tenant-keys', id: owner });
  }
}

/** What wraps an owner's subject keys; undefined once the tenant was erased. */
export function wrappingOf(keys: WrappingKeys, owner: SubjectOwner): Wrapping | undefined {
  if (owner === 'installation') return keys.installation;
  return keys.hasTenant(owner) ? keys.tenant(owner) : undefined;
}

/** A subject's key as keys.db holds it, under the newest wrapping key. */
export function wrapSubjectKey(
  { wrappingKey, nextWrappingKey = wrappingKey }: Wrapping,
  { subject, owner }: { readonly subject: Uuid; readonly owner: SubjectOwner },
  key: Uint8Array,
  random: Random = randomBytes,
): Uint8Array {
  return seal(nextWrappingKey, key, context(subject, owner), random);
}

/** The key of a row, whether it was wrapped anew already or not. Errors: INTEGRITY. */
export function unwrapSubjectKey(
  { wrappingKey, nextWrappingKey }: Wrapping,
  { subject_id, owner, wrapped }: WrappedKey,
): Buffer {
  const under = (key: Uint8Array) => unseal(key, wrapped, context(subject_id, owner));
  if (nextWrappingKey === undefined) return under(wrappingKey);
  try {
    return under(nextWrappingKey);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'INTEGRITY') return under(wrappingKey);
    throw error;
  }
}
