import type { Uuid } from '../../../shared/ids.ts';
import type { EntryDetails, Operation } from '../../operations/operation.ts';
import type { Store, Transaction } from '../../storage/store.ts';
import type { TenantDatabases } from '../data/tenant-databases.ts';
import type { RepositoryHook, StoreHooks, SubjectSealer, TenantKeys } from '../needs.ts';
import type { TenantFolders } from './tenant-folder.ts';
import { isTenant, removeTenantRows, requireTenant, type TenantRow } from './tenant-store.ts';

export interface TenantRemoval {
  readonly control: Store;
  readonly folders: TenantFolders;
  readonly databases: TenantDatabases;
  readonly keys: TenantKeys;
  readonly sealer: Pick<SubjectSealer, 'destroyAll'>;
  readonly repository: RepositoryHook;
  readonly hooks?: StoreHooks;
}

export interface Ending {
  /** Removes in the transaction what others keep of the tenant in control.db. May refuse by throwing. */
  readonly forget: (transaction: Transaction, tenant: TenantRow) => void;
  /** More for the entry in the tenant's log. */
  readonly facts?: EntryDetails['facts'];
}

/** Tenants end in one transaction; what is left of them outside control.db is removed after it, at the next start if need be. */
export class TenantEndings {
  readonly #parts: TenantRemoval;

  constructor(parts: TenantRemoval) {
    this.#parts = parts;
  }

  /** Whether the tenant is there; not any more, once its end cannot be taken back. */
  exists(tenantId: Uuid): boolean {
    return isTenant(this.#parts.control, tenantId);
  }

  /**
   * Ends a tenant in one transaction, together with its principals, what `forget` removes and its audit entry. From then
   * on it is unknown to everybody; `finish` removes the rest. What its database still had to tell the log is in it first.
   * The slug stays taken. Errors: NOT_FOUND, AUDIT_UNAVAILABLE, those of `forget`.
   */
  async end(tenantId: Uuid, { forget, facts }: Ending, operation: Operation): Promise<void> {
    const { control, folders, databases, hooks } = this.#parts;
    await databases.use(tenantId, async ({ store }) => {
      // nobody writes there any more, so nothing can come to wait after the drain
      const lease = await store.lease('deletion');
      try {
        await hooks?.drain(store);
        operation.signal.throwIfAborted();
        await folders.mark(tenantId, 'deleted');
        await control.write((transaction) => {
          const tenant = requireTenant(transaction, tenantId);
          const { slug, name, tier, state, bots, users, sample } = tenant;
          operation.record(transaction, {
            tenantId,
            resource: { kind: 'tenant', id: tenantId },
            before: { name, slug, tier, state, sample: sample === 1 },
            facts: { slug, tier, bots, users, ...facts },
          });
          forget(transaction, tenant);
          removeTenantRows(transaction, tenantId);
        });
      } finally {
        lease.release();
      }
    });
  }

  /**
   * Removes all that a tenant without a row has outside control.db: keys first, its folder with the mark last, so that
   * it can be called again wherever it stopped. Errors: UNAVAILABLE (the backup folder is away), IO, READ_ONLY.
   */
  async finish(tenantId: Uuid): Promise<void> {
    const { folders, databases, keys, sealer, repository } = this.#parts;
    if (this.exists(tenantId)) throw new TypeError('only a tenant that has ended is removed');
    await databases.close(tenantId);
    await sealer.destroyAll(tenantId);
    await keys.removeTenant(tenantId);
    await repository.erase(tenantId);
    await folders.remove(tenantId, 'deleted');
  }

  /** At start: tenants that ended and of which something is left. An end that was not reached has not begun: its mark goes. */
  async cutOff(): Promise<readonly Uuid[]> {
    const { folders } = this.#parts;
    const ended: Uuid[] = [];
    for (const id of await folders.list()) {
      if (!(await folders.isMarked(id, 'deleted'))) continue;
      if (this.exists(id)) await folders.unmark(id, 'deleted');
      else ended.push(id);
    }
    return ended;
  }
}
