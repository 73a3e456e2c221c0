import type { AuditLogger } from '../audit/audit-logger.ts';
import type { AdvancedAuth } from '../auth/advanced-auth.ts';
import type { ControlRestoreSource } from '../backups/needs.ts';
import type { Notices } from '../notices/notices.ts';
import type { TenantManager } from '../tenants/tenant-manager.ts';
import type { Foundation } from './foundation.ts';
import { planSetBack } from './set-back/set-control-back.ts';
import { openers } from './unlocking.ts';

interface Parts {
  readonly foundation: Foundation;
  readonly tenants: TenantManager;
  readonly auth: AdvancedAuth;
  readonly audit: AuditLogger;
  readonly notices: Notices;
}

/** How BackupManager plans that the installation's own data are set back, and tells of it. */
export function controlRestoreSource(parts: Parts): ControlRestoreSource {
  const { foundation, tenants, auth, audit, notices } = parts;
  return {
    folder: foundation.layout.settingBack,
    plan: async (past, undoes, { operation: { signal }, progress }) => {
      const stores = { ...foundation, audit: audit.store, past, undoes };
      const source = { ...stores, openers: await openers(foundation) };
      const { tiers, ...plan } = await planSetBack(source, { signal, progress });
      return { ...plan, overQuota: await tenants.overQuota(tiers) };
    },
    noticed: (transaction, kind) => notices.controlRestore(transaction, kind),
    settled: (transaction) => notices.controlRestoreSettled(transaction),
    operatorName: (id) => auth.operatorName(id),
    needPassphrase: () => auth.needPassphrase(),
  };
}
