import { HoldfastError } from '../../../shared/errors.ts';
import type { BlobKind } from '../container/blob.ts';
import { BlobIndex } from '../container/blob-index.ts';
import { packSize } from '../container/pack.ts';
import type { Repository } from '../container/repository.ts';
import { fileLabel, type RepositoryFiles } from '../container/repository-files.ts';
import type { TreeNode } from '../container/tree.ts';
import { findUsedBlobs } from '../container/used-blobs.ts';

/** A repository with the place where it is stored. */
export interface Stored {
  readonly repository: Repository;
  readonly files: RepositoryFiles;
}

/** What another repository lacks for it to hold one more snapshot. */
export interface SnapshotNeeds {
  readonly id: string;
  /** Names of packs to be copied there. */
  readonly packs: ReadonlySet<string>;
  /** Files that neither of both has as they should be; empty: the snapshot can be copied. */
  readonly missing: readonly string[];
}

/** The index of what is stored, whole by its size, and the index as its files have it. */
export interface Holding {
  readonly named: BlobIndex;
  readonly whole: BlobIndex;
}

/** A damaged index file counts as none: what it lists is then nowhere. Errors: IO, CANCELLED. */
export async function holdingOf({ repository, files }: Stored, signal: AbortSignal): Promise<Holding> {
  const sizes = new Map((await files.list('data')).map(({ name, size }) => [name, size]));
  const named = await repository.reloadIndex({ signal, onDamage: () => undefined });
  const whole = new BlobIndex();
  for (const [id, blobs] of named.packs()) if (sizes.get(id) === packSize(blobs)) whole.add({ id, blobs });
  return { named, whole };
}

interface Side extends Holding {
  readonly repository: Repository;
}

/** Goes through all that a snapshot of `from` refers to. Errors: IO, CANCELLED. */
export async function needsOf(id: string, from: Side, to: Side, signal: AbortSignal): Promise<SnapshotNeeds> {
  const missing = new Set<string>();
  const load = async (tree: string): Promise<readonly TreeNode[]> => {
    const damage: string[] = [];
    for (const { whole, repository } of [from, to]) {
      if (!whole.has('tree', tree)) continue;
      try {
        return await repository.loadTree(tree);
      } catch (error) {
        damage.push(...damagedFiles(error));
      }
    }
    for (const file of damage) missing.add(file);
    return [];
  };
  const packs = new Set<string>();
  const place = (kind: BlobKind, blob: string) => {
    if (to.whole.has(kind, blob)) return;
    const pack = from.whole.find(kind, blob)?.pack;
    if (pack !== undefined) packs.add(pack);
    else missing.add(whereItWas(from, to, kind, blob));
  };
  try {
    const { tree } = await from.repository.readSnapshot(id);
    const used = await findUsedBlobs([tree], load, { signal });
    for (const kind of ['tree', 'data'] as const) for (const blob of used[kind]) place(kind, blob);
  } catch (error) {
    for (const file of damagedFiles(error)) missing.add(file);
  }
  return { id, packs, missing: [...missing] };
}

function whereItWas(from: Holding, to: Holding, kind: BlobKind, blob: string): string {
  const pack = (from.named.find(kind, blob) ?? to.named.find(kind, blob))?.pack;
  return pack === undefined ? `${kind} ${blob}` : fileLabel('data', pack);
}

/** The files that an error calls damaged or missing; throws others. */
export function damagedFiles(error: unknown): readonly string[] {
  if (!(error instanceof HoldfastError)) throw error;
  const { problems, kind, id } = error.data;
  if (error.code === 'INTEGRITY' && Array.isArray(problems)) {
    return problems.map((problem) => (problem as { readonly file: string }).file);
  }
  if (error.code === 'NOT_FOUND')
    return [kind === 'repository-file' ? String(id) : `${String(kind)} ${String(id)}`];
  throw error;
}
