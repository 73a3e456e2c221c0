import { z } from 'zod';
import { uuid } from '../../shared/contract/values.ts';
import { forwardSecrets } from '../../shared/forward-secrets.ts';
import type { Uuid } from '../../shared/ids.ts';
import { type TargetCredentials, targetCredentials } from '../../shared/target-place.ts';
import { base64Bytes } from './base64.ts';

/** The form of what keyring.enc seals. Every secret is base64 in the file and a Buffer in memory. */
const keyringVersion = 1;

const key = () => base64Bytes(32);

const scopeSchema = {
  /** Seals secret fields of rows. */
  dataKey: key(),
  /** Wraps the subject keys in keys.db. */
  wrappingKey: key(),
  /** While subject keys are wrapped anew after an erasure: what they are wrapped under from now on. */
  nextWrappingKey: key().optional(),
  /** Goes before every row in the running row hash. */
  rowHashPrefix: key(),
  /** The ASCII password of the repository, as restic reads it. */
  repositoryPassword: base64Bytes(43),
};

const tenantSchema = z.strictObject(scopeSchema);

const installationSchema = z.strictObject({
  ...scopeSchema,
  /** Seals personal fields that belong to no subject. */
  personalKey: key(),
  /** HMAC key of the pseudonyms in the audit log. */
  pseudonymKey: key(),
  /** HMAC key by which sealed names are looked up. */
  nameIndexKey: key(),
  /** HMAC key of stored API keys and refresh tokens. */
  pepper: key(),
});

const signingKeySchema = z.strictObject({
  epoch: z.int().min(0),
  generation: z.int().min(0),
  /** Ed25519 seed (RFC 8032 section 5.1.5). */
  privateKey: key(),
  publicKey: key(),
  /** Epoch milliseconds. */
  createdAt: z.int().min(0),
});

/** Of an epoch that ended with its machine: the private key is gone, its checkpoints can still be checked. */
const formerKeySchema = signingKeySchema.omit({ privateKey: true });

/** Cosigns the checkpoints of other installations. Never on a target: what it has seen does not come back from one. */
const witnessKeySchema = signingKeySchema.pick({ epoch: true, privateKey: true, createdAt: true });

/** A tenant that was erased: in the keyring the certificate outlives every restore. */
const erasureSchema = z.strictObject({ tenantId: uuid, certificate: z.string().max(100_000) });

/** A person who was erased: whatever control.db a recovery brings back, they stay so. */
const subjectErasureSchema = z.strictObject({ subjectId: uuid, certificate: z.string().max(100_000) });

/** What signs in to a further backup target on another machine. Never on a target. */
const targetSchema = z.strictObject({ id: uuid, credentials: targetCredentials });

/** What signs in to a destination of the audit log, and where alone it may be sent. Never on a target. */
const forwardingSchema = z.strictObject({ boundTo: z.string().max(100), secrets: forwardSecrets });

const recoverySchema = z.strictObject({
  N: z.int().min(2),
  r: z.int().min(1),
  p: z.int().min(1),
  salt: base64Bytes(64),
  derived: base64Bytes(64),
});

const contentSchema = z.strictObject({
  version: z.literal(keyringVersion),
  installationId: uuid,
  installation: installationSchema,
  tenants: z.array(tenantSchema.extend({ id: uuid })),
  signing: z.array(signingKeySchema),
  former: z.array(formerKeySchema).optional(),
  witness: witnessKeySchema.optional(),
  /** The newest epoch whose log had an anchor in this machine's keychain. Never on a target. */
  anchored: z.int().min(1).optional(),
  erasures: z.array(erasureSchema).optional(),
  subjectErasures: z.array(subjectErasureSchema).optional(),
  targets: z.array(targetSchema).optional(),
  forwarding: z.array(forwardingSchema.extend({ id: uuid })).optional(),
  recovery: recoverySchema,
});

export type TenantSecrets = Readonly<z.output<typeof tenantSchema>>;
export type InstallationSecrets = Readonly<z.output<typeof installationSchema>>;
export type SigningKey = Readonly<z.output<typeof signingKeySchema>>;
export type FormerKey = Readonly<z.output<typeof formerKeySchema>>;
export type WitnessKey = Readonly<z.output<typeof witnessKeySchema>>;
export type KeptErasure = Readonly<z.output<typeof erasureSchema>>;
export type ForwardingSecrets = Readonly<z.output<typeof forwardingSchema>>;
export type KeptSubjectErasure = Readonly<z.output<typeof subjectErasureSchema>>;
export type StoredRecovery = Readonly<z.output<typeof recoverySchema>>;

export interface KeyringContent {
  readonly installationId: Uuid;
  readonly installation: InstallationSecrets;
  readonly tenants: ReadonlyMap<Uuid, TenantSecrets>;
  readonly signing: readonly SigningKey[];
  readonly former: readonly FormerKey[];
  readonly witness: WitnessKey | undefined;
  readonly anchored: number | undefined;
  readonly erasures: readonly KeptErasure[];
  readonly subjectErasures: readonly KeptSubjectErasure[];
  readonly targets: ReadonlyMap<Uuid, TargetCredentials>;
  readonly forwarding: ReadonlyMap<Uuid, ForwardingSecrets>;
  readonly recovery: StoredRecovery;
}

/** The JSON to seal. */
export function encodeContent(content: KeyringContent): Buffer {
  const { installationId, installation, tenants, signing, former, witness, recovery } = content;
  const { anchored, erasures, subjectErasures, targets, forwarding } = content;
  const value = {
    version: keyringVersion,
    installationId,
    installation,
    tenants: [...tenants].map(([id, secrets]) => ({ id, ...secrets })),
    signing,
    ...(former.length === 0 ? {} : { former }),
    ...(witness === undefined ? {} : { witness }),
    ...(anchored === undefined ? {} : { anchored }),
    ...(erasures.length === 0 ? {} : { erasures }),
    ...(subjectErasures.length === 0 ? {} : { subjectErasures }),
    ...(targets.size === 0
      ? {}
      : { targets: [...targets].map(([id, credentials]) => ({ id, credentials })) }),
    ...(forwarding.size === 0 ? {} : { forwarding: [...forwarding].map(([id, kept]) => ({ id, ...kept })) }),
    recovery,
  };
  const text = JSON.stringify(value, function (this: Record<string, unknown>, name, given) {
    const original = this[name]; // before Buffer.toJSON
    return Buffer.isBuffer(original) ? original.toString('base64') : given;
  });
  return Buffer.from(text);
}

/** Parses what was sealed. Answers null when it does not have the form of this version. */
export function decodeContent(plaintext: Buffer): KeyringContent | null {
  let value: unknown;
  try {
    value = JSON.parse(plaintext.toString('utf8'));
  } catch {
    return null;
  }
  const parsed = contentSchema.safeParse(value);
  if (!parsed.success) return null;
  const {
    installationId,
    installation,
    tenants,
    signing,
    former = [],
    witness,
    anchored,
    erasures = [],
    subjectErasures = [],
    targets = [],
    forwarding = [],
    recovery,
  } = parsed.data;
  const byId = new Map(tenants.map(({ id, ...secrets }) => [id, secrets]));
  if (byId.size !== tenants.length) return null;
  const ofTargets = new Map(targets.map(({ id, credentials }) => [id, credentials]));
  return {
    installationId,
    installation,
    tenants: byId,
    signing,
    former,
    witness,
    anchored,
    erasures,
    subjectErasures,
    targets: ofTargets,
    forwarding: new Map(forwarding.map(({ id, ...kept }) => [id, kept])),
    recovery,
  };
}
