import type { BackupResult } from '../../../shared/contract/backups.ts';
import type { Protected } from '../../doubles/protected-installation.ts';

/** What is measured, and where the yardsticks put theirs. */
export interface Subject {
  readonly place: Protected;
  /** The tenant's database. */
  readonly file: string;
  readonly folder: string;
}

export function backUp(
  { place }: Pick<Subject, 'place'>,
  kind: 'full' | 'incremental',
): Promise<BackupResult> {
  const scope = { tenant: place.tenantId };
  return place.finished<BackupResult>(place.manager.createBackup({ scope, kind }, place.operation()));
}
