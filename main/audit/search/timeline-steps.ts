import { hourMs } from './counts/spans.ts';

const minute = 60_000;
const steps = [
  1_000,
  5_000,
  15_000,
  minute,
  5 * minute,
  15 * minute,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  24 * hourMs,
  2 * 24 * hourMs,
  7 * 24 * hourMs,
  14 * 24 * hourMs,
  28 * 24 * hourMs,
  91 * 24 * hourMs,
  364 * 24 * hourMs,
] as const;

export interface Bounds {
  /** Epoch milliseconds, to excluded. */
  readonly from: number;
  readonly to: number;
}

/**
 * The shortest length of buckets that will do, in milliseconds, not below `least`; longer than any of the list where even those
 * are too many.
 */
export function stepFor(least: number, bounds: Bounds, buckets: number): number {
  const listed = steps.find((step) => step >= least && fits(step, bounds, buckets));
  if (listed !== undefined) return listed;
  let step = steps[steps.length - 1] ?? hourMs;
  while (!fits(step, bounds, buckets)) step *= 2;
  return step;
}

/** Buckets begin at multiples of their length since 1970, so that they stay where they are as the log grows. */
function fits(step: number, { from, to }: Bounds, buckets: number): boolean {
  return Math.ceil(to / step) - Math.floor(from / step) <= buckets;
}
