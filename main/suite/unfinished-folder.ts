import { readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import { syncFolder } from '../storage/durable-file.ts';
import { storageError } from '../storage/sqlite-errors.ts';
import { systemError } from '../storage/system-error.ts';
import { type HeldFolder, holdFolder, ofTheLock } from './foundation.ts';

const ending = '.recovering';
const mark = 'recovery-not-finished';

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
  const place = resolve(dataFolder);
  const unfinished = `${place}${ending}`;
  await inSystemWords(() => refuseUsed(place, unfinished));
  const held = await holdFolder({ dataFolder: unfinished });
  try {
    await inSystemWords(() => clear(unfinished));
    const result = await work(held);
    await inSystemWords(() => giveName(unfinished, place));
    return result;
  } catch (error) {
    held.lock.release();
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function refuseUsed(place: string, unfinished: string): Promise<void> {
  const found = await namesIn(place);
  if (found !== null && found.length > 0) {
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

async function giveName(unfinished: string, place: string): Promise<void> {
  await rm(join(unfinished, mark));
  await syncFolder(unfinished);
  if ((await namesIn(place)) !== null) await rmdir(place);
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
