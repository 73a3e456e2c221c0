import { HoldfastError } from '../../../shared/errors.ts';
import type { Repository } from '../container/repository.ts';
import type { TreeNode } from '../container/tree.ts';

/** The folders on the way from the root of the disk to `path`, itself included, as restic names them in a tree. */
export function pathElements(path: string): { readonly name: string; readonly place: string }[] {
  const drive = /^([A-Za-z]):[\\/]?/.exec(path);
  const names = path.slice(drive?.[0].length ?? 0).split(drive === null ? '/' : /[\\/]/);
  const elements = drive === null ? [] : [{ name: drive[1] ?? '', place: `${drive[1]}:\\` }];
  let place = drive === null ? '' : `${drive[1]}:`;
  for (const name of names) {
    if (name === '') continue;
    place += `${drive === null ? '/' : '\\'}${name}`;
    elements.push({ name, place });
  }
  return elements;
}

/** What lies directly in `path` in a snapshot of it. Errors: INTEGRITY (it is not in there), NOT_FOUND. */
export async function nodesIn(
  repository: Repository,
  snapshotId: string,
  path: string,
): Promise<readonly TreeNode[]> {
  const { tree } = await repository.readSnapshot(snapshotId);
  let nodes = await repository.loadTree(tree);
  for (const { name } of pathElements(path)) {
    const subtree = nodes.find((node) => node.name === name && node.type === 'dir')?.subtree;
    if (subtree === undefined) {
      throw new HoldfastError(
        'INTEGRITY',
        `Snapshot ${snapshotId.slice(0, 8)} is damaged: its folder is not in it.`,
        { problems: [{ snapshotId, what: 'no folder' }] },
      );
    }
    nodes = await repository.loadTree(subtree);
  }
  return nodes;
}

export interface TreeEntry {
  readonly node: TreeNode;
  /** Below the protected folder, with `/`. */
  readonly below: string;
}

/** Every entry below `nodes`, a folder before what is in it. Errors: INTEGRITY, NOT_FOUND. */
export async function* walkTree(
  repository: Repository,
  nodes: readonly TreeNode[],
  above = '',
): AsyncGenerator<TreeEntry, void, undefined> {
  for (const node of nodes) {
    const below = above === '' ? node.name : `${above}/${node.name}`;
    yield { node, below };
    if (node.subtree !== undefined)
      yield* walkTree(repository, await repository.loadTree(node.subtree), below);
  }
}
