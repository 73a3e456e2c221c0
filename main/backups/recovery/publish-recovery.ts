import { siblingModule } from '../../jobs/sibling-module.ts';
import type { BackupParts } from '../parts.ts';
import { runInWorker } from '../worker/run-in-worker.ts';

/**
 * Replaces the single copies of recovery.json, keyring.enc and keys.db.enc on the target. Call it after a backup,
 * after a key was added or destroyed, and when the recovery key was replaced. Errors: IO, STORAGE_FULL, READ_ONLY.
 */
export async function publishRecovery(
  { target, sources, recovery }: Pick<BackupParts, 'target' | 'sources' | 'recovery'>,
  signal: AbortSignal,
): Promise<void> {
  // in the data folder the originals themselves lie beside the repositories
  if (target.isInDataFolder) return;
  const shared = sources.keys.share();
  const module = siblingModule(import.meta.url, 'image-worker');
  const image = await runInWorker<Uint8Array>({ module, input: shared, transfer: [shared.port], signal });
  await target.publishRecovery(await recovery.parts(image));
}
