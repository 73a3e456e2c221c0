import type { Tenant } from '../../../shared/contract/tenants.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { type Tier, tierRules } from '../../../shared/tiers.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Store } from '../../storage/store.ts';
import { readStorage, setStorageLimit } from '../data/storage-counter.ts';
import type { TenantDatabases } from '../data/tenant-databases.ts';
import { isOver, type QuotaState, tierTooSmall } from './quota.ts';
import { changeTenant, requireTenant, type TenantRow, toTenant } from './tenant-store.ts';

export interface UpdateTenantInput {
  readonly tenant: string;
  readonly name?: string | undefined;
  readonly tier?: Tier | undefined;
}

interface Places {
  readonly control: Store;
  readonly databases: TenantDatabases;
}

/**
 * Renames a tenant or changes its tier. A tier that allows less than is used is refused with the list of what is
 * over (QUOTA_EXCEEDED, `data.over`). The slug stays.
 */
export async function updateTenant(
  { control, databases }: Places,
  input: UpdateTenantInput,
  operation: Operation,
): Promise<Tenant> {
  const before = requireTenant(control, input.tenant);
  const tier = input.tier ?? before.tier;
  if (tier === before.tier) return await change(control, before, input, operation, 0);
  return await databases.use(before.id, async ({ store }) => {
    const limit = tierRules[tier].storageBytes;
    const old = readStorage(store).limit;
    const lower = limit !== null && (old === null || limit < old);
    // The lower limit is in force before the tier is, so that nothing can grow past it in between.
    const used = await store.write((transaction) => {
      const state = readStorage(transaction);
      if (lower && state.used <= limit) setStorageLimit(transaction, limit);
      return state.used;
    });
    try {
      return await change(control, before, input, operation, used);
    } finally {
      // Whatever came of it, and of another change at the same time: the limit is the tier's.
      await databases.syncStorageLimit(before.id);
    }
  });
}

function change(
  control: Store,
  { id }: TenantRow,
  input: UpdateTenantInput,
  operation: Operation,
  storageUsed: number,
): Promise<Tenant> {
  return control.write((transaction) => {
    const before = requireTenant(transaction, id);
    const tier = input.tier ?? before.tier;
    const name = input.name ?? before.name;
    const over = tier === before.tier ? [] : quotaStates(before, storageUsed, tier).filter(isOver);
    if (over.length > 0) throw tierTooSmall(over);
    const after = changeTenant(transaction, id, { name, tier, state: before.state });
    operation.record(transaction, {
      tenantId: id,
      resource: { kind: 'tenant', id },
      before: { name: before.name, tier: before.tier },
      after: { name, tier },
      facts: { tier, ...(tier === before.tier ? {} : { previousTier: before.tier }) },
    });
    return toTenant(after);
  });
}

/** What the tenant uses against what `tier` allows. */
export function quotaStates(tenant: TenantRow, storageUsed: number, tier: Tier): QuotaState[] {
  const rules = tierRules[tier];
  return [
    { quota: 'bots', used: tenant.bots, limit: rules.bots },
    { quota: 'users', used: tenant.users, limit: rules.users },
    { quota: 'storageBytes', used: storageUsed, limit: rules.storageBytes },
  ];
}

/** Suspends or resumes. Throws CONFLICT when the tenant is in that state already. */
export function setTenantState(
  control: Store,
  reference: string,
  state: Tenant['state'],
  operation: Operation,
): Promise<Tenant> {
  return control.write((transaction) => {
    const before = requireTenant(transaction, reference);
    if (before.state === state) {
      throw new HoldfastError('CONFLICT', `The tenant "${before.slug}" is ${state} already.`, {
        reason: `already-${state}`,
        tenant: before.slug,
      });
    }
    const after = changeTenant(transaction, before.id, { ...before, state });
    operation.record(transaction, {
      tenantId: before.id,
      resource: { kind: 'tenant', id: before.id },
      before: { state: before.state },
      after: { state },
      facts: { state },
    });
    return toTenant(after);
  });
}
