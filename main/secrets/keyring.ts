import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { TargetCredentials } from '../../shared/target-place.ts';
import type { Reading, Store } from '../storage/store.ts';
import { ed25519KeyFromSeed } from './ed25519.ts';
import {
  isSameGeneration,
  newContent,
  newKey,
  newScope,
  scopeOf,
  tenantKeysGone,
  withEntry,
  withRetired,
  withSigningKey,
  withTenant,
  withWrapping,
} from './keyring-changes.ts';
import type {
  FormerKey,
  ForwardingSecrets,
  InstallationSecrets,
  KeptErasure,
  KeptSubjectErasure,
  KeyringContent,
  SigningKey,
  StoredRecovery,
  TenantSecrets,
  WitnessKey,
} from './keyring-content.ts';
import { keyringFileName, keyringSizeLimit, openKeyring, sealKeyring } from './keyring-file.ts';
import type { PassphraseSeal, UnlockSlot } from './passphrase-seal.ts';
import { type RecoveryDerivation, recoveryFingerprint } from './recovery-derivation.ts';
import { sealForRecovery } from './recovery-seal.ts';
import type { Random } from './seal.ts';
import { readWhole, replaceFile, sweepTemporaries } from './secret-file.ts';
import type { SubjectOwner } from './subject-keys.ts';
import { restoreSubjectKeys, sealSubjectKeys, subjectKeyRows } from './subject-keys-file.ts';

export interface NewKeyring {
  readonly installationId: Uuid;
  readonly masterKey: Uint8Array;
  readonly recovery: RecoveryDerivation;
}

/**
 * keyring.enc, open: every secret of the installation but the master key. Each change is durable before it
 * answers, and seen only then; changes go one after the other. Buffers it hands out are its own: read them,
 * never write to them or keep them.
 */
export class Keyring {
  readonly #file: string;
  readonly #masterKey: Buffer;
  readonly #random: Random;
  #content: KeyringContent;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(file: string, masterKey: Uint8Array, content: KeyringContent, random: Random) {
    this.#file = file;
    this.#masterKey = Buffer.from(masterKey);
    this.#content = content;
    this.#random = random;
  }

  /** Makes the keyring of a new installation in `folder`. Throws CONFLICT where there is one. */
  static async create(folder: string, given: NewKeyring, random: Random = randomBytes): Promise<Keyring> {
    const file = join(folder, keyringFileName);
    if ((await readWhole(file, Number.POSITIVE_INFINITY)) !== null) {
      const message = 'This folder already holds an installation. Choose an empty one.';
      throw new HoldfastError('CONFLICT', message, { reason: 'installation-exists' });
    }
    const content = newContent(given, random);
    const keyring = new Keyring(file, given.masterKey, content, random);
    await keyring.#change((same) => same);
    return keyring;
  }

  /**
   * Opens the keyring in `folder` and clears away what an interrupted change left. A copy from a target opens
   * too; it has no signing keys. Throws NOT_FOUND, INTEGRITY, NEWER_FORMAT, IO.
   */
  static async open(folder: string, masterKey: Uint8Array, random: Random = randomBytes): Promise<Keyring> {
    const file = join(folder, keyringFileName);
    const bytes = await readWhole(file, keyringSizeLimit);
    if (bytes === null) {
      const message = `${keyringFileName} is missing from this folder. Bring it back from a target with the recovery key.`;
      throw new HoldfastError('NOT_FOUND', message, { kind: 'keyring' });
    }
    const { content } = openKeyring(bytes, masterKey);
    await sweepTemporaries(file);
    return new Keyring(file, masterKey, content, random);
  }

  get installationId(): Uuid {
    return this.#content.installationId;
  }

  get installation(): InstallationSecrets {
    return this.#opened().installation;
  }

  get tenantIds(): Uuid[] {
    return [...this.#opened().tenants.keys()];
  }

  hasTenant(id: Uuid): boolean {
    return this.#opened().tenants.has(id);
  }

  /** Throws NOT_FOUND: the tenant was erased, or never was. */
  tenant(id: Uuid): TenantSecrets {
    const secrets = this.#opened().tenants.get(id);
    if (secrets !== undefined) return secrets;
    throw tenantKeysGone(id);
  }

  /** Checkpoint signing keys, oldest first; none right after a recovery from a target. */
  get signingKeys(): readonly SigningKey[] {
    return this.#opened().signing;
  }

  /** What checks the checkpoints of epochs before the present one, oldest first. */
  get formerKeys(): readonly FormerKey[] {
    return this.#opened().former;
  }

  /** What the recovery key yields: for the second key file of a repository. */
  get recovery(): StoredRecovery {
    return this.#opened().recovery;
  }

  /** 16 hex digits that name the present recovery key. */
  get recoveryFingerprint(): string {
    return recoveryFingerprint(this.recovery);
  }

  /** Makes and keeps a new tenant's secrets. Throws CONFLICT when it has some. */
  async addTenant(id: Uuid): Promise<TenantSecrets> {
    const secrets = newScope(this.#random);
    await this.#change((content) => withTenant(content, id, secrets));
    return secrets;
  }

  /** Forgets a tenant's secrets; answers whether there were any. Copies on targets are replaced by backups. */
  async removeTenant(id: Uuid): Promise<boolean> {
    let removed: TenantSecrets | undefined;
    await this.#change((content) => {
      removed = content.tenants.get(id);
      return { ...content, tenants: withEntry(content.tenants, id, null) };
    });
    return removed !== undefined;
  }

  /** What signs in to a further backup target; null: nothing is kept. */
  targetCredentials(id: Uuid): TargetCredentials | null {
    return this.#opened().targets.get(id) ?? null;
  }

  /** Keeps what signs in to a target; null: forgets it. */
  async putTargetCredentials(id: Uuid, credentials: TargetCredentials | null): Promise<void> {
    await this.#change((content) => ({ ...content, targets: withEntry(content.targets, id, credentials) }));
  }

  /** What signs in to a destination of the audit log; null: nothing is kept. */
  forwardingSecrets(id: Uuid): ForwardingSecrets | null {
    return this.#opened().forwarding.get(id) ?? null;
  }

  /** Keeps what signs in to a destination of the audit log; null: forgets it. */
  async putForwardingSecrets(id: Uuid, kept: ForwardingSecrets | null): Promise<void> {
    await this.#change((content) => ({ ...content, forwarding: withEntry(content.forwarding, id, kept) }));
  }

  /** Certificates of erased tenants. */
  get erasures(): readonly KeptErasure[] {
    return this.#opened().erasures;
  }

  /** Keeps the certificate of an erased tenant in the place of any earlier one. */
  async keepErasure(kept: KeptErasure): Promise<void> {
    await this.#change((content) => ({
      ...content,
      erasures: [...content.erasures.filter(({ tenantId }) => tenantId !== kept.tenantId), kept],
    }));
  }

  /** Certificates of erased people. */
  get subjectErasures(): readonly KeptSubjectErasure[] {
    return this.#opened().subjectErasures;
  }

  /** Keeps the certificate of an erased person in the place of any earlier one. */
  async keepSubjectErasure(kept: KeptSubjectErasure): Promise<void> {
    await this.#change((content) => ({
      ...content,
      subjectErasures: [
        ...content.subjectErasures.filter(({ subjectId }) => subjectId !== kept.subjectId),
        kept,
      ],
    }));
  }

  /** Begins to wrap an owner's subject keys anew; one that was begun goes on. Throws NOT_FOUND: its keys are gone. */
  async beginWrapping(owner: SubjectOwner): Promise<void> {
    await this.#change((content) =>
      withWrapping(content, owner, ({ wrappingKey, nextWrappingKey = newKey(this.#random) }) => ({
        wrappingKey,
        nextWrappingKey,
      })),
    );
  }

  /** Every subject key of the owner is wrapped under the next key: the one before it is destroyed. */
  async endWrapping(owner: SubjectOwner): Promise<void> {
    await this.#change((content) =>
      withWrapping(content, owner, ({ wrappingKey, nextWrappingKey = wrappingKey }) => ({
        wrappingKey: nextWrappingKey,
        nextWrappingKey: undefined,
      })),
    );
  }

  /**
   * Of erased people, those for whom the copies of keyring.enc and keys.db.enc on a target still open what was sealed: their key
   * is there, or the one that wrapped it. Errors: INTEGRITY, NEWER_FORMAT.
   */
  async heldInCopies(
    copies: { readonly keyring: Uint8Array; readonly keysDb: Uint8Array },
    people: readonly { readonly subject: Uuid; readonly owner: SubjectOwner }[],
  ): Promise<ReadonlySet<Uuid>> {
    this.#opened();
    const then = openKeyring(Buffer.from(copies.keyring), this.#masterKey).content;
    const there = new Set<string>();
    for await (const rows of this.#rowsOfCopy(copies.keysDb)) for (const [id] of rows) there.add(id);
    const now = this.#opened();
    const isFormer = (owner: SubjectOwner) => {
      const former = scopeOf(then, owner)?.wrappingKey;
      return former !== undefined && scopeOf(now, owner)?.wrappingKey.equals(former) !== true;
    };
    const held = people.filter(({ subject, owner }) => there.has(subject) || isFormer(owner));
    return new Set(held.map(({ subject }) => subject));
  }

  /** Whether a copy of keyring.enc, as it lies on a target, holds a tenant's secrets. Errors: INTEGRITY, NEWER_FORMAT. */
  copyHolds(bytes: Uint8Array, tenantId: Uuid): boolean {
    this.#opened();
    return openKeyring(Buffer.from(bytes), this.#masterKey).content.tenants.has(tenantId);
  }

  /** Whether a copy of keys.db.enc holds keys of a tenant's people and services. Errors: INTEGRITY, NEWER_FORMAT. */
  async subjectCopyHolds(bytes: Uint8Array, tenantId: Uuid): Promise<boolean> {
    for await (const rows of this.#rowsOfCopy(bytes)) {
      if (rows.some(([, owner]) => owner === tenantId)) return true;
    }
    return false;
  }

  /** Makes and keeps a new Ed25519 key for checkpoints. Throws CONFLICT when that generation exists. */
  async addSigningKey(given: { epoch: number; generation: number; createdAt: number }): Promise<SigningKey> {
    const privateKey = newKey(this.#random);
    const publicKey = Buffer.from(ed25519KeyFromSeed(privateKey).publicKey);
    const { epoch, generation, createdAt } = given;
    const added = { epoch, generation, privateKey, publicKey, createdAt };
    await this.#change((content) => withSigningKey(content, added));
    return added;
  }

  /** Destroys the private key of a generation after its rotation; answers whether it was there. The public one stays. */
  async retireSigningKey(given: { epoch: number; generation: number }): Promise<boolean> {
    let retired: SigningKey | undefined;
    await this.#change((content) => {
      retired = content.signing.find((key) => isSameGeneration(key, given));
      return retired === undefined ? content : withRetired(content, retired);
    });
    retired?.privateKey.fill(0);
    return retired !== undefined;
  }

  /** What cosigns others' checkpoints in this epoch; made when it is asked for first, another one after a recovery. */
  async witnessKey(epoch: number, createdAt: number): Promise<WitnessKey> {
    const isOfEpoch = ({ witness }: KeyringContent) => witness?.epoch === epoch;
    if (!isOfEpoch(this.#opened())) {
      await this.#change((content) => {
        if (isOfEpoch(content)) return content;
        return { ...content, witness: { epoch, createdAt, privateKey: newKey(this.#random) } };
      });
    }
    const { witness } = this.#opened();
    if (witness === undefined) throw new TypeError('the key was just made');
    return witness;
  }

  /** Whether the log of this epoch, or of a later one, had an anchor in the keychain of this machine. */
  wasAnchored(epoch: number): boolean {
    return (this.#opened().anchored ?? 0) >= epoch;
  }

  /** From now on an anchor of this epoch that is not there is one that was deleted. */
  async noteAnchored(epoch: number): Promise<void> {
    await this.#change((content) => ({ ...content, anchored: Math.max(epoch, content.anchored ?? 0) }));
  }

  /** From now on another recovery key; repositories and targets are brought up to date by backups. */
  async replaceRecovery({ N, r, p, salt, derived }: RecoveryDerivation): Promise<void> {
    await this.#change((content) => ({ ...content, recovery: { N, r, p, salt, derived } }));
  }

  /** The bytes of keyring.enc as it lies on targets: everything but the keys that sign. */
  exportForTarget(): Buffer {
    return sealKeyring(this.#opened(), this.#masterKey, 'target');
  }

  /** The same and those of keys.db.enc, which the one before opens; `keys` reads keys.db. */
  async exportWithSubjectKeys(keys: Reading): Promise<{ readonly keyring: Buffer; readonly keysDb: Buffer }> {
    for (;;) {
      const content = this.#opened();
      const keysDb = await sealSubjectKeys(keys, this.installationId, this.#masterKey);
      // a key that was wrapped anew meanwhile needs the keyring of then
      if (this.#opened() === content) return { keyring: this.exportForTarget(), keysDb };
    }
  }

  /** Puts the keys of a target's keys.db.enc into an empty keys.db; answers how many. */
  restoreSubjectKeys(store: Store, bytes: Buffer): Promise<number> {
    this.#opened();
    return restoreSubjectKeys(store, bytes, this.installationId, this.#masterKey);
  }

  /** The bytes of recovery.json as it lies on targets. */
  exportRecovery(): Buffer {
    return sealForRecovery(this.installationId, this.#masterKey, this.recovery);
  }

  /** Lets one more passphrase or unlock file open the installation, where there is no keychain. */
  async sealInto(seal: PassphraseSeal, slot: UnlockSlot, secret: string): Promise<void> {
    this.#opened();
    await seal.add(slot, secret, this.#masterKey);
  }

  /**
   * Waits for changes under way, then overwrites the master key and the signing keys in memory. Sealing keys are
   * let go only: whoever still held one would go on sealing, under zeros.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue;
    this.#masterKey.fill(0);
    for (const { privateKey } of this.#content.signing) privateKey.fill(0);
  }

  #rowsOfCopy(bytes: Uint8Array) {
    this.#opened();
    return subjectKeyRows(Buffer.from(bytes), this.installationId, this.#masterKey);
  }

  #opened(): KeyringContent {
    if (!this.#closed) return this.#content;
    throw new HoldfastError('UNAVAILABLE', 'The keyring is closed.', { manager: 'secrets' });
  }

  #change(change: (content: KeyringContent) => KeyringContent): Promise<void> {
    this.#opened();
    const done = this.#queue.then(async () => {
      const content = change(this.#content);
      await replaceFile(this.#file, sealKeyring(content, this.#masterKey, 'full'));
      this.#content = content;
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }
}
