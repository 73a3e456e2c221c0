import type { Ids } from '../../shared/ids.ts';
import type { AuditLogger } from '../audit/audit-logger.ts';
import type { HealingSource, StandInSource } from '../backups/needs.ts';
import type { Notices } from '../notices/notices.ts';
import type { Caller } from '../operations/operation.ts';
import type { OperationRun } from '../operations/operation-run.ts';
import { systemRun } from '../operations/system-run.ts';

interface Parts {
  readonly audit: AuditLogger;
  readonly notices: Notices;
  readonly ids: Ids;
}

/** How BackupManager tells what it healed. */
export function healingSource({ audit, notices, ids }: Parts): HealingSource {
  return {
    telling: (caller) => telling({ audit, ids }, 'backup.heal', caller),
    told: async (tenantId) =>
      (await audit.recordsOf('backup.heal', tenantId)).map(({ t, x }) => ({ time: t, facts: x ?? {} })),
    noticed: (transaction, tenantId, what) => notices.ofBackups(transaction, tenantId, what),
  };
}

/** How BackupManager tells that a further target stands in for the first one. */
export function standInSource({ audit, notices, ids }: Parts): StandInSource {
  return {
    returning: (caller) => telling({ audit, ids }, 'backup.target.return', caller),
    noticed: (transaction, isElsewhere) => notices.backupsElsewhere(transaction, isElsewhere),
  };
}

function telling({ audit, ids }: Pick<Parts, 'audit' | 'ids'>, action: string, caller: Caller): OperationRun {
  return systemRun({ id: ids.uuid(), action, severity: 'warning', caller }, audit);
}
