import { HoldfastError } from '../../../shared/errors.ts';
import type { Repository } from '../container/repository.ts';
import type { RepositoryLocation } from '../targets/location.ts';
import { repositoryFiles } from '../targets/target.ts';
import { type FolderFacts, isFolderSnapshot, readFacts } from './folder-facts.ts';

export type FoundFolder = FolderFacts & { readonly id: string };

/** The folder snapshots of a repository that are not in `known`. Damaged ones are left to verification. */
export async function findFolders(
  repository: Repository,
  location: RepositoryLocation,
  known: readonly string[],
): Promise<FoundFolder[]> {
  const listed = new Set(known);
  const found: FoundFolder[] = [];
  for (const { name: id } of await repositoryFiles(location).list('snapshots')) {
    if (listed.has(id)) continue;
    const facts = await whereSound(async () =>
      isFolderSnapshot(await repository.readSnapshot(id)) ? await readFacts(repository, id) : undefined,
    );
    if (facts !== undefined) found.push({ id, ...facts });
  }
  return found;
}

/** Undefined where what is read of a repository is damaged or gone. */
export async function whereSound<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HoldfastError && ['INTEGRITY', 'NOT_FOUND'].includes(error.code)) return undefined;
    throw error;
  }
}
