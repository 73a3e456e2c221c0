import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../../../shared/errors.ts';
import { readConfig, writeConfig } from './config-file.ts';
import { damageOf, fetchSound, type Healed, type HealSource, isTrouble } from './fetch-sound.ts';
import { type Credential, openMasterKeys, writeKeyFile } from './key-file.ts';
import { thisProcess } from './locks.ts';
import { fileLabel, type RepositoryFiles } from './repository-files.ts';
import type { SealingKeys } from './sealing.ts';

export interface Opening {
  readonly files: RepositoryFiles;
  /** All that are to open it; any of them leads to the master keys, from which the others' key files are made anew. */
  readonly credentials: readonly Credential[];
  readonly sources: readonly HealSource[];
  /** Where no copy, not even one that is away, holds the config. */
  readonly mayRemakeConfig: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Brings back config and key files: from a copy, or made anew from what still opens. Nothing is done where the repository as a
 * whole is gone, or is another one: what lies there then is not ours to change. Errors: those of writing.
 */
export async function healOpening(opening: Opening): Promise<readonly Healed[]> {
  const { files, credentials, sources, now } = opening;
  if (!(await holdsAnything(files))) return [];
  const healed: Healed[] = [];
  const damagedKeys: string[] = [];
  for (const { name } of await files.list('keys')) {
    const why = await damageOf(files, 'keys', name);
    if (why === undefined) continue;
    const fetched = await fetchSound(files, sources, { kind: 'keys', name, why });
    if (fetched === undefined) damagedKeys.push(name);
    else healed.push(fetched);
  }
  const master =
    (await firstOpened(files, credentials)) ?? (await openedByCopy(files, credentials, sources, healed));
  if (master === undefined) return healed;
  for (const credential of credentials) {
    if ((await opened(files, credential)) !== undefined) continue;
    const why = 'no key file opened with it';
    const fetched = await fetchKey(files, credential, sources, why);
    healed.push(
      fetched ?? {
        file: fileLabel('keys', await writeKeyFile(files, master, credential, thisProcess(), now)),
        from: null,
        why,
      },
    );
  }
  for (const name of damagedKeys) {
    await files.remove('keys', name);
    healed.push({
      file: fileLabel('keys', name),
      from: null,
      why: 'it was damaged, and another one has taken its place',
    });
  }
  const config = await healConfig(opening, master);
  return config === undefined ? healed : [...healed, config];
}

/** A repository that is merely away, or an empty folder in its place, has nothing to heal. */
async function holdsAnything(files: RepositoryFiles): Promise<boolean> {
  try {
    for (const kind of ['data', 'index', 'snapshots'] as const) {
      if ((await files.list(kind)).length > 0) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}

async function opened(files: RepositoryFiles, credential: Credential) {
  try {
    return await openMasterKeys(files, credential);
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return undefined;
  }
}

async function firstOpened(files: RepositoryFiles, credentials: readonly Credential[]) {
  for (const credential of credentials) {
    const found = await opened(files, credential);
    if (found !== undefined) return found.master;
  }
  return undefined;
}

/** No key of its own opens it: a copy's does, if what lies in both is the same. */
async function openedByCopy(
  files: RepositoryFiles,
  credentials: readonly Credential[],
  sources: readonly HealSource[],
  healed: Healed[],
): Promise<SealingKeys | undefined> {
  for (const source of sources) {
    if (!(await holdsTheSame(files, source.files))) continue;
    for (const credential of credentials) {
      const fetched = await fetchKey(files, credential, [source], 'no key file opened the repository');
      if (fetched === undefined) continue;
      healed.push(fetched);
      return (await opened(files, credential))?.master;
    }
  }
  return undefined;
}

async function holdsTheSame(files: RepositoryFiles, copy: RepositoryFiles): Promise<boolean> {
  try {
    for (const kind of ['snapshots', 'index', 'data'] as const) {
      const there = new Set((await copy.list(kind)).map(({ name }) => name));
      if ((await files.list(kind)).some(({ name }) => there.has(name))) return true;
    }
    return false;
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return false;
  }
}

async function fetchKey(
  files: RepositoryFiles,
  credential: Credential,
  sources: readonly HealSource[],
  why: string,
): Promise<Healed | undefined> {
  for (const source of sources) {
    const found = await opened(source.files, credential);
    if (found === undefined) continue;
    const fetched = await fetchSound(files, [source], { kind: 'keys', name: found.keyName, why });
    if (fetched !== undefined) return fetched;
  }
  return undefined;
}

/** Without any copy a new config is made: its seal holds, and nothing else in a repository refers to it. */
async function healConfig(
  { files, sources, mayRemakeConfig }: Opening,
  master: SealingKeys,
): Promise<Healed | undefined> {
  const why = await whyNoConfig(files, master);
  if (why === undefined) return undefined;
  for (const { name, files: copy } of sources) {
    if ((await whyNoConfig(copy, master)) !== undefined) continue;
    const bytes = await copy.read('config', '');
    await removeConfig(files);
    await files.write('config', '', [bytes]);
    return { file: 'config', from: name, why };
  }
  // a copy that is away would be another repository's from then on
  if (!mayRemakeConfig) return undefined;
  await removeConfig(files);
  await writeConfig(files, master, randomBytes);
  return { file: 'config', from: null, why };
}

async function whyNoConfig(files: RepositoryFiles, master: SealingKeys): Promise<string | undefined> {
  try {
    await readConfig(files, master);
    return undefined;
  } catch (error) {
    if (!isTrouble(error) || !(error instanceof HoldfastError)) throw error;
    return error.code === 'NOT_FOUND' ? 'it is missing' : error.message;
  }
}

async function removeConfig(files: RepositoryFiles): Promise<void> {
  if ((await files.size('config', '')) !== undefined) await files.remove('config', '');
}
