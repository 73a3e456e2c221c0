import { join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import type { BackupParts } from '../parts.ts';
import { folderTarget } from '../targets/folder-target.ts';
import type { Target } from '../targets/target.ts';
import type { TargetRow } from './target-rows.ts';

export function targetOf({ sources }: BackupParts, { path }: TargetRow): Target {
  return folderTarget(path, sources.installationId);
}

/** Whether the folder that was made when the target was added can be seen: an empty mount point has none. */
export function isThere({ sources }: BackupParts, { path }: TargetRow): Promise<boolean> {
  return folderTarget(join(path, sources.installationId), sources.installationId).isReachable();
}

export function targetAway({ name }: TargetRow): HoldfastError {
  return new HoldfastError(
    'UNAVAILABLE',
    `The backup target ${name} cannot be reached. Connect its disk; it is brought up to date after the next backup.`,
    { manager: 'backups', reason: 'target-away' },
  );
}
