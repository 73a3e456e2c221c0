import type { BackupParts } from '../parts.ts';

/**
 * Replaces the single copies of recovery.json, keyring.enc and keys.db.enc on the target. Call it after a backup,
 * after a key was added or destroyed, and when the recovery key was replaced. Errors: IO, STORAGE_FULL, READ_ONLY.
 */
export async function publishRecovery({
  target,
  recovery,
}: Pick<BackupParts, 'target' | 'recovery'>): Promise<void> {
  // in the data folder the originals themselves lie beside the repositories
  if (target.isInDataFolder) return;
  await target.publishRecovery(await recovery.parts());
}
