import type { Ids } from '../../shared/ids.ts';
import type { AuditLogger } from '../audit/audit-logger.ts';
import type { HealingSource } from '../backups/needs.ts';
import type { Notices } from '../notices/notices.ts';
import { OperationRun } from '../operations/operation-run.ts';

interface Parts {
  readonly audit: AuditLogger;
  readonly notices: Notices;
  readonly ids: Ids;
}

/** How BackupManager tells what it healed. */
export function healingSource({ audit, notices, ids }: Parts): HealingSource {
  return {
    telling: (caller) =>
      new OperationRun(
        {
          id: ids.uuid(),
          action: 'backup.heal',
          audited: 'change',
          severity: 'warning',
          critical: false,
          cure: true,
          caller,
          signal: new AbortController().signal,
        },
        audit,
      ),
    told: async (tenantId) =>
      (await audit.recordsOf('backup.heal', tenantId)).map(({ t, x }) => ({ time: t, facts: x ?? {} })),
    noticed: (transaction, tenantId, what) => notices.ofBackups(transaction, tenantId, what),
  };
}
