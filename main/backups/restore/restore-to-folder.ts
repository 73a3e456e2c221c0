import { rm, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import type { RestorePart } from '../../../shared/restore-parts.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { type FileEntry, fileEntries } from '../../row-hash/tenant-rows.ts';
import { Connection, reading } from '../../storage/connection.ts';
import { systemCode } from '../container/file-errors.ts';
import type { Repository } from '../container/repository.ts';
import { encodeManifest } from '../snapshot/manifest.ts';
import { proveDatabases } from '../verify/prove-databases.ts';
import { destinationError } from './destination-error.ts';
import { folderText } from './folder-text.ts';
import { becomeWhole, openPartial, partialOf, type Rebuilt } from './partial-folder.ts';
import { filesOf, rebuiltFile } from './rebuild.ts';
import { type PointInput, rebuildPoint } from './rebuild-point.ts';
import { type Settling, settled } from './settling.ts';
import { writeNamedFiles } from './write-named-files.ts';
import { writeParts } from './write-parts.ts';

export interface FolderRestore extends PointInput {
  /** A folder that does not exist yet or is empty. */
  readonly path: string;
  readonly prefix: Uint8Array | null;
  /** Only these parts of a tenant, as documents and files, without its database; null: all of it. */
  readonly only: readonly RestorePart[] | null;
}

export interface Restored {
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

/** The target could not be reached: what is there already is gone on with once it can. */
const passing: ReadonlySet<string> = new Set(['IO', 'UNAVAILABLE', 'NOT_FOUND']);

/**
 * Restores a snapshot into a folder that appears, under its name, only when every row was read again and is right
 * (level 4). What an earlier one that was cut off left is gone on with. Errors: CONFLICT (the folder is there and not
 * empty), INTEGRITY, STORAGE_FULL, READ_ONLY, IO, CANCELLED.
 */
export async function restoreToFolder(
  repository: Repository,
  folder: FolderRestore,
  context: WorkerContext,
): Promise<Restored> {
  const target = resolve(folder.path);
  const partial = partialOf(target);
  const { rebuilt, resumed } = await inSystemWords(() => openPartial(partial, folder));
  let problems: readonly string[];
  try {
    const made = await inSystemWords(() =>
      settled((settling) => fill(repository, { partial, rebuilt, settling, folder }, context)),
    );
    if ('rows' in made) {
      await appear(partial, target);
      return made;
    }
    ({ problems } = made);
  } catch (error) {
    const kept = error instanceof HoldfastError && passing.has(error.code) && !context.signal.aborted;
    // what cannot be removed either, the next one goes on with or removes: this error says why
    if (!kept) await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  await inSystemWords(() => rm(partial, { recursive: true, force: true }));
  // what was left is not what was saved, whoever changed it: all of it is read anew
  if (resumed) return await restoreToFolder(repository, folder, context);
  throw notAsStored(problems);
}

interface Filling {
  readonly partial: string;
  readonly rebuilt: Rebuilt;
  readonly settling: Settling;
  readonly folder: FolderRestore;
}

/** Everything but its name; or why the rows are not those of the manifest. */
async function fill(
  repository: Repository,
  { partial, rebuilt, settling, folder: { prefix, only, path: _, ...point } }: Filling,
  context: WorkerContext,
): Promise<Restored | { readonly problems: readonly string[] }> {
  const snapshot = await rebuildPoint(repository, point, partial, context, { rebuilt, settling });
  const proof = await proveDatabases(snapshot, partial, { level: 4, prefix }, context);
  if (proof.problems.length > 0) return { problems: proof.problems };
  if (only !== null) {
    const written = await inSystemWords(() =>
      writeParts(repository, snapshot, { folder: partial, only }, context),
    );
    // from the other parts of it there is nothing in the folder
    await inSystemWords(async () => {
      await settling.settle();
      await rebuilt.clear();
      for (const file of filesOf(rebuiltFile(partial, 'data')))
        await rm(file, { recursive: true, force: true });
    });
    return written;
  }
  const files =
    prefix === null
      ? { count: 0, bytes: 0, apart: 0 }
      : await writeNamedFiles(repository, snapshot, { files: filesIn(partial), folder: partial }, context);
  await inSystemWords(async () => {
    await writeFile(join(partial, 'manifest.json'), encodeManifest(snapshot.manifest));
    await writeFile(join(partial, 'README.txt'), folderText(snapshot, files.apart));
  });
  const bases = snapshot.bases.reduce((sum, { database }) => sum + database.bytes, 0);
  return { rows: proof.rows, files: files.count, bytes: bases + files.bytes };
}

function filesIn(folder: string): FileEntry[] {
  const connection = new Connection(rebuiltFile(folder, 'data'), { name: 'data' });
  try {
    return [...fileEntries(reading(connection))];
  } finally {
    connection.close();
  }
}

async function appear(partial: string, target: string): Promise<void> {
  await inSystemWords(async () => {
    await removeEmpty(target);
    await becomeWhole(partial, target);
  });
}

/** Rebuilt rows that are not what the manifest says. */
export function notAsStored(problems: readonly string[]): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `The rebuilt database is not what was saved, so nothing was restored: ${problems[0]}. Choose another snapshot.`,
    { problems: [...problems] },
  );
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

async function inSystemWords<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw destinationError(error, 'the folder');
  }
}
