import type { Reading } from '../../storage/store.ts';
import type { BackupParts } from '../parts.ts';

/** Times are epoch milliseconds. */
export interface Protection {
  readonly lastBackup: number | null;
  /** The newest restore or verification that read every row again. */
  readonly lastVerifiedRestore: number | null;
  /** Tenants without any backup. */
  readonly unprotected: number;
  readonly sameDisk: boolean;
}

/** What the catalogue says of protection. Errors: IO (the target's folder cannot be looked at). */
export async function readProtection({
  control,
  sources,
  target,
  dataFolder,
}: Pick<BackupParts, 'control' | 'sources' | 'target' | 'dataFolder'>): Promise<Protection> {
  const times = control
    .sql<{ made: number | null; proved: number | null }>(
      `SELECT max(CASE WHEN safety = 0 THEN time END) AS made,
         max(CASE WHEN verified_level = 4 THEN verified_at END) AS proved FROM snapshots`,
    )
    .get();
  const backedUp = new Set(
    control
      .sql<{ tenant_id: string }>('SELECT DISTINCT tenant_id FROM snapshots WHERE tenant_id IS NOT NULL')
      .all()
      .map(({ tenant_id }) => tenant_id),
  );
  return {
    lastBackup: times?.made ?? null,
    lastVerifiedRestore: times?.proved ?? null,
    unprotected: sources.tenantIds().filter((id) => !backedUp.has(id)).length,
    sameDisk: await target.sharesDeviceWith(dataFolder),
  };
}

/** When each tenant was last backed up. */
export function lastBackups(control: Reading): ReadonlyMap<string, number> {
  const rows = control
    .sql<{ tenant_id: string; time: number }>(
      'SELECT tenant_id, max(time) AS time FROM snapshots WHERE tenant_id IS NOT NULL AND safety = 0 GROUP BY tenant_id',
    )
    .all();
  return new Map(rows.map(({ tenant_id, time }) => [tenant_id, time]));
}

/** Why backups cannot be made now, and what to do; null while nothing stands in the way. */
export async function targetProblem({
  target,
  dataFolder,
}: Pick<BackupParts, 'target' | 'dataFolder'>): Promise<string | null> {
  try {
    await target.sharesDeviceWith(dataFolder);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The backup target cannot be reached: ${reason} Plug it in or mount it; backups fail until then.`;
  }
}
