import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import { syncFolder } from '../storage/durable-file.ts';
import { fileError, systemCode } from './container/file-errors.ts';
import type { DerivedKey } from './container/key-file.ts';
import { Repository } from './container/repository.ts';
import type { RepositoryLocation } from './targets/location.ts';
import { repositoryFiles } from './targets/target.ts';

/** What opens a repository, in a form that can be handed to another thread. */
export interface RepositoryAccess {
  readonly location: RepositoryLocation;
  readonly password: string;
  /** Goes into the second key file when the repository is made. */
  readonly recovery: DerivedKey;
}

/** Opens a repository, lets `use` work with it and stops its threads. Errors: those of `Repository.open`. */
export async function withRepository<Result>(
  access: RepositoryAccess,
  use: (repository: Repository) => Promise<Result>,
): Promise<Result> {
  return await closing(await Repository.open(repositoryFiles(access.location), access), use);
}

/** As `withRepository`, but makes the repository, with both its keys, where there is none. */
export async function withNewRepository<Result>(
  access: RepositoryAccess,
  use: (repository: Repository) => Promise<Result>,
): Promise<Result> {
  const files = repositoryFiles(access.location);
  let repository: Repository;
  try {
    repository = await Repository.open(files, access);
  } catch (error) {
    const absent =
      error instanceof HoldfastError && error.code === 'NOT_FOUND' && error.data.kind === 'repository';
    if (!absent) throw error;
    repository = await Repository.create(files, {
      keys: [{ password: access.password }, { derived: access.recovery }],
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
