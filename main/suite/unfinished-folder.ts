import { existsSync } from 'node:fs';
import { readdir, realpath, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import { syncFolder } from '../storage/durable-file.ts';
import { storageError } from '../storage/sqlite-errors.ts';
import { systemError } from '../storage/system-error.ts';
import { type HeldFolder, holdFolder, ofTheLock } from './foundation.ts';

const ending = '.recovering';
const mark = 'recovery-not-finished';
/** By which commands of this machine reach the process that serves the folder already. */
const token = 'socket-token';

/**
 * Lets `work` fill a folder beside `dataFolder`, held, which takes its name only when `work` is done and has let go of
 * it. What a cut-off attempt left there is removed first; a failure leaves nothing. Errors: CONFLICT (`dataFolder` is
 * not empty, or something else lies beside it), LOCKED (a recovery is under way), UNSUITABLE_FOLDER, STORAGE_FULL,
 * READ_ONLY, IO.
 */
export async function fillBeside<Result>(
  dataFolder: string,
  work: (held: HeldFolder) => Promise<Result>,
): Promise<Result> {
  return await withUnfinished(dataFolder, async (held, places) => {
    const result = await work(held);
    await inSystemWords(() => giveName(places));
    return result;
  });
}

/** As `fillBeside`, but what `work` puts into the folder is removed when it is done. */
export async function lookBeside<Result>(
  dataFolder: string,
  work: (held: HeldFolder) => Promise<Result>,
): Promise<Result> {
  return await withUnfinished(dataFolder, async (held, { unfinished }) => {
    const result = await work(held);
    held.lock.release();
    await inSystemWords(() => rm(unfinished, { recursive: true }));
    return result;
  });
}

/** Whether a recovery into this folder was cut off and what it left still lies there. */
export async function isLeftUnfinished(dataFolder: string): Promise<boolean> {
  return existsSync(join(`${await placeOf(dataFolder)}${ending}`, mark));
}

interface Places {
  readonly place: string;
  readonly unfinished: string;
  /** Keeps others from making an installation in `place`, where that is there and served. */
  readonly guard: HeldFolder | undefined;
}

async function withUnfinished<Result>(
  dataFolder: string,
  work: (held: HeldFolder, places: Places) => Promise<Result>,
): Promise<Result> {
  const place = await placeOf(dataFolder);
  const unfinished = `${place}${ending}`;
  await inSystemWords(() => refuseUsed(place, unfinished));
  const isServed = ((await namesIn(place)) ?? []).length > 0;
  const guard = isServed ? await holdFolder({ dataFolder: place }) : undefined;
  try {
    const held = await holdFolder({ dataFolder: unfinished });
    try {
      await inSystemWords(() => clear(unfinished));
      return await work(held, { place, unfinished, guard });
    } catch (error) {
      held.lock.release();
      await rm(unfinished, { recursive: true, force: true });
      throw error;
    }
  } finally {
    if (guard !== undefined) await letGo(guard);
  }
}

/** Leaves nothing of a lock in a folder that holds no installation. */
async function letGo({ lock, layout: { folder } }: HeldFolder): Promise<void> {
  lock.release();
  if (existsSync(join(folder, 'installation.json'))) return;
  for (const name of (await namesIn(folder)) ?? []) {
    if (name !== token && isFromTaking(name)) await rm(join(folder, name), { force: true });
  }
}

/** Links followed: a name is given to the folder itself. */
async function placeOf(dataFolder: string): Promise<string> {
  const path = resolve(dataFolder);
  return existsSync(path) ? await realpath(path) : path;
}

async function refuseUsed(place: string, unfinished: string): Promise<void> {
  const found = await namesIn(place);
  if (found !== null && !found.every(isFromTaking)) {
    const installed = found.includes('installation.json');
    throw new HoldfastError(
      'CONFLICT',
      installed
        ? 'This folder holds an installation already, which is not written over. Name another with --data, or move it away.'
        : 'This folder is not empty. Name one that is empty or does not exist yet with --data.',
      { reason: installed ? 'installation-exists' : 'folder-not-empty' },
    );
  }
  if (found !== null && (await stat(place)).dev !== (await stat(dirname(place))).dev) {
    throw new HoldfastError(
      'UNSUITABLE_FOLDER',
      'This folder is a disk of its own, whose name cannot be given to another. Name a folder on that disk.',
      { fileSystem: 'mount point' },
    );
  }
  const left = (await namesIn(unfinished)) ?? [];
  if (left.includes(mark) || left.every(isFromTaking)) return;
  throw new HoldfastError(
    'CONFLICT',
    `Something else lies at the name a recovery works under, the folder's with ${ending} after it. Move it away.`,
    { reason: 'folder-not-empty' },
  );
}

/** What taking a folder can leave in it, wherever it was cut off. */
function isFromTaking(name: string): boolean {
  return ofTheLock.has(name) || /^(holder\.|\.writable-)/.test(name);
}

async function clear(folder: string): Promise<void> {
  await writeFile(join(folder, mark), '', { mode: 0o600 });
  for (const name of await readdir(folder)) {
    if (name !== mark && !ofTheLock.has(name)) await rm(join(folder, name), { recursive: true });
  }
}

async function giveName({ unfinished, place, guard }: Places): Promise<void> {
  await rm(join(unfinished, mark));
  if (guard !== undefined) await letGo(guard);
  const found = await namesIn(place);
  if (found?.includes(token)) await rename(join(place, token), join(unfinished, token));
  await syncFolder(unfinished);
  if (found !== null) await rmdir(place);
  await rename(unfinished, place);
  await syncFolder(dirname(place));
}

/** Null where there is no such folder. */
async function namesIn(folder: string): Promise<string[] | null> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemError(error)?.errno === 'ENOENT') return null;
    throw error;
  }
}

async function inSystemWords(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw storageError(error, 'installation');
  }
}
