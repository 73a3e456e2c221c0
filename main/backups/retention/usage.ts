import type { WorkerContext } from '../../jobs/serve-call.ts';
import type { Repository } from '../container/repository.ts';

/** Stored bytes of a repository by who uses them. */
export interface Usage {
  /** What snapshots that stay use. */
  readonly kept: number;
  /** What only snapshots that go use. */
  readonly freed: number;
  /** What none uses. */
  readonly loose: number;
  /** Trees that were read for it. */
  readonly trees: number;
}

/**
 * What would become of a repository's bytes if some of its snapshots went, from its own index and trees. Costs the
 * reading of every tree once, no data. Errors: INTEGRITY, NOT_FOUND, IO.
 */
export async function findUsage(
  repository: Repository,
  going: readonly string[],
  { signal, progress }: Pick<WorkerContext, 'signal' | 'progress'>,
): Promise<Usage> {
  const index = await repository.reloadIndex({ signal });
  const gone = new Set(going);
  const snapshots = await repository.listSnapshots();
  const treesOf = (goes: boolean) =>
    snapshots.filter(({ id }) => gone.has(id) === goes).map(({ tree }) => tree);
  let trees = 0;
  const onTree = () => {
    trees += 1;
    progress.advance(1);
  };
  progress.phase('Reading what each snapshot uses', null, 'entries');
  const kept = await repository.usedBlobs(treesOf(false), { signal, onTree });
  const all = await repository.usedBlobs(treesOf(true), { signal, onTree });
  const sums = { kept: 0, freed: 0, loose: 0 };
  const counted = { data: new Set<string>(), tree: new Set<string>() };
  for (const blobs of index.packs().values()) {
    for (const { kind, id, length } of blobs) {
      // a second copy of a blob serves nobody
      const first = !counted[kind].has(id);
      counted[kind].add(id);
      if (first && kept[kind].has(id)) sums.kept += length;
      else if (first && all[kind].has(id)) sums.freed += length;
      else sums.loose += length;
    }
  }
  return { ...sums, trees };
}
