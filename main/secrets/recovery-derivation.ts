import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RecoveryKey } from './recovery-key.ts';
import { deriveByScrypt, type ScryptCost } from './scrypt.ts';
import type { Random } from './seal.ts';

/**
 * What the recovery key yields once and for all: with these 64 bytes a restic key file can be made for every
 * repository, those of later too, without keeping the recovery key itself. As restic reads them: 32 bytes
 * encryption key, 16 MAC k, 16 MAC r.
 */
export interface RecoveryDerivation extends ScryptCost {
  /** 64 bytes: restic accepts no other length. */
  readonly salt: Buffer;
  /** 64 bytes. */
  readonly derived: Buffer;
}

/** 32 MiB and about a tenth of a second; the key is 256 random bits and needs no slowness. */
const cost: ScryptCost = { N: 1 << 15, r: 8, p: 1 };
const length = 64;

/** Derives anew (a fresh salt), or as `like` says. */
export async function deriveRecovery(
  key: RecoveryKey,
  like?: ScryptCost & { readonly salt: Uint8Array },
  random: Random = randomBytes,
): Promise<RecoveryDerivation> {
  const salt = Buffer.from(like?.salt ?? random(length));
  const { N, r, p } = like ?? cost;
  return { N, r, p, salt, derived: await deriveByScrypt(Buffer.from(key), salt, { N, r, p }, length) };
}

/** Whether this is the recovery key that `derivation` came from. */
export async function isRecoveryKeyOf(derivation: RecoveryDerivation, key: RecoveryKey): Promise<boolean> {
  const { derived } = await deriveRecovery(key, derivation);
  return timingSafeEqual(derived, derivation.derived);
}

/** 16 hex digits by which people tell one recovery key from its replacement; says nothing about the key. */
export function recoveryFingerprint({ derived }: RecoveryDerivation): string {
  return createHash('sha256')
    .update('holdfast/recovery-fingerprint/1')
    .update(derived)
    .digest('hex')
    .slice(0, 16);
}
