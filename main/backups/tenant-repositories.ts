import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { pageOfSnapshots } from './catalogue/catalogue.ts';
import { accessTo, type BackupParts } from './parts.ts';
import { publishRecovery } from './recovery/publish-recovery.ts';
import { holdsSnapshots, removeFolder, withNewRepository } from './repository-access.ts';
import { firstTargetAway, requireFirstTarget } from './targets/first-place.ts';

/**
 * Makes a tenant's repository, with both its keys; one that is there stays. Its keys are on the target before its data.
 * Errors: UNAVAILABLE (the target is away), IO, READ_ONLY, STORAGE_FULL.
 */
export async function prepareRepository(parts: BackupParts, tenantId: Uuid): Promise<void> {
  await parts.turns.take('first-target', async () => {
    await requireFirstTarget(parts);
    const access = await parts.derivedKeys.forNew(tenantId, accessTo(parts, tenantId));
    await withNewRepository(access, () => Promise.resolve());
  });
  await publishRecovery(parts);
}

/** Takes back `prepareRepository` of a tenant whose creation failed. Errors: CONFLICT once it holds a snapshot. */
export async function removeRepository({ control, target }: BackupParts, tenantId: Uuid): Promise<void> {
  const { items } = pageOfSnapshots(control, { owner: tenantId, limit: 1, cursor: undefined });
  const { location } = target.repository(tenantId);
  // the catalogue may be older than the repository, after a recovery
  if (items.length > 0 || (await holdsSnapshots(location))) {
    throw new HoldfastError('CONFLICT', 'The repository holds backups, so it is not removed.', {
      reason: 'repository-in-use',
    });
  }
  await removeFolder(location.path);
}

/**
 * Removes a deleted tenant's repository with every backup in it, and its keys from what a lost installation is
 * recovered with. Does nothing where that was done. Errors: UNAVAILABLE (the target is away), IO, READ_ONLY.
 */
export async function eraseRepository(parts: BackupParts, tenantId: Uuid): Promise<void> {
  const { target, turns, firstPlace, derivedKeys, pageLog } = parts;
  derivedKeys.forget(tenantId);
  await turns.take('first-target', async () => {
    await requirePlace(parts, tenantId);
    await removeFolder(target.repository(tenantId).location.path);
    // what was left there when the first target was moved
    await removeFolder(firstPlace.at(null).repository(tenantId).location.path);
  });
  await pageLog.remove(tenantId);
  await publishRecovery(parts);
}

/** Errors: UNAVAILABLE while the disk or server is away on which the tenant's repository lies, or lay. */
export async function requirePlace(parts: BackupParts, tenantId: Uuid): Promise<void> {
  await requireFirstTarget(parts);
  const { location } = parts.target.repository(tenantId);
  if (!existsSync(dirname(location.path))) throw firstTargetAway();
}
