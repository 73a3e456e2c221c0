import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, realpath, rm, statfs } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import { type Uuid, uuidPattern } from '../../../shared/ids.ts';
import { syncFolder } from '../../storage/durable-file.ts';
import { fileError, systemCode } from '../container/file-errors.ts';
import { removeFolder } from '../repository-access.ts';
import { folderTarget, isFolder } from './folder-target.ts';
import type { FurtherTarget } from './target.ts';

export interface FolderSurroundings {
  readonly installationId: Uuid;
  readonly dataFolder: string;
  /** The first target's own folder of this installation. */
  readonly primary: string;
}

/** A folder of this machine that holds copies; `root` is the true path. */
export function furtherFolder(root: string, surroundings: FolderSurroundings): FurtherTarget {
  const { installationId, primary } = surroundings;
  const own = join(root, installationId);
  const target = folderTarget(root, installationId);
  // an empty mount point has no folder of the installation
  const isReachable = () => isFolder(own);
  return {
    ...target,
    isReachable,
    async requireReady() {
      if (await isReachable()) return;
      throw new HoldfastError(
        'UNAVAILABLE',
        'The folder of the backup target cannot be reached. Connect its disk; it is brought up to date after the next backup.',
        { manager: 'backups', reason: 'target-away' },
      );
    },
    prepare: () => prepareFolder(root, surroundings),
    probe: () => probe(own),
    keptOf: () => Promise.resolve({ all: undefined, keys: undefined }),
    async removeRepository(id) {
      if ((await realOrAsGiven(own)) === (await realOrAsGiven(primary))) throw isFirstTarget();
      await removeFolder(target.repository(id).location.path);
      return undefined;
    },
  };
}

/** Where a folder that is there really lies. Errors: VALIDATION (not absolute), NOT_FOUND. */
export async function trueFolder(path: string): Promise<string> {
  if (!isAbsolute(path)) {
    throw new HoldfastError('VALIDATION', 'Name the folder by its absolute path.', {
      issues: [{ path: 'place.path', reason: 'not-absolute' }],
    });
  }
  try {
    return await existing(path);
  } catch (error) {
    throw fileError(error, 'the folder');
  }
}

/**
 * Makes this installation's folder in `root`: a disk that is not plugged in later is told by the folder that is missing.
 * Errors: those of `requireFitting`, STORAGE_FULL.
 */
async function prepareFolder(root: string, place: FolderSurroundings): Promise<void> {
  await requireFitting(root, place);
  try {
    await mkdir(join(root, place.installationId), { recursive: true, mode: 0o700 });
    await syncFolder(root);
  } catch (error) {
    throw fileError(error, 'the folder');
  }
}

/** Errors: CONFLICT (`root` holds the data, the first target or another installation), IO, READ_ONLY. */
export async function requireFitting(root: string, place: FolderSurroundings): Promise<void> {
  try {
    const own = join(root, place.installationId);
    if (liesIn(root, await realpath(place.dataFolder))) {
      throw refused(
        'A copy in the data folder would be lost with it. Choose a folder elsewhere.',
        'data-folder',
      );
    }
    const primary = await realOrAsGiven(place.primary);
    if (own === primary || liesIn(root, primary)) {
      throw refused('Backups are written to this folder already. Choose another.', 'first-target');
    }
    for (const name of await readdir(root)) {
      if (
        uuidPattern.test(name) &&
        name !== place.installationId &&
        existsSync(join(root, name, 'recovery.json'))
      ) {
        throw refused(
          `The backups of another installation (${name}) lie in this folder. Choose another.`,
          'another-installation',
        );
      }
    }
  } catch (error) {
    throw fileError(error, 'the folder');
  }
}

async function existing(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new HoldfastError(
      'NOT_FOUND',
      'There is no such folder. Make it, or connect its disk.',
      { kind: 'target-folder', id: path },
      { cause: error },
    );
  }
}

/** Writes a file into `own`, reads it back and removes it; answers the free bytes. Errors: IO, READ_ONLY, STORAGE_FULL. */
async function probe(own: string): Promise<number> {
  const file = join(own, 'holdfast-probe.partial');
  const written = randomBytes(4096);
  try {
    const handle = await open(file, 'w', 0o600);
    try {
      await handle.writeFile(written);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!(await readFile(file)).equals(written)) {
      throw new HoldfastError('IO', 'The folder gave back other bytes than were written. Check its disk.', {
        syscall: 'read',
        errno: 'EIO',
        file: 'the probe',
      });
    }
    const { bavail, bsize } = await statfs(own);
    return bavail * bsize;
  } catch (error) {
    throw fileError(error, 'the probe');
  } finally {
    await rm(file, { force: true }).catch(() => undefined); // a disk that fails here failed before
  }
}

/** Where a path really lies; one that is away can be no other's folder under another name. */
async function realOrAsGiven(path: string): Promise<string> {
  return await realpath(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return path;
    throw error;
  });
}

function liesIn(inner: string, outer: string): boolean {
  const path = relative(outer, inner);
  return path === '' || !(path.startsWith('..') || isAbsolute(path));
}

function isFirstTarget(): HoldfastError {
  return refused(
    'Backups are written to this folder itself, so nothing is removed from it as from a copy. Remove it from the further targets; its files stay.',
    'first-target',
  );
}

function refused(message: string, reason: string): HoldfastError {
  return new HoldfastError('CONFLICT', message, { reason });
}
