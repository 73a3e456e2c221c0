import { damaged } from '../container/damage.ts';
import { fileLabel, type RepositoryFiles, type StoredFile } from '../container/repository-files.ts';
import { type CopyOptions, copyFiles, missingFiles, repositoryOfBoth } from './copy-repository.ts';

/**
 * Copies some snapshots of a repository into another one with the same keys, and before them all packs and index files that it
 * lacks: cut off anywhere, that one is sound. Removes nothing. `packs`: those that the index names; others are what killed runs
 * left. Answers which of the snapshots the other one has then: those that are in neither are left out. Errors: CONFLICT (another
 * repository lies there), INTEGRITY (a file is damaged, or a pack in neither place), CANCELLED, those of `RepositoryFiles`.
 */
export async function copySnapshots(
  from: RepositoryFiles,
  to: RepositoryFiles,
  { ids, packs }: { readonly ids: ReadonlySet<string>; readonly packs: ReadonlySet<string> },
  options: Pick<CopyOptions, 'signal' | 'onPlan' | 'onCopied'>,
): Promise<{ readonly there: readonly string[]; readonly files: number; readonly bytes: number }> {
  const config = await repositoryOfBoth(from, to);
  const snapshots = (await from.list('snapshots')).filter(({ name }) => ids.has(name));
  const done = { files: 0, bytes: 0, kept: [], hasConfig: true };
  if (snapshots.length > 0) {
    const index = await from.list('index');
    const data = (await from.list('data')).filter(({ name }) => packs.has(name));
    requirePacks(packs, [...data, ...(await to.list('data'))]);
    const work = await missingFiles(to, { keys: [], data, index, snapshots });
    options.onPlan(work.reduce((sum, { file }) => sum + file.size, 0));
    const unpaced = { ...options, pace: () => Promise.resolve() };
    await copyFiles({ primary: from, copy: to, config }, work, unpaced, done);
  }
  const there = (await to.list('snapshots')).flatMap(({ name }) => (ids.has(name) ? [name] : []));
  return { there, files: done.files, bytes: done.bytes };
}

/** Errors: INTEGRITY. */
function requirePacks(named: ReadonlySet<string>, listed: readonly StoredFile[]): void {
  const names = new Set(listed.map(({ name }) => name));
  const missing = [...named].find((pack) => !names.has(pack));
  if (missing !== undefined) throw damaged(fileLabel('data', missing), 'it is gone');
}
