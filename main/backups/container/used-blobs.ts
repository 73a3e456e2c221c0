import type { BlobKind } from './blob.ts';
import { throwIfCancelled } from './cancelling.ts';
import { pipelined } from './pipeline.ts';
import type { TreeNode } from './tree.ts';

/** Ids of blobs that somebody refers to. */
export type UsedBlobs = Readonly<Record<BlobKind, ReadonlySet<string>>>;

export interface UsedBlobsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each tree that was read. */
  readonly onTree?: (() => void) | undefined;
}

const treesAtOnce = 8;

/**
 * Everything that trees refer to, themselves included. Each tree is read once, however many share it. Throws INTEGRITY
 * and NOT_FOUND where one cannot be read: what it refers to is then not known.
 */
export async function findUsedBlobs(
  roots: readonly string[],
  loadTree: (id: string) => Promise<readonly TreeNode[]>,
  { signal, onTree }: UsedBlobsOptions = {},
): Promise<UsedBlobs> {
  const used = { data: new Set<string>(), tree: new Set(roots) };
  for (let waiting = [...used.tree]; waiting.length > 0; ) {
    const next: string[] = [];
    for await (const nodes of pipelined(waiting, treesAtOnce, loadTree)) {
      throwIfCancelled(signal);
      onTree?.();
      for (const { content, subtree } of nodes) {
        for (const blob of content ?? []) used.data.add(blob);
        if (subtree === undefined || used.tree.has(subtree)) continue;
        used.tree.add(subtree);
        next.push(subtree);
      }
    }
    waiting = next;
  }
  return used;
}
