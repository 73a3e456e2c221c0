import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import { outsideError } from './outside-error.ts';

function invalid(reason: string, message: string): HoldfastError {
  return new HoldfastError('VALIDATION', message, { issues: [{ path: 'path', reason }] });
}

/**
 * The real path of a file that an operator named, which may be none of the installation folder, under whatever name:
 * reading a database past SQLite would drop the locks this process holds on it. Errors: VALIDATION, NOT_FOUND, IO.
 */
export async function existingOutside(path: string, installation: string): Promise<string> {
  requireAbsolute(path);
  const real = await realpath(path).catch((error: unknown) => {
    throw outsideError(error);
  });
  await refuseInside(real, installation);
  await refuseSame(real, installation);
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
  if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))) throw inside();
}

/** A hard link or a second mount gives a database a name outside; its device and number stay. */
async function refuseSame(real: string, installation: string): Promise<void> {
  const own = await identity(real);
  if (own === undefined) return;
  const tenants = join(installation, 'tenants');
  const folders = (await entries(tenants)).filter((entry) => entry.isDirectory());
  for (const folder of [installation, ...folders.map(({ name }) => join(tenants, name))]) {
    for (const entry of await entries(folder)) {
      if (entry.isFile() && (await identity(join(folder, entry.name))) === own) throw inside();
    }
  }
}

async function identity(path: string): Promise<string | undefined> {
  const found = await unlessGone(stat(path, { bigint: true }));
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

async function entries(folder: string): Promise<Dirent[]> {
  return (await unlessGone(readdir(folder, { withFileTypes: true }))) ?? [];
}

/** Undefined for what came and went meanwhile. */
async function unlessGone<Found>(looking: Promise<Found>): Promise<Found | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw outsideError(error);
  }
}

function inside(): HoldfastError {
  return invalid(
    'inside-installation',
    'Files in the installation folder cannot be named here: choose one outside it.',
  );
}
