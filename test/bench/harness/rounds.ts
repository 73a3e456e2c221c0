/** What one piece of work took, in milliseconds. */
export interface Took {
  /** On the clock on the wall: waiting for disk, other threads and other programs included. */
  readonly wall: number;
  /** Computing of this thread alone, which a busy machine does not stretch. */
  readonly computing: number;
}

/** One way of doing the same work. */
export type Way = (round: number) => Promise<Took>;

export async function timed(work: () => unknown): Promise<Took> {
  const from = performance.now();
  const before = process.threadCpuUsage();
  await work();
  const wall = performance.now() - from;
  const after = process.threadCpuUsage();
  return { wall, computing: (after.user - before.user + after.system - before.system) / 1000 };
}

/**
 * Runs the ways in turn, A B C A B C, so that a machine whose speed drifts treats them alike. Answers what
 * each way took, round by round; `warmUp` rounds before are thrown away.
 */
export async function inTurn<Name extends string>(
  ways: Readonly<Record<Name, Way>>,
  { rounds, warmUp = 0 }: { readonly rounds: number; readonly warmUp?: number },
): Promise<Record<Name, Took[]>> {
  const names = Object.keys(ways) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Took[]>;
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const name of names) {
      const took = await ways[name](round);
      if (round >= warmUp) times[name].push(took);
    }
  }
  return times;
}

/** The median, in milliseconds on the wall. */
export function median(times: readonly Took[]): number {
  return middle(times.map(({ wall }) => wall));
}

/** What 95 in 100 rounds do not exceed, in milliseconds on the wall. */
export function percentile95(times: readonly Took[]): number {
  const sorted = times.map(({ wall }) => wall).sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
}

/** The median of the rounds' own ratios of speed: how much of the yardstick's speed was reached (1 = as fast). */
export function speedOf(
  yardstick: readonly Took[],
  measured: readonly Took[],
  by: keyof Took = 'wall',
): number {
  return middle(measured.map((took, round) => (yardstick[round]?.[by] ?? Number.NaN) / took[by]));
}

/** The median of numbers. */
export function middle(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
}
