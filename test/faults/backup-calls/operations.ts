import type { RetentionRun } from '../../../shared/contract/backups/retention.ts';
import type { BackupResult, RestoreResult } from '../../../shared/contract/backups.ts';
import type { Protected } from '../../doubles/protected-installation.ts';
import { ShiftedClock } from '../../doubles/shifted-clock.ts';

export const operations = ['full', 'incremental', 'prune', 'restore-folder', 'restore-in-place'] as const;
export type OperationName = (typeof operations)[number];

/** What a process has to know of the installation that was prepared. */
export interface Wanted {
  /** The newest snapshot then, which nothing removes. */
  readonly snapshotId: string;
  /** A folder that is not there yet. */
  readonly restored: string;
}

/** Does it through the manager, and answers in a word what came of it. Errors: the job's. */
export async function perform(place: Protected, name: OperationName, wanted: Wanted): Promise<string> {
  const { manager, finished, operation, tenantId: tenant } = place;
  switch (name) {
    case 'full':
    case 'incremental': {
      const started = manager.createBackup({ scope: { tenant }, kind: name }, operation('backup.create'));
      return (await finished<BackupResult>(started)).snapshots[0]?.kind ?? 'none';
    }
    case 'prune': {
      const apply = () =>
        finished<RetentionRun>(
          manager.retention.applyRetention({ tenant }, operation('backup.retention.apply')),
        );
      await apply();
      if (place.parts.clock instanceof ShiftedClock) place.parts.clock.pass(25 * 3_600_000); // space is given back once a day
      return (await apply()).pruned === null ? 'not pruned' : 'pruned';
    }
    case 'restore-folder':
    case 'restore-in-place': {
      const { snapshotId, restored } = wanted;
      const folder = { kind: 'folder', path: restored } as const;
      const destination = name === 'restore-folder' ? folder : ({ kind: 'in-place' } as const);
      const asked = { tenant, snapshotId, destination, reason: 'a sweep' } as const;
      const started = manager.restoreBackup(asked, operation('backup.restore'));
      return `level ${(await finished<RestoreResult>(started)).verifiedLevel}`;
    }
  }
}
