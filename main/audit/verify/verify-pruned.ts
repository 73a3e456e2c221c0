import type { Pruned } from '../retention/pruned-rows.ts';
import type { Problem } from './verify-log.ts';
import type { Told } from './verify-witnesses.ts';

interface PrunedLog extends Pruned {
  readonly origin: string;
  /** Of the entries that are still there; undefined where they were not read. */
  readonly digest: Uint8Array | undefined;
}

/** Compares what is pruned with the leaves of the installation's logs that tell of it. */
export function prunedProblems(logs: readonly PrunedLog[], told: readonly Told[]): Problem[] {
  const newest = new Map<string, Told>();
  for (const leaf of [...told].sort((a, b) => a.epoch - b.epoch || a.index - b.index))
    if (leaf.record.act === 'log.pruned') newest.set(leaf.record.res?.id ?? '', leaf);
  return logs.flatMap(({ origin, minimum, dropped, digest }) => {
    const x = newest.get(origin)?.record.x;
    const to = typeof x?.to === 'number' ? x.to : 0;
    const problem = (index: number | null, reason: string) => [{ logId: origin, index, reason }];
    if (minimum > to || dropped > to)
      return problem(to, `premature_deletion: entries from ${to} on are gone, and no pruning tells of them`);
    if (minimum < to || dropped > minimum)
      return problem(null, `the log says that entries below ${to} were pruned; stored is ${minimum}`);
    const kept = digest && Buffer.from(digest).toString('base64');
    if (kept === undefined || dropped < minimum || minimum === 0 || kept === x?.kept) return [];
    return problem(null, 'what is left below the minimum index is not what the pruning left there');
  });
}
