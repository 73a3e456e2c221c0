import { hkdfSync } from 'node:crypto';
import { z } from 'zod';
import { uuid } from '../../shared/contract/values.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { base64Bytes } from './base64.ts';
import { parseJsonFile } from './json-file.ts';
import { deriveRecovery, type RecoveryDerivation } from './recovery-derivation.ts';
import type { RecoveryKey } from './recovery-key.ts';
import { scryptParameters } from './scrypt.ts';
import { seal, unseal } from './seal.ts';

const format = 1;
const recoveryFileName = 'recovery.json';

const schema = z.strictObject({
  format: z.literal(format),
  installationId: uuid,
  scrypt: scryptParameters,
  sealed: base64Bytes(12 + 32 + 16),
});

const context = (installationId: Uuid) => `holdfast/recovery/${format}\n${installationId}`;

/** HKDF-SHA-256 (RFC 5869), so that restic's keys and the seal's are different ones. */
function sealingKey({ derived }: RecoveryDerivation): Buffer {
  return Buffer.from(hkdfSync('sha256', derived, '', `holdfast/recovery/${format}`, 32));
}

/**
 * The bytes of recovery.json, which lies beside the repositories on every target: the master key sealed under
 * the recovery key, of which only the derivation is needed. Nothing else in it is secret.
 */
export function sealForRecovery(
  installationId: Uuid,
  masterKey: Uint8Array,
  recovery: RecoveryDerivation,
): Buffer {
  const { N, r, p, salt } = recovery;
  const content = {
    format,
    installationId,
    scrypt: { N, r, p, salt: salt.toString('base64') },
    sealed: seal(sealingKey(recovery), masterKey, context(installationId)).toString('base64'),
  } satisfies z.input<typeof schema>;
  return Buffer.from(`${JSON.stringify(content)}\n`);
}

/**
 * Opens the bytes of a recovery.json. Throws UNAUTHENTICATED when the recovery key is not the one it was
 * sealed under (or the file was changed: the two cannot be told apart), INTEGRITY, NEWER_FORMAT.
 */
export async function openWithRecoveryKey(
  bytes: Uint8Array,
  key: RecoveryKey,
): Promise<{ installationId: Uuid; masterKey: Buffer; recovery: RecoveryDerivation }> {
  const { installationId, scrypt, sealed } = parseJsonFile(recoveryFileName, bytes, format, schema);
  const recovery = await deriveRecovery(key, scrypt);
  try {
    return {
      installationId,
      masterKey: unseal(sealingKey(recovery), sealed, context(installationId)),
      recovery,
    };
  } catch (cause) {
    if (!(cause instanceof HoldfastError)) throw cause;
    throw new HoldfastError(
      'UNAUTHENTICATED',
      'This recovery key does not open recovery.json. Use the newest recovery kit of this installation.',
      { reason: 'wrong-recovery-key' },
      { cause },
    );
  }
}
