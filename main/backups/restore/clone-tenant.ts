import type { Clock } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import type { Reading } from '../../storage/store.ts';
import type { Repository } from '../container/repository.ts';
import { becomeOwn } from './become-own.ts';
import { type RebuiltTenant, rebuildTenant, type TenantRebuild } from './rebuild-tenant.ts';

export interface TenantClone extends TenantRebuild {
  readonly newPrefix: Uint8Array;
  /** Of the new tenant's tier, in bytes; null is unlimited. */
  readonly storageLimit: number | null;
}

/**
 * Rebuilds a tenant for another one: proved against the manifest first, under the prefix that it was saved under, then
 * made the other's own. Errors: those of `rebuildTenant`, QUOTA_EXCEEDED.
 */
export async function cloneTenant(
  repository: Repository,
  { newPrefix, storageLimit, ...rebuild }: TenantClone,
  clock: Clock,
  context: WorkerContext,
): Promise<RebuiltTenant> {
  const rebuilt = await rebuildTenant(repository, rebuild, clock, context, (state) => {
    const used = storageUsed(state);
    if (storageLimit !== null && used > storageLimit) throw doesNotFit(used, storageLimit);
  });
  becomeOwn(rebuilt.file, newPrefix, context);
  return rebuilt;
}

/** Bytes that a tenant's database says are used. */
export function storageUsed(state: Reading): number {
  return state.sql<{ used: number }>('SELECT used FROM storage').get()?.used ?? 0;
}

/** Why a tenant of a tier cannot hold what is to be restored, in words. */
export function tooSmall(used: number, limit: number): string {
  return `The tier of the new tenant allows ${limit} bytes of storage and ${used} come back: choose a larger tier.`;
}

function doesNotFit(used: number, limit: number): HoldfastError {
  return new HoldfastError('QUOTA_EXCEEDED', tooSmall(used, limit), {
    quota: 'storageBytes',
    limit,
    used: 0,
    asked: used,
  });
}
