import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import { syncFolder } from '../storage/durable-file.ts';
import { fileError, systemCode } from './container/file-errors.ts';
import { type DerivedKey, deriveForKeyFile, type PasswordCredential } from './container/key-file.ts';
import { Repository } from './container/repository.ts';
import type { RepositoryFiles } from './container/repository-files.ts';
import type { RepositoryLocation } from './targets/location.ts';
import { repositoryFiles } from './targets/target.ts';

/** What opens a repository, in a form that can be handed to another thread. */
export interface RepositoryAccess {
  readonly location: RepositoryLocation;
  readonly password: string;
  /** Goes into the second key file when the repository is made. */
  readonly recovery: DerivedKey;
  /** What the password makes of its key file, where that is known already; see `DerivedKeys`. */
  readonly derived?: DerivedKey | undefined;
}

/** What the password makes of the key file it opens; undefined where it opens none. Errors: IO, NOT_FOUND. */
export async function deriveFor(access: RepositoryAccess): Promise<DerivedKey | undefined> {
  return await deriveForKeyFile(repositoryFiles(access.location), passwordOf(access), access.derived);
}

/** Opens a repository, lets `use` work with it and stops its threads. Errors: those of `Repository.open`. */
export async function withRepository<Result>(
  access: RepositoryAccess,
  use: (repository: Repository) => Promise<Result>,
): Promise<Result> {
  return await closing(await open(repositoryFiles(access.location), access), use);
}

/** As `withRepository`, but makes the repository, with both its keys, where there is none. */
export async function withNewRepository<Result>(
  access: RepositoryAccess,
  use: (repository: Repository) => Promise<Result>,
): Promise<Result> {
  const { password, recovery, derived } = access;
  const files = repositoryFiles(access.location);
  let repository: Repository;
  try {
    repository = await open(files, access);
  } catch (error) {
    const absent =
      error instanceof HoldfastError && error.code === 'NOT_FOUND' && error.data.kind === 'repository';
    if (!absent) throw error;
    repository = await Repository.create(files, {
      keys: [derived === undefined ? { password } : { derived }, { derived: recovery }],
    });
  }
  return await closing(repository, use);
}

/** Whether there is a repository with any snapshot in it; no key is needed. Errors: IO. */
export async function holdsSnapshots(location: RepositoryLocation): Promise<boolean> {
  try {
    return (await repositoryFiles(location).list('snapshots')).length > 0;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}

/**
 * Removes a repository's folder durably, its keys first: what is left after a kill, nobody reads. Does nothing where there is
 * none. Errors: IO, READ_ONLY.
 */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(join(path, 'keys'), { recursive: true, force: true });
    await rm(path, { recursive: true, force: true });
    await syncFolder(dirname(path));
  } catch (error) {
    // the folder around it is not there either
    if (systemCode(error) !== 'ENOENT') throw fileError(error, 'the repository');
  }
}

async function open(files: RepositoryFiles, access: RepositoryAccess): Promise<Repository> {
  const { derived } = access;
  if (derived !== undefined) {
    try {
      return await Repository.open(files, { derived });
    } catch (error) {
      // its key file was replaced meanwhile
      if (!(error instanceof HoldfastError && error.code === 'UNAUTHENTICATED')) throw error;
    }
  }
  return await Repository.open(files, passwordOf(access));
}

function passwordOf({ password, recovery }: RepositoryAccess): PasswordCredential {
  return { password, notOf: recovery.salt };
}

async function closing<Result>(
  repository: Repository,
  use: (repository: Repository) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(repository);
  } finally {
    await repository.close();
  }
}
