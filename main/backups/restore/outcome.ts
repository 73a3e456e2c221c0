import type { RestoreResult } from '../../../shared/contract/backups.ts';
import type { Restored } from './restore-to-folder.ts';

/** What a restore answers; whoever runs it adds how long it took. */
export type Outcome = Omit<RestoreResult, 'durationMs'>;

/** Of a whole restore, proved at level 4. */
export function outcomeOf(
  { rows, files, bytes }: Restored,
  where: Pick<Outcome, 'restoreId' | 'to' | 'tenantId' | 'folder' | 'snapshotId' | 'undoId'>,
): Outcome {
  return { ...where, verifiedLevel: 4, rows, files, bytes, importId: null, only: null, pending: false };
}
