import { dirname } from 'node:path';
import type { BackupParts } from '../parts.ts';
import { furtherFolder } from '../targets/further-folder.ts';
import { remoteTargetAt } from '../targets/further-place.ts';
import type { RemoteTiming } from '../targets/remote-timing.ts';
import type { FurtherTarget } from '../targets/target.ts';
import type { TargetRow } from './target-rows.ts';

type Placed = Pick<TargetRow, 'id' | 'place'>;

/** What a row of the list is to work with, with the credentials of the keyring. */
export function targetOf(
  parts: BackupParts,
  { id, place }: Placed,
  timing: RemoteTiming = {},
): FurtherTarget {
  const { sources, copying, dataFolder } = parts;
  if (place.kind !== 'folder')
    return remoteTargetAt(place, copying.credentials(id), sources.installationId, timing);
  const surroundings = { installationId: sources.installationId, dataFolder, primary: primaryFolder(parts) };
  return furtherFolder(place.path, surroundings);
}

/** Whether the place that was made when the target was added can be seen now. */
export function isThere(parts: BackupParts, row: Placed): Promise<boolean> {
  return targetOf(parts, row).isReachable();
}

/** The first target's folder of this installation. */
export function primaryFolder({ target }: Pick<BackupParts, 'target'>): string {
  return dirname(dirname(target.repository('installation').location.path));
}
