import type { Clock } from '../../shared/clock.ts';
import type { Uuid } from '../../shared/ids.ts';
import { installationRetention, retentionByTier } from '../../shared/retention.ts';
import type { AuditLogger } from '../audit/audit-logger.ts';
import type { RetentionSource } from '../backups/needs.ts';
import { systemTimeZone } from '../backups/retention/calendar.ts';
import { systemRun } from '../operations/system-run.ts';
import type { BackupPlan } from '../schedule/backup-schedule.ts';
import { usualInterval } from '../schedule/rhythm.ts';
import { Rhythms } from '../schedule/rhythms.ts';
import type { TenantManager } from '../tenants/tenant-manager.ts';

interface Parts {
  readonly tenants: TenantManager;
  readonly audit: AuditLogger;
  readonly clock: Clock;
  plans(): readonly BackupPlan[];
  operatorName(id: Uuid): string | null;
}

/** How often the installation's own databases are backed up. */
export const installationBackups = 'daily';

/** What retention needs of the others. */
export function retentionSource({ tenants, audit, clock, plans, operatorName }: Parts): RetentionSource {
  return {
    defaultPolicy: (id) => (id === null ? installationRetention : retentionByTier[tenants.tierOf(id)]),
    backupEveryMs: (id) => {
      const plan = plans().find(({ owner }) => owner === (id ?? 'installation'));
      return plan === undefined ? null : usualInterval(new Rhythms().of(plan), clock.now());
    },
    timeZone: systemTimeZone,
    operatorName,
    forgetting: (caller, id) => systemRun({ id, action: 'backup.forget', critical: true, caller }, audit),
  };
}

/**
 * Ids of the snapshots that the log says were made, without those it says were removed. A promised removal counts as
 * done until the log says that it was given up: the file goes between the two.
 */
export async function snapshotsTold(audit: AuditLogger, tenantId: Uuid | null): Promise<readonly string[]> {
  const made = await Promise.all(
    ['backup.create', 'backup.repair'].map((action) => audit.recordsOf(action, tenantId)),
  );
  const [removed, promised, kept] = await Promise.all(
    (['success', 'unknown', 'failure'] as const).map((outcome) =>
      audit.recordsOf('backup.forget', tenantId, outcome),
    ),
  );
  const givenUp = new Set(kept?.map(({ cor }) => cor));
  const gone = [...(removed ?? []), ...(promised ?? []).filter(({ cor }) => !givenUp.has(cor))];
  const forgotten = new Set(gone.map(({ res }) => res?.id));
  return made.flat().flatMap(({ res }) => (res?.k === 'snapshot' && !forgotten.has(res.id) ? [res.id] : []));
}
