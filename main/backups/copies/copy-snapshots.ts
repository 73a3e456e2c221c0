import type { RepositoryFiles } from '../container/repository-files.ts';
import { type CopyOptions, copyFiles, missingFiles, repositoryOfBoth } from './copy-repository.ts';

/**
 * Copies some snapshots of a repository into another one with the same keys, and before them all packs and index files that it
 * lacks: cut off anywhere, that one is sound. Removes nothing. `packs`: those that the index names; others are what killed runs
 * left. Snapshots that are not there are left out. Errors: CONFLICT (another repository lies there), INTEGRITY (a file is
 * damaged), CANCELLED, those of `RepositoryFiles`.
 */
export async function copySnapshots(
  from: RepositoryFiles,
  to: RepositoryFiles,
  { ids, packs }: { readonly ids: ReadonlySet<string>; readonly packs: ReadonlySet<string> },
  options: Pick<CopyOptions, 'signal' | 'onPlan' | 'onCopied'>,
): Promise<{ readonly snapshots: number; readonly files: number; readonly bytes: number }> {
  const config = await repositoryOfBoth(from, to);
  const snapshots = (await from.list('snapshots')).filter(({ name }) => ids.has(name));
  if (snapshots.length === 0) return { snapshots: 0, files: 0, bytes: 0 };
  const index = await from.list('index');
  const data = (await from.list('data')).filter(({ name }) => packs.has(name));
  const work = await missingFiles(to, { keys: [], data, index, snapshots });
  options.onPlan(work.reduce((sum, { file }) => sum + file.size, 0));
  const done = { files: 0, bytes: 0, kept: [], hasConfig: true };
  const unpaced = { ...options, pace: () => Promise.resolve() };
  await copyFiles({ primary: from, copy: to, config }, work, unpaced, done);
  return { snapshots: snapshots.length, files: done.files, bytes: done.bytes };
}
