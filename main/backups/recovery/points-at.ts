import type { ScannedSnapshot } from './scan-repository.ts';

/** What can be brought back of one snapshot. */
export interface RecoverablePoint {
  readonly snapshot: ScannedSnapshot;
  /** Epoch milliseconds: only commits until then; null: all that it holds. */
  readonly until: number | null;
  /** An earlier snapshot, for contents that this one no longer holds. */
  readonly earlier: string | null;
}

/**
 * The snapshots that hold the newest recorded commit not later than `at` (epoch milliseconds), the best first: logs that reach over
 * it, the shortest before others, then the newest that ends before it.
 */
export function pointsAt(snapshots: readonly ScannedSnapshot[], at: number): RecoverablePoint[] {
  const known = snapshots.map((snapshot) => ({ snapshot, ...reachOf(snapshot) }));
  const before = known
    .filter(({ last }) => last <= at)
    .sort((one, other) => other.last - one.last || other.seq - one.seq);
  const over = known
    .filter(({ first, last }) => first <= at && last > at)
    .sort((one, other) => one.last - other.last || one.seq - other.seq);
  const earlier = before[0]?.snapshot.id ?? null;
  return [
    ...over.map(({ snapshot }) => ({ snapshot, until: at, earlier })),
    ...before.map(({ snapshot }) => ({ snapshot, until: null, earlier: null })),
  ];
}

/** The snapshot that reaches back the farthest. */
export function oldestPoint(snapshots: readonly ScannedSnapshot[]): RecoverablePoint | undefined {
  const [snapshot] = [...snapshots].sort((one, other) => reachOf(one).last - reachOf(other).last);
  return snapshot && { snapshot, until: null, earlier: null };
}

/** The times of the first and the last recorded commit, epoch milliseconds, and the number of the last. */
function reachOf({ manifest: { databases } }: ScannedSnapshot) {
  return {
    first: Math.max(0, ...databases.map(({ commits }) => commits.firstTime)),
    last: Math.max(0, ...databases.map(({ commits }) => commits.lastTime)),
    seq: databases[0]?.commits.last ?? 0,
  };
}
