import type { Uuid } from '../../../shared/ids.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { Connection, reading } from '../../storage/connection.ts';
import type { Repository } from '../container/repository.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { rebuildDatabases, rebuiltFile } from '../restore/rebuild.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import { clearWorkFolder } from '../work-folder.ts';
import { isDamage, scanRepository } from './scan-repository.ts';

export interface InstallationLook {
  readonly access: RepositoryAccess;
  readonly installationId: Uuid;
  /** Where control.db is rebuilt to be read; whoever asks removes it. */
  readonly folder: string;
}

/** The newest state of an installation that can be read on a target. */
export interface InstallationState {
  readonly snapshotId: string;
  /** RFC 3339. */
  readonly time: string;
  readonly tenants: readonly { readonly id: Uuid; readonly slug: string; readonly name: string }[];
}

/**
 * Reads who the tenants are from the newest readable backup of the installation; null when there is none. Nothing is
 * proved by that. Errors: UNAUTHENTICATED, INTEGRITY (the repository itself), STORAGE_FULL, IO, CANCELLED.
 */
export async function lookInside(
  { access, installationId, folder }: InstallationLook,
  context: WorkerContext,
): Promise<InstallationState | null> {
  return await withRepository(access, async (repository) => {
    const of = { installationId, owner: null };
    const { snapshots } = await scanRepository(repository, access.location, of, context.signal);
    for (const { id, manifest } of snapshots) {
      try {
        const tenants = await readTenants(repository, id, folder, context);
        return { snapshotId: id, time: manifest.time, tenants };
      } catch (error) {
        if (!isDamage(error)) throw error;
        await clearWorkFolder(folder);
      }
    }
    return null;
  });
}

async function readTenants(
  repository: Repository,
  snapshotId: string,
  folder: string,
  context: WorkerContext,
): Promise<InstallationState['tenants']> {
  const snapshot = await openSnapshot(repository, snapshotId);
  const bases = snapshot.bases.filter(({ database }) => database.name === 'control');
  await rebuildDatabases(repository, { ...snapshot, bases }, folder, context);
  const connection = new Connection(rebuiltFile(folder, 'control'), { name: 'control' });
  try {
    return reading(connection)
      .sql<InstallationState['tenants'][number]>('SELECT id, slug, name FROM tenants ORDER BY name')
      .all();
  } finally {
    connection.close();
  }
}
