import { HoldfastError } from '../../../shared/errors.ts';
import type { Repository } from '../container/repository.ts';
import type { RepositoryLocation } from '../targets/location.ts';
import { repositoryFiles } from '../targets/target.ts';
import type { Manifest } from './manifest.ts';
import { manifestOfOurs } from './open-snapshot.ts';

/** Whole snapshots of ours that are not in `known`. Damaged ones are left to verification. */
export async function findUncatalogued(
  repository: Repository,
  location: RepositoryLocation,
  known: readonly string[],
): Promise<{ readonly id: string; readonly manifest: Manifest }[]> {
  const listed = new Set(known);
  const found: { id: string; manifest: Manifest }[] = [];
  for (const { name: id } of await repositoryFiles(location).list('snapshots')) {
    if (listed.has(id)) continue;
    try {
      const manifest = await manifestOfOurs(repository, id);
      if (manifest !== undefined) found.push({ id, manifest });
    } catch (error) {
      const codes = ['INTEGRITY', 'NOT_FOUND', 'NEWER_FORMAT'];
      if (!(error instanceof HoldfastError && codes.includes(error.code))) throw error;
    }
  }
  return found;
}
