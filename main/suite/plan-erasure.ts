import type { z } from 'zod';
import type { erasureOperations } from '../../shared/contract/erasures.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { BackupManager } from '../backups/backup-manager.ts';
import type { TenantManager } from '../tenants/tenant-manager.ts';

type Plan = z.output<NonNullable<(typeof erasureOperations.planErasure)['~orpc']['outputSchema']>>;

/** What an erasure would destroy, and what stands in its way, in words. Errors: NOT_FOUND. */
export async function planErasure(
  { tenants, backups }: { readonly tenants: TenantManager; readonly backups: BackupManager },
  reference: string,
): Promise<Plan> {
  const tenant = await tenants.getTenant({ tenant: reference });
  const { id } = tenant;
  const obstacles: string[] = [];
  const tell = (error: unknown) => {
    if (!(error instanceof HoldfastError)) throw error;
    obstacles.push(error.message);
  };
  const held = { documents: 0, files: 0, bots: 0, users: 0, storageBytes: 0 };
  try {
    const { items } = await tenants.listCollections({ tenant: id });
    held.documents = items.reduce((sum, { documents }) => sum + documents, 0);
    held.files = await tenants.withDatabase(id, ({ store }) => countFiles(store));
    const { usage } = await tenants.getUsage({ tenant: id });
    Object.assign(held, usage);
  } catch (error) {
    tell(error);
  }
  try {
    backups.retention.requireUnheld(id);
  } catch (error) {
    tell(error);
  }
  await backups.requirePlace(id).catch(tell);
  const places = (await backups.placesOf(id)).map(({ targetId, name, isHere }) => ({
    targetId,
    name,
    state: isHere ? ('ready' as const) : ('away' as const),
  }));
  return {
    tenantId: id,
    slug: tenant.slug,
    name: tenant.name,
    ...held,
    snapshots: backups.countSnapshots(id),
    places,
    obstacles,
  };
}

function countFiles(store: { sql<Row>(text: string): { get(): Row | undefined } }): number {
  return store.sql<{ n: number }>('SELECT count(*) AS n FROM files').get()?.n ?? 0;
}
