import { access, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSystemKind } from '../../storage/file-system-kind.ts';
import { syncService } from '../../storage/synced-folder.ts';
import { destinationError } from './destination-error.ts';

/** What of the place that a restore writes to is worth knowing. */
export interface FolderTraits {
  /** The file system's name, where other machines share it. */
  readonly network: string | null;
  /** The service that copies it elsewhere behind one's back. */
  readonly synced: string | null;
  /** Others on this machine may list it or write in it. */
  readonly open: boolean;
  /** `A` and `a` are one name. */
  readonly caseInsensitive: boolean;
  /** It takes only names that Windows has. */
  readonly windowsNames: boolean;
}

const othersMayListOrWrite = 0o006;

/** Looks at a folder that is there, by trying: what a system's name promises is not what a mounted disk does. Errors: STORAGE_FULL, READ_ONLY, IO. */
export async function folderTraits(folder: string): Promise<FolderTraits> {
  try {
    return await look(folder);
  } catch (error) {
    throw destinationError(error, 'a file');
  }
}

async function look(folder: string): Promise<FolderTraits> {
  const [{ type, network }, { mode }] = await Promise.all([fileSystemKind(folder), stat(folder)]);
  return {
    network: network ? type : null,
    synced: syncService(folder) ?? null,
    open: process.platform !== 'win32' && (mode & othersMayListOrWrite) !== 0,
    ...(await nameTraits(folder)),
  };
}

async function nameTraits(folder: string): Promise<Pick<FolderTraits, 'caseInsensitive' | 'windowsNames'>> {
  const probe = await mkdtemp(join(folder, '.holdfast-names-'));
  try {
    await writeFile(join(probe, 'name'), '');
    const caseInsensitive = await isThere(join(probe, 'NAME'));
    const taken = await writeFile(join(probe, 'a:b?'), '').then(
      () => true,
      () => false, // whatever the reason, such a name is not to be had
    );
    return { caseInsensitive, windowsNames: process.platform === 'win32' || !taken };
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
