import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import { fileSystemKind } from '../../storage/file-system-kind.ts';
import { syncService } from '../../storage/synced-folder.ts';
import { systemError } from '../../storage/system-error.ts';

export type FolderNotice = 'network' | 'synced';

const ofTheSystem = ['/proc', '/sys', '/dev'];

/**
 * The folder with links resolved, where it may be protected. `own`: Holdfast's own folders; neither they nor what is in
 * or around them is protected, or each backup would save the ones before. Errors: VALIDATION, NOT_FOUND, READ_ONLY, IO.
 */
export async function admitFolder(path: string, own: readonly string[]): Promise<string> {
  if (!isAbsolute(path)) throw refused('not-absolute', 'Name the folder by its absolute path.');
  const real = await look(() => realpath(path));
  if (!(await look(() => stat(real))).isDirectory()) throw refused('not-a-folder', 'This is no folder.');
  if (ofTheSystem.some((place) => isWithin(place, real))) {
    throw refused('system-folder', 'This folder shows the state of the system; it cannot be backed up.');
  }
  for (const place of own) {
    const there = await realOrResolved(place);
    if (isWithin(there, real) || isWithin(real, there)) {
      throw refused(
        'own-folder',
        "Holdfast's own data or its backups lie in this folder or around it. Choose folders beside them.",
      );
    }
  }
  return real;
}

/** What an operator should know of a folder: that other machines write to it too. */
export async function noticesOf(path: string): Promise<FolderNotice[]> {
  return [
    ...((await fileSystemKind(path)).network ? (['network'] as const) : []),
    ...(syncService(path) === undefined ? [] : (['synced'] as const)),
  ];
}

async function look<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const system = systemError(error);
    if (system === undefined) throw error;
    if (system.errno === 'ENOENT' || system.errno === 'ENOTDIR') {
      throw new HoldfastError('NOT_FOUND', 'There is no such folder on this machine.', {
        kind: 'folder',
        id: 'asked',
      });
    }
    throw new HoldfastError(
      system.means,
      `The folder cannot be looked at (${system.errno}). Check its permissions and its disk.`,
      { where: 'folder', errno: system.errno },
      { cause: error },
    );
  }
}

/** A place that is not there yet may be a link's target later; its parents are looked at as far as they are there. */
async function realOrResolved(place: string): Promise<string> {
  try {
    return await realpath(place);
  } catch {
    const above = dirname(place);
    return above === place ? place : resolve(await realOrResolved(above), relative(above, place));
  }
}

function isWithin(outer: string, inner: string): boolean {
  const path = relative(outer, inner);
  return path === '' || !(path === '..' || /^\.\.[\\/]/.test(path) || isAbsolute(path));
}

function refused(reason: string, message: string): HoldfastError {
  return new HoldfastError('VALIDATION', message, { issues: [{ path: 'path', reason }] });
}
