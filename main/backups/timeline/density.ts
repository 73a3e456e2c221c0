import type { CommitBlock } from './commit-blocks.ts';
import { isIn, type Stretch } from './reach.ts';

/** A window cut into equal parts. Times and widths are milliseconds. */
export interface Buckets {
  readonly from: number;
  readonly width: number;
  readonly count: number;
}

/** So wide that `most` of them hold the window, in whole milliseconds. */
export function bucketsOf(from: number, to: number, most: number): Buckets {
  const width = Math.max(1, Math.ceil((to - from) / most));
  return { from, width, count: Math.max(1, Math.ceil((to - from) / width)) };
}

/**
 * How many commits that can be had fall into each bucket. Only blocks that lie across an edge are unpacked, so that the cost
 * grows with the buckets and not with the commits.
 */
export function countCommits<Block extends Omit<CommitBlock, 'steps'>>(
  blocks: Iterable<Block>,
  { buckets, recorded }: { readonly buckets: Buckets; readonly recorded: readonly Stretch[] },
  timesOf: (block: Block) => Float64Array,
): number[] {
  const counts = Array.from({ length: buckets.count }, () => 0);
  const add = (at: number, commits: number) => {
    const known = counts[at];
    if (known !== undefined) counts[at] = known + commits;
  };
  const bucketOf = (time: number) => Math.floor((time - buckets.from) / buckets.width);
  for (const block of blocks) {
    const [first, last] = [bucketOf(block.firstTime), bucketOf(block.lastTime)];
    const whole = recorded.some(({ from, to }) => from <= block.firstTime && to >= block.lastTime);
    if (first === last && whole) {
      add(first, block.commits);
      continue;
    }
    const touched = recorded.some(({ from, to }) => from <= block.lastTime && to >= block.firstTime);
    if (!touched) continue;
    for (const time of timesOf(block)) {
      if (whole || isIn(recorded, time)) add(bucketOf(time), 1);
    }
  }
  return counts;
}
