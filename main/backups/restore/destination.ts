import { mkdtemp, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { systemCode } from '../container/file-errors.ts';
import { destinationError } from './destination-error.ts';
import { partialOf } from './partial-folder.ts';

export interface Preflight {
  readonly freeBytes: number;
  /** What stands in the way, in words. */
  readonly obstacles: readonly string[];
}

/** Looks whether a restore of `bytes` into a folder can go well. `dataFolder` is the installation's own. */
export async function inspectFolder(path: string, bytes: number, dataFolder: string): Promise<Preflight> {
  const obstacles: string[] = [];
  if (!isAbsolute(path)) obstacles.push('The folder must be named with its whole path.');
  const target = resolve(path);
  if (isWithin(resolve(dataFolder), target))
    obstacles.push('The folder lies inside the data folder; choose another.');
  const parent = await nearestFolder(target);
  if (parent === target) {
    if (!(await stat(target)).isDirectory()) obstacles.push('There is a file of that name.');
    else if ((await readdir(target)).length > 0) obstacles.push('The folder is not empty.');
  } else if (!(await stat(parent)).isDirectory()) {
    obstacles.push('A part of the path is a file.');
  }
  if (obstacles.length === 0 && !(await isWritable(parent))) obstacles.push('The folder cannot be written.');
  // what one that was cut off left there is gone on with, or removed
  return await withSpace(parent, bytes - (await bytesIn(partialOf(target))), obstacles);
}

/** The size of all files below a folder; 0 where it is not there. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw destinationError(error, 'the folder');
  });
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

/** Looks whether there is room on the disk of the data, where a restore rebuilds beside it. */
export async function inspectWorkFolder(workFolder: string, bytes: number): Promise<Preflight> {
  return await withSpace(await nearestFolder(resolve(workFolder)), bytes, []);
}

async function withSpace(folder: string, bytes: number, obstacles: string[]): Promise<Preflight> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes < bytes) obstacles.push(`It needs ${bytes} bytes and ${freeBytes} are free.`);
  return { freeBytes, obstacles };
}

/** The folder itself, or the nearest one above it that is there. Errors: IO. */
export async function nearestFolder(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const code = systemCode(error);
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(path) === path) {
      throw destinationError(error, 'the folder');
    }
    return await nearestFolder(dirname(path));
  }
}

/** Really writes: what rights say is not what a system does, to an administrator least of all. */
async function isWritable(folder: string): Promise<boolean> {
  try {
    const probe = await mkdtemp(join(folder, '.holdfast-probe-'));
    try {
      await writeFile(join(probe, 'probe'), 'x');
    } finally {
      await rm(probe, { recursive: true, force: true });
    }
    return true;
  } catch {
    return false; // whatever the reason, the answer is no
  }
}

function isWithin(outer: string, inner: string): boolean {
  const path = relative(outer, inner);
  return (
    path === '' || !(path === '..' || path.startsWith('../') || path.startsWith('..\\') || isAbsolute(path))
  );
}
