import type { Reading } from '../../storage/store.ts';
import type { BackupParts } from '../parts.ts';

/** Times are epoch milliseconds. */
export interface Protection {
  readonly lastBackup: number | null;
  /** The newest drill, restore or verification that read every row again. */
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
         (SELECT max(time) FROM (
            SELECT max(verified_at) AS time FROM snapshots WHERE verified_level = 4
            UNION ALL SELECT max(ended_at) FROM drills WHERE outcome = 'proven')) AS proved
       FROM snapshots`,
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

/** When each owner's newest backup was made, safety snapshots aside. Epoch milliseconds. */
export function lastBackups(reading: Reading): ReadonlyMap<string, number> {
  const rows = reading.sql<{ owner: string; time: number }>(
    `SELECT coalesce(tenant_id, 'installation') AS owner, max(time) AS time FROM snapshots
     WHERE safety = 0 GROUP BY tenant_id`,
  );
  return new Map(rows.all().map(({ owner, time }) => [owner, time]));
}
