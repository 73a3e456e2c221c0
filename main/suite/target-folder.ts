import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import { systemError } from '../storage/system-error.ts';

/** Makes the folder that backups are to go to, or checks the one there is. Errors: VALIDATION (not absolute), READ_ONLY, STORAGE_FULL, IO. */
export async function prepareTarget(path: string): Promise<string> {
  requireWholePath(path);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.W_OK);
    return path;
  } catch (error) {
    const refused = systemError(error);
    if (refused === undefined) throw error;
    throw new HoldfastError(
      refused.means,
      `The backup folder cannot be used (${refused.errno}). Check its name, its permissions and its disk.`,
      { where: 'target', errno: refused.errno },
      { cause: error },
    );
  }
}

/** Errors: VALIDATION (not absolute). */
export function requireWholePath(path: string): void {
  if (isAbsolute(path)) return;
  throw new HoldfastError('VALIDATION', 'Name the backup folder by its absolute path.', {
    issues: [{ path: 'target', reason: 'not-absolute' }],
  });
}
