/** One way of doing the same work; answers the milliseconds it took. */
export type Way = (round: number) => Promise<number>;

/** Milliseconds of `work`, on the wall clock. */
export async function timed(work: () => unknown): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/**
 * Runs the ways in turn, A B C A B C, so that a machine whose speed drifts treats them alike. Answers the
 * milliseconds of each way, round by round; `warmUp` rounds before are thrown away.
 */
export async function inTurn<Name extends string>(
  ways: Readonly<Record<Name, Way>>,
  { rounds, warmUp = 0 }: { readonly rounds: number; readonly warmUp?: number },
): Promise<Record<Name, number[]>> {
  const names = Object.keys(ways) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const name of names) {
      const ms = await ways[name](round);
      if (round >= warmUp) times[name].push(ms);
    }
  }
  return times;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The median of the rounds' own ratios of speed: how much of the yardstick's speed was reached (1 = as fast). */
export function speedOf(yardstick: readonly number[], measured: readonly number[]): number {
  return median(measured.map((ms, round) => (yardstick[round] ?? Number.NaN) / ms));
}
