import type { Uuid } from '../../../shared/ids.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Store, Transaction } from '../../storage/store.ts';
import type { TenantDatabases } from '../data/tenant-databases.ts';
import type { RepositoryHook, StoreHooks, SubjectSealer, TenantKeys } from '../needs.ts';
import type { TenantFolders } from '../registry/tenant-folder.ts';
import { isTenant, removeTenantRows, requireSample } from '../registry/tenant-store.ts';

export interface TenantRemoval {
  readonly control: Store;
  readonly folders: TenantFolders;
  readonly databases: TenantDatabases;
  readonly keys: TenantKeys;
  readonly sealer: Pick<SubjectSealer, 'destroyAll'>;
  readonly repository: RepositoryHook;
  readonly hooks?: StoreHooks;
}

/** Removes in the transaction what others keep of the tenant in control.db. */
export type Forget = (transaction: Transaction, tenantId: Uuid) => void;

/**
 * Ends a sample tenant in one transaction, together with its principals, what `forget` removes and its audit entry.
 * From then on it is unknown to everybody; `finishDeletion` removes the rest. What its database still had to tell the
 * log is in it first. The slug stays taken. Throws NOT_FOUND, CONFLICT (`not-a-sample`), AUDIT_UNAVAILABLE.
 */
export async function endSample(
  { control, folders, databases, hooks }: TenantRemoval,
  tenantId: Uuid,
  forget: Forget,
  operation: Operation,
): Promise<void> {
  await databases.use(tenantId, async ({ store }) => {
    // nobody writes there any more, so nothing can come to wait after the drain
    const lease = await store.lease('deletion');
    try {
      await hooks?.drain(store);
      operation.signal.throwIfAborted();
      await folders.mark(tenantId, 'deleted');
      await control.write((transaction) => {
        const { slug, name, tier, state, bots, users } = requireSample(transaction, tenantId);
        operation.record(transaction, {
          tenantId,
          resource: { kind: 'tenant', id: tenantId },
          before: { name, slug, tier, state, sample: true },
          facts: { slug, tier, bots, users },
        });
        forget(transaction, tenantId);
        removeTenantRows(transaction, tenantId);
      });
    } finally {
      lease.release();
    }
  });
}

/**
 * Removes all that a tenant without a row has outside control.db: keys first, its folder with the mark last, so that
 * it can be called again wherever it stopped. Throws UNAVAILABLE (the backup folder is away), IO, READ_ONLY.
 */
export async function finishDeletion(
  { control, folders, databases, keys, sealer, repository }: TenantRemoval,
  tenantId: Uuid,
): Promise<void> {
  if (isTenant(control, tenantId)) throw new TypeError('only a tenant that has ended is removed');
  await databases.close(tenantId);
  await sealer.destroyAll(tenantId);
  await keys.removeTenant(tenantId);
  await repository.erase(tenantId);
  await folders.remove(tenantId, 'deleted');
}
