import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Repository } from '../container/repository.ts';
import type { Snapshot } from '../container/snapshot-file.ts';
import { nodesIn, walkTree } from './folder-tree.ts';

/** What a snapshot of a protected folder says of itself. */
export interface FolderFacts {
  readonly folderId: string;
  /** The folder as it was called when it was saved. */
  readonly path: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly files: number;
  readonly bytes: number;
  /** Databases captured as of one moment; null where only the run that made it knew. */
  readonly databases: number | null;
}

const kindTag = 'holdfast-folder';
const folderTag = /^folder-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The tags by which a folder's snapshots are told from a tenant's own, which have `holdfast`. */
export function tagsOf(folderId: string): string[] {
  return [kindTag, `folder-${folderId}`];
}

export function isFolderSnapshot({ tags }: Pick<Snapshot, 'tags'>): boolean {
  return tags?.includes(kindTag) ?? false;
}

/** The folder of a folder snapshot, and where it lay. Throws INTEGRITY where it does not say. */
export function folderOf({ id, tags, paths }: Snapshot): { readonly folderId: Uuid; readonly path: string } {
  const folderId = tags?.map((tag) => folderTag.exec(tag)?.[1]).find((found) => found !== undefined);
  const [path] = paths;
  if (folderId === undefined || path === undefined) {
    throw new HoldfastError(
      'INTEGRITY',
      `Snapshot ${id.slice(0, 8)} is damaged: it does not say which folder it is of.`,
      { problems: [{ snapshotId: id, what: 'no folder' }] },
    );
  }
  return { folderId: folderId as Uuid, path };
}

/** Counts what a folder snapshot holds. Errors: INTEGRITY, NOT_FOUND. */
export async function readFacts(repository: Repository, id: string): Promise<FolderFacts> {
  const snapshot = await repository.readSnapshot(id);
  const { folderId, path } = folderOf(snapshot);
  let [files, bytes] = [0, 0];
  for await (const { node } of walkTree(repository, await nodesIn(repository, id, path))) {
    if (node.type !== 'file') continue;
    files += 1;
    bytes += node.size ?? 0;
  }
  return { folderId, path, time: Date.parse(snapshot.time), files, bytes, databases: null };
}
