import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { KeyringContent, SigningKey, TenantSecrets } from './keyring-content.ts';
import type { RecoveryDerivation } from './recovery-derivation.ts';
import type { Random } from './seal.ts';
import type { SubjectOwner } from './subject-keys.ts';

// What becomes of the content of a keyring: each function answers a new one and leaves the one it was given.

/** 32 bytes. */
export function newKey(random: Random): Buffer {
  return Buffer.from(random(32));
}

export function newScope(random: Random): TenantSecrets {
  return {
    dataKey: newKey(random),
    wrappingKey: newKey(random),
    rowHashPrefix: newKey(random),
    repositoryPassword: Buffer.from(newKey(random).toString('base64url')),
  };
}

/** That of a new installation, without tenants and without keys that sign. */
export function newContent(
  { installationId, recovery }: { readonly installationId: Uuid; readonly recovery: RecoveryDerivation },
  random: Random,
): KeyringContent {
  const { N, r, p, salt, derived } = recovery;
  return {
    installationId,
    installation: {
      ...newScope(random),
      personalKey: newKey(random),
      pseudonymKey: newKey(random),
      nameIndexKey: newKey(random),
      pepper: newKey(random),
    },
    tenants: new Map(),
    signing: [],
    former: [],
    witness: undefined,
    anchored: undefined,
    erasures: [],
    subjectErasures: [],
    targets: new Map(),
    forwarding: new Map(),
    recovery: { N, r, p, salt, derived },
  };
}

/** Errors: CONFLICT (the tenant has secrets). */
export function withTenant(content: KeyringContent, id: Uuid, secrets: TenantSecrets): KeyringContent {
  if (content.tenants.has(id)) {
    const message = 'This tenant already has keys.';
    throw new HoldfastError('CONFLICT', message, { reason: 'tenant-keys-exist', id });
  }
  return { ...content, tenants: new Map(content.tenants).set(id, secrets) };
}

/** The map with one entry set anew; null: without it. */
export function withEntry<Value>(
  entries: ReadonlyMap<Uuid, Value>,
  id: Uuid,
  value: Value | null,
): Map<Uuid, Value> {
  const changed = new Map(entries);
  if (value === null) changed.delete(id);
  else changed.set(id, value);
  return changed;
}

/** The secrets of a tenant or of the installation; undefined: they are gone. */
export function scopeOf(
  { installation, tenants }: KeyringContent,
  owner: SubjectOwner,
): TenantSecrets | undefined {
  return owner === 'installation' ? installation : tenants.get(owner);
}

type Wrapping = Pick<TenantSecrets, 'wrappingKey' | 'nextWrappingKey'>;

/** With the keys changed that wrap an owner's subject keys. Errors: NOT_FOUND (the owner's secrets are gone). */
export function withWrapping(
  content: KeyringContent,
  owner: SubjectOwner,
  change: (secrets: Wrapping) => Wrapping,
): KeyringContent {
  if (owner === 'installation') {
    return { ...content, installation: { ...content.installation, ...change(content.installation) } };
  }
  const secrets = content.tenants.get(owner);
  if (secrets === undefined) throw tenantKeysGone(owner);
  return { ...content, tenants: new Map(content.tenants).set(owner, { ...secrets, ...change(secrets) }) };
}

/** Errors: CONFLICT (that generation of the epoch has a key). */
export function withSigningKey(content: KeyringContent, added: SigningKey): KeyringContent {
  const { epoch, generation } = added;
  if (content.signing.some((key) => isSameGeneration(key, added))) {
    const message = 'This generation of the signing key exists already.';
    throw new HoldfastError('CONFLICT', message, { reason: 'signing-key-exists', epoch, generation });
  }
  return { ...content, signing: [...content.signing, added] };
}

/** With the public half only of a key that signed. */
export function withRetired(content: KeyringContent, retired: SigningKey): KeyringContent {
  const { privateKey: _, ...former } = retired;
  return {
    ...content,
    signing: content.signing.filter((key) => key !== retired),
    former: [...content.former, former],
  };
}

export function isSameGeneration(
  one: { readonly epoch: number; readonly generation: number },
  other: { readonly epoch: number; readonly generation: number },
): boolean {
  return one.epoch === other.epoch && one.generation === other.generation;
}

export function tenantKeysGone(id: Uuid): HoldfastError {
  return new HoldfastError('NOT_FOUND', 'The keys of this tenant are gone.', { kind: 'tenant-keys', id });
}
