import { resolve } from 'node:path';
import type { RestoreWarning } from '../../../shared/contract/backups.ts';
import { nearestFolder } from './destination.ts';
import { folderTraits } from './folder-traits.ts';
import { nameWarnings } from './name-warnings.ts';

/** Paths of most names stay below any bound where the folder's own is shorter. */
const shortFolder = 200;

/**
 * What is worth knowing before a restore into a folder. `names` of the files are asked for only where the disk may not take
 * them as they are: that costs a rebuild.
 */
export async function folderWarnings(
  path: string,
  names: () => Promise<readonly string[]>,
): Promise<RestoreWarning[]> {
  const folder = await nearestFolder(resolve(path));
  const traits = await folderTraits(folder);
  const about = (kind: RestoreWarning['kind'], subject: string | null): RestoreWarning => ({
    kind,
    subject,
    count: 1,
    examples: [],
  });
  const looks = traits.caseInsensitive || traits.windowsNames || path.length > shortFolder;
  return [
    ...(traits.network === null ? [] : [about('network-folder', traits.network)]),
    ...(traits.synced === null ? [] : [about('synced-folder', traits.synced)]),
    ...(traits.open ? [about('open-folder', null)] : []),
    ...(looks ? nameWarnings(await names(), path, traits) : []),
  ];
}
