import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import { outsideError } from './outside-error.ts';

function invalid(reason: string, message: string): HoldfastError {
  return new HoldfastError('VALIDATION', message, { issues: [{ path: 'path', reason }] });
}

/**
 * The real path of a file that an operator named, which may not lie in the installation folder: reading a database
 * there past SQLite would drop the locks this process holds on it. Errors: VALIDATION, NOT_FOUND, IO.
 */
export async function existingOutside(path: string, installation: string): Promise<string> {
  requireAbsolute(path);
  const real = await realpath(path).catch((error: unknown) => {
    throw outsideError(error);
  });
  await refuseInside(real, installation);
  return real;
}

/** The same for a file still to be made, whose folder must be there. */
export async function newOutside(path: string, installation: string): Promise<string> {
  requireAbsolute(path);
  const name = basename(path);
  if (name === '' || name === '.' || name === '..') throw invalid('not-a-file', 'Name a file, not a folder.');
  const folder = await realpath(dirname(path)).catch((error: unknown) => {
    throw outsideError(error);
  });
  const real = join(folder, name);
  await refuseInside(real, installation);
  return real;
}

function requireAbsolute(path: string): void {
  if (isAbsolute(path) && !path.includes('\0')) return;
  throw invalid('not-absolute', 'Name the file by its absolute path.');
}

async function refuseInside(real: string, installation: string): Promise<void> {
  const way = relative(await realpath(installation), real);
  if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))) {
    throw invalid(
      'inside-installation',
      'Files in the installation folder cannot be named here: choose one outside it.',
    );
  }
}
