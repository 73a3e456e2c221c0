import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { syncFolder } from '../../storage/durable-file.ts';
import { systemCode } from '../container/file-errors.ts';
import type { Repository } from '../container/repository.ts';
import { encodeManifest } from '../snapshot/manifest.ts';
import { proveDatabases } from '../verify/prove-databases.ts';
import { destinationError } from './destination-error.ts';
import { folderText } from './folder-text.ts';
import { rebuiltFile } from './rebuild.ts';
import { type PointInput, rebuildPoint } from './rebuild-point.ts';
import { writeNamedFiles } from './write-named-files.ts';

export interface FolderRestore extends PointInput {
  /** A folder that does not exist yet or is empty. */
  readonly path: string;
  readonly prefix: Uint8Array | null;
}

export interface Restored {
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

/** Ours: a folder of this ending with this mark in it was left by a restore that was cut off. */
const partialEnding = '.holdfast-partial';
const partialMark = 'restore-not-finished';

/**
 * Restores a snapshot into a folder that appears, under its name, only when every row was read again and is right
 * (level 4). Errors: CONFLICT (the folder is there and not empty), INTEGRITY, STORAGE_FULL, READ_ONLY, IO, CANCELLED.
 */
export async function restoreToFolder(
  repository: Repository,
  { path, prefix, ...point }: FolderRestore,
  context: WorkerContext,
): Promise<Restored> {
  const target = resolve(path);
  const partial = `${target}${partialEnding}`;
  await removeLeftOver(partial);
  try {
    await inSystemWords(async () => {
      await mkdir(dirname(partial), { recursive: true });
      await mkdir(partial, { mode: 0o700 });
      await writeFile(join(partial, partialMark), '');
    });
    const snapshot = await rebuildPoint(repository, point, partial, context);
    const proof = await proveDatabases(snapshot, partial, { level: 4, prefix }, context);
    if (proof.problems.length > 0) throw notAsStored(proof.problems);
    const data = rebuiltFile(partial, 'data');
    const files =
      prefix === null
        ? { count: 0, bytes: 0, apart: 0 }
        : await writeNamedFiles(repository, snapshot, data, partial, context);
    await inSystemWords(async () => {
      await writeFile(join(partial, 'manifest.json'), encodeManifest(snapshot.manifest));
      await writeFile(join(partial, 'README.txt'), folderText(snapshot, files.apart));
      await rm(join(partial, partialMark));
      await syncFolder(partial);
      await removeEmpty(target);
      await rename(partial, target);
      await syncFolder(dirname(target));
    });
    const bases = snapshot.bases.reduce((sum, { database }) => sum + database.bytes, 0);
    return { rows: proof.rows, files: files.count, bytes: bases + files.bytes };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Rebuilt rows that are not what the manifest says. */
export function notAsStored(problems: readonly string[]): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `The rebuilt database is not what was saved, so nothing was restored: ${problems[0]}. Choose another snapshot.`,
    { problems: [...problems] },
  );
}

async function removeLeftOver(partial: string): Promise<void> {
  await inSystemWords(async () => {
    const names = await readdir(partial).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    });
    if (names === null) return;
    if (names.length > 0 && !names.includes(partialMark)) {
      throw new HoldfastError(
        'CONFLICT',
        `Something else lies at the name a restore works under. Move it away.`,
        {
          reason: 'destination-not-empty',
        },
      );
    }
    await rm(partial, { recursive: true });
  });
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    if (systemCode(error) !== 'ENOTEMPTY' && systemCode(error) !== 'EEXIST') throw error;
    throw new HoldfastError('CONFLICT', 'The folder is not empty. Choose one that does not exist yet.', {
      reason: 'destination-not-empty',
    });
  }
}

async function inSystemWords(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw destinationError(error, 'the folder');
  }
}
