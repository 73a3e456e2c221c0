import type { StoredFile } from '../container/repository-files.ts';
import { type CopyOptions, copyFiles, missingFiles, repositoryOfBoth } from './copy-repository.ts';
import { damagedFiles, holdingOf, needsOf, type SnapshotNeeds, type Stored } from './snapshot-needs.ts';

/** A snapshot that could not be copied, and the files that neither repository has as they should be. */
export type Lacking = Pick<SnapshotNeeds, 'id' | 'missing'>;

export interface CopiedSnapshots {
  /** Those of the snapshots that the other repository has now. */
  readonly there: readonly string[];
  readonly lacking: readonly Lacking[];
  readonly files: number;
  readonly bytes: number;
}

/**
 * Copies some snapshots of a repository into another one with the same keys, one after the other: before each the packs that
 * hold what it refers to and the other one lacks, and an index file of these. Cut off anywhere, the other one is sound, and
 * whatever a snapshot lacks costs no other. Removes nothing. Locks are the caller's. Errors: CONFLICT (another
 * repository lies there), CANCELLED, those of `RepositoryFiles`.
 */
export async function copySnapshots(
  from: Stored,
  to: Stored,
  ids: ReadonlySet<string>,
  options: Pick<CopyOptions, 'signal' | 'onPlan' | 'onCopied'>,
): Promise<CopiedSnapshots> {
  const { signal } = options;
  const config = await repositoryOfBoth(from.files, to.files);
  const listed = async (place: Stored) =>
    (await place.files.list('snapshots')).filter(({ name }) => ids.has(name));
  const has = new Set((await listed(to)).map(({ name }) => name));
  const snapshots = (await listed(from)).filter(({ name }) => !has.has(name));
  const done = { files: 0, bytes: 0, kept: [], hasConfig: true };
  const lacking: Lacking[] = [];
  if (snapshots.length > 0) {
    const source = { ...from, ...(await holdingOf(from, signal)) };
    const other = { ...to, ...(await holdingOf(to, signal)) };
    const needs: SnapshotNeeds[] = [];
    for (const { name } of snapshots) needs.push(await needsOf(name, source, other, signal));
    const wanted = new Set(needs.flatMap(({ packs }) => [...packs]));
    const data = (await from.files.list('data')).filter(({ name }) => wanted.has(name));
    options.onPlan([...data, ...snapshots].reduce((sum, { size }) => sum + size, 0));
    const copy = async (files: { readonly data?: StoredFile[]; readonly snapshots?: StoredFile[] }) => {
      const work = await missingFiles(to.files, { keys: [], index: [], data: [], snapshots: [], ...files });
      const unpaced = { ...options, pace: () => Promise.resolve() };
      await copyFiles({ primary: from.files, copy: to.files, config }, work, unpaced, done);
    };
    const inIndex = new Set(other.named.packs().keys());
    for (const { id, packs, missing } of needs) {
      const files =
        missing.length > 0
          ? missing
          : await lackingAfter(async () => {
              await copy({ data: data.filter(({ name }) => packs.has(name)) });
              const added = [...packs].filter((pack) => !inIndex.has(pack));
              await to.repository.addToIndex(
                added.map((pack) => ({ id: pack, blobs: source.named.packs().get(pack) ?? [] })),
              );
              for (const pack of added) inIndex.add(pack);
              await copy({ snapshots: snapshots.filter(({ name }) => name === id) });
            });
      if (files.length > 0) lacking.push({ id, missing: files });
    }
  }
  const there = (await listed(to)).map(({ name }) => name);
  return { there, lacking, files: done.files, bytes: done.bytes };
}

/** The files of which `copying` says that they are damaged or gone. */
async function lackingAfter(copying: () => Promise<void>): Promise<readonly string[]> {
  try {
    await copying();
    return [];
  } catch (error) {
    return damagedFiles(error);
  }
}
