import type { TenantUsage } from '../../../shared/contract/tenants.ts';
import { readStorage } from '../data/storage-counter.ts';
import type { TenantDatabases } from '../data/tenant-databases.ts';
import { quotaWarnings } from './quota.ts';
import type { TenantRow } from './tenant-store.ts';
import { quotaStates } from './update-tenant.ts';

/** Used and allowed, with a warning for each quota that reached 80 % or 95 %: `percent` is the level reached. */
export async function tenantUsage(databases: TenantDatabases, tenant: TenantRow): Promise<TenantUsage> {
  const { used } = await databases.use(tenant.id, ({ store }) => readStorage(store));
  const states = quotaStates(tenant, used, tenant.tier);
  const limitOf = (quota: string) => states.find((state) => state.quota === quota)?.limit ?? null;
  return {
    tenantId: tenant.id,
    usage: { bots: tenant.bots, users: tenant.users, storageBytes: used },
    limits: { bots: limitOf('bots'), users: limitOf('users'), storageBytes: limitOf('storageBytes') },
    warnings: quotaWarnings(states),
  };
}
