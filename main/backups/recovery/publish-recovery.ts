import type { BackupParts } from '../parts.ts';
import { requireFirstTarget } from '../targets/first-place.ts';

/**
 * Replaces the single copies of recovery.json, keyring.enc and keys.db.enc on the target. Call it after a backup,
 * after a key was added or destroyed, and when the recovery key was replaced. Errors: UNAVAILABLE (the target is away), IO, STORAGE_FULL, READ_ONLY.
 */
export async function publishRecovery(parts: BackupParts): Promise<void> {
  const { target, recovery, turns, copying } = parts;
  // in the data folder the originals themselves lie beside the repositories
  if (target.isInDataFolder) return;
  await requireFirstTarget(parts);
  // two at once would mix their bytes, and the older one could come last
  const kept = await turns.take('recovery', async () => target.publishRecovery(await recovery.parts()));
  await copying.copiesReplaced(null, kept);
}
