import type { RestorePlan } from '../../../shared/contract/backups.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Tier } from '../../../shared/tiers.ts';
import type { Store } from '../../storage/store.ts';
import { readStorage } from '../data/storage-counter.ts';
import type { TenantDatabases } from '../data/tenant-databases.ts';
import { requireTenant } from './tenant-store.ts';
import { quotaStates } from './update-tenant.ts';

/** What each of these tenants uses beyond what the tier beside it allows. Errors: NOT_FOUND. */
export async function overQuota(
  { control, databases }: { readonly control: Store; readonly databases: TenantDatabases },
  tenants: readonly { readonly tenantId: Uuid; readonly tier: Tier }[],
): Promise<RestorePlan['overQuota']> {
  const over: RestorePlan['overQuota'] = [];
  for (const { tenantId, tier } of tenants) {
    const states = quotaStates(
      requireTenant(control, tenantId),
      await storageUsed(databases, tenantId),
      tier,
    );
    for (const { quota, used, limit } of states) {
      if (limit !== null && used > limit) over.push({ tenantId, tier, quota, used, limit });
    }
  }
  return over;
}

/** Bytes; 0 of a database that cannot be read, which says so by itself. */
async function storageUsed(databases: TenantDatabases, tenantId: Uuid): Promise<number> {
  try {
    return await databases.use(tenantId, ({ store }) => readStorage(store).used);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'INTEGRITY') return 0;
    throw error;
  }
}
