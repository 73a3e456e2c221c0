import { HoldfastError } from '../../../shared/errors.ts';
import { snapshotIds } from '../catalogue/catalogue.ts';
import type { OwnerId } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { type RepositoryId, repositoryFiles, repositoryIdOf } from './target.ts';

type Parts = Pick<BackupParts, 'target' | 'firstPlace' | 'sources' | 'control'>;

/**
 * Does nothing where the first target's own place is there. One of an earlier version, which has no mark, is known by what
 * lies in it, and gets one. Errors: UNAVAILABLE (it is away, or an empty mount point lies in its place), IO, READ_ONLY,
 * STORAGE_FULL.
 */
export async function requireFirstTarget(parts: Parts): Promise<void> {
  if (await parts.target.isReachable()) return;
  if (!(await isSurelyOurs(parts))) throw firstTargetAway();
  await parts.target.prepare();
  await parts.firstPlace.marked();
}

/** Whether the first target can be written to now. Errors: IO, READ_ONLY, STORAGE_FULL. */
export async function isFirstTargetThere(parts: Parts): Promise<boolean> {
  try {
    await requireFirstTarget(parts);
    return true;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'UNAVAILABLE') return false;
    throw error;
  }
}

/**
 * Whether it stands on the disk of the data; while it is away, whether it did when it was last looked at. null: it never was.
 * Errors: IO.
 */
export async function standsOnDataDisk({
  target,
  firstPlace,
  dataFolder,
  report,
}: Pick<BackupParts, 'target' | 'firstPlace' | 'dataFolder' | 'report'>): Promise<boolean | null> {
  if (!(await target.isReachable())) return firstPlace.sharedDisk();
  const shared = await target.sharesDeviceWith(dataFolder);
  // where it went away meanwhile, the folder above it was looked at
  if (!(await target.isReachable())) return firstPlace.sharedDisk();
  // on a full disk it is not noted, and is known all the same
  if (firstPlace.sharedDisk() !== shared) await firstPlace.noteDisk(shared).catch(report);
  return shared;
}

export function firstTargetAway(): HoldfastError {
  return new HoldfastError(
    'UNAVAILABLE',
    'The backup folder of this installation is not there: its disk is not connected, or an empty folder lies in its place. Connect its disk, and try again; nothing was written.',
    { manager: 'backups', reason: 'backup-folder-away' },
  );
}

/**
 * Most owners that have backups have one there; where nobody has any, most tenants have a repository. Not all: one may be
 * lost. Not any: where a disk is away, an earlier version may have made some anew.
 */
async function isSurelyOurs(parts: Parts): Promise<boolean> {
  const { sources, control, firstPlace } = parts;
  const tenants = sources.tenantIds();
  const backedUp = [null, ...tenants].flatMap((owner: OwnerId) => {
    const known = snapshotIds(control, owner);
    return known.length === 0 ? [] : [{ id: repositoryIdOf(owner), known: new Set(known) }];
  });
  if (backedUp.length > 0) {
    return await most(backedUp, async ({ id, known }) => {
      const there = await listed(parts, id, 'snapshots');
      return there.some((name) => known.has(name));
    });
  }
  if (tenants.length > 0)
    return await most(tenants, async (id) => (await listed(parts, id, 'keys')).length > 0);
  // there is nothing that could be missed
  return !firstPlace.wasMarked();
}

async function most<Each>(all: readonly Each[], isThere: (each: Each) => Promise<boolean>): Promise<boolean> {
  let found = 0;
  for (const each of all) if (await isThere(each)) found += 1;
  return found * 2 > all.length;
}

async function listed(
  { target }: Parts,
  id: RepositoryId,
  kind: 'snapshots' | 'keys',
): Promise<readonly string[]> {
  try {
    return (await repositoryFiles(target.repository(id).location).list(kind)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof HoldfastError) return []; // away, whatever the reason
    throw error;
  }
}
