import { lstatSync, realpathSync } from 'node:fs';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { systemCode } from '../container/file-errors.ts';
import { nameBytes } from '../container/go-text.ts';
import type { Repository } from '../container/repository.ts';
import type { TreeNode } from '../container/tree.ts';
import { destinationError } from '../restore/destination-error.ts';
import { folderOf } from './folder-facts.ts';
import { FolderSelection } from './folder-selection.ts';
import { nodesIn } from './folder-tree.ts';
import { childPath } from './list-folder.ts';

export interface FolderRestorePlan {
  readonly snapshotId: string;
  /** An existing or new folder, absolute. */
  readonly destination: string;
  /** Paths below the folder, with `/`; all where there is none. */
  readonly only: readonly string[];
  readonly overwrite: boolean;
}

/** What a restore would write. */
export interface FolderRestorePreview {
  readonly files: number;
  readonly bytes: number;
  /** Files that lie there already under those names. */
  readonly existing: number;
  /** Places where something of another kind lies, or a symbolic link: these are never replaced. */
  readonly blocked: readonly string[];
}

const mostBlocked = 20;

/** Looks at what a restore would write and what stands there. Errors: NOT_FOUND (a path, the snapshot), INTEGRITY. */
export async function previewFolderRestore(
  repository: Repository,
  plan: FolderRestorePlan,
  { signal, progress }: WorkerContext,
): Promise<FolderRestorePreview> {
  progress.phase('Reading folders', null, 'files');
  const selection = new FolderSelection(plan.only);
  let [files, bytes, existing] = [0, 0, 0];
  const blocked: string[] = [];
  const visit = async (nodes: readonly TreeNode[], above: string, place: Buffer | undefined) => {
    for (const node of nodes) {
      signal.throwIfAborted();
      const below = above === '' ? node.name : `${above}/${node.name}`;
      const choice = selection.of(below);
      if (choice === 'no' || (node.type === 'dir' ? false : choice === 'within')) continue;
      const path = place && childPath(place, nameBytes(node.name));
      const there = path && kindAt(path);
      if (node.type === 'dir') {
        if (there !== undefined && there !== 'dir') blocked.push(below);
        const inside = await repository.loadTree(node.subtree ?? '');
        await visit(inside, below, there === 'dir' ? path : undefined);
        continue;
      }
      files += 1;
      bytes += node.size ?? 0;
      progress.advance(1);
      if (there === undefined) continue;
      if (there === 'dir') blocked.push(below);
      else existing += 1;
    }
  };
  await visit(await topOf(repository, plan), '', realPlace(plan.destination));
  selection.requireAllFound();
  return {
    files,
    bytes,
    existing,
    blocked: blocked.slice(0, mostBlocked).map((path) => path.toWellFormed()),
  };
}

/** What stands in the way of a restore, in words. */
export function obstaclesOf({ existing, blocked }: FolderRestorePreview, overwrite: boolean): string[] {
  return [
    ...(existing > 0 && !overwrite
      ? [`${existing} files are there already. Choose another folder, or allow to replace them.`]
      : []),
    ...blocked.map((path) => `Something else lies at ${path}. Move it away.`),
  ];
}

/** The entries at the top of the folder that was saved. Errors: NOT_FOUND (the snapshot), INTEGRITY. */
export async function topOf(repository: Repository, { snapshotId }: FolderRestorePlan) {
  const { path } = folderOf(await repository.readSnapshot(snapshotId));
  return await nodesIn(repository, snapshotId, path);
}

/** The folder with links resolved; undefined where there is none yet. */
function realPlace(destination: string): Buffer | undefined {
  try {
    return Buffer.from(realpathSync(destination));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw destinationError(error, 'the folder');
  }
}

/** What lies there; a link counts as itself. Undefined: nothing, or nothing can. */
export function kindAt(path: Buffer): 'dir' | 'other' | undefined {
  try {
    return lstatSync(path).isDirectory() ? 'dir' : 'other';
  } catch (error) {
    if (['ENOENT', 'ENAMETOOLONG', 'EINVAL'].includes(systemCode(error) ?? '')) return undefined;
    throw destinationError(error, 'the folder');
  }
}
