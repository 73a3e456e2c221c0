import { existsSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Uuid } from '../../../shared/ids.ts';
import type { BackupParts } from '../parts.ts';
import { bytesIn, inspectWorkFolder, nearestFolder, type Preflight } from './destination.ts';
import { isUnreadable } from './replace-unreadable.ts';

/** What a full snapshot of a database takes of its size, at least: pages are compressed. */
const leastShare = 0.25;

/**
 * Looks whether a tenant can be restored in place: room for the rebuilt database, as much again in the live one's
 * write-ahead log, contents that are gone here, and the target of the safety snapshot with room for it. Bytes.
 */
export async function inspectInPlace(
  parts: BackupParts,
  owner: Uuid,
  { databases, files }: { readonly databases: number; readonly files: number },
): Promise<Preflight> {
  const { sources, target, workFolder } = parts;
  const missing = files === 0 ? 0 : Math.max(0, files - (await bytesIn(sources.filesFolder(owner))));
  const needed = 2 * databases + missing;
  if (await isUnreadable(sources, owner)) return await inspectWorkFolder(workFolder, needed);
  const { path } = target.repository(owner).location;
  // an empty mount point can be reached too
  if (!(await target.isReachable()) || !existsSync(dirname(path))) {
    const found = await inspectWorkFolder(workFolder, needed);
    return { ...found, obstacles: [...found.obstacles, targetAway] };
  }
  const live = await sources.withTenant(owner, async ({ store }) => (await stat(store.file)).size);
  const safety = Math.round(live * leastShare);
  if (await target.sharesDeviceWith(parts.dataFolder))
    return await inspectWorkFolder(workFolder, needed + safety);
  const found = await inspectWorkFolder(workFolder, needed);
  const { bavail, bsize } = await statfs(await nearestFolder(path));
  const free = bavail * bsize;
  if (free >= safety) return found;
  const full = `The safety snapshot needs about ${safety} bytes on the backup target, and ${free} are free.`;
  return { ...found, obstacles: [...found.obstacles, full] };
}

const targetAway =
  'The backup folder cannot be reached, and the present state is saved there first, so that the restore can be taken back. Connect its disk, or restore to a folder or a new tenant.';
