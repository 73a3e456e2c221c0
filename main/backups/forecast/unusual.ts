import { median, medianDeviation } from './robust.ts';

/** How a value compares with those before it. */
export interface Comparison {
  readonly latest: number;
  /** The median of those before, and how far they lie from it. */
  readonly usual: number;
  readonly spread: number;
  /** Above this it is unusual. */
  readonly limit: number;
  readonly compared: number;
  readonly unusual: boolean;
}

/** So many before it are compared. */
const window = 20;
const leastCompared = 8;

/**
 * Compares the last of some values with up to 20 before it: unusual is what is more than twice the median and more than five
 * deviations above it, and above `floor`, below which nobody would care. Null for fewer than eight before it.
 */
export function compareWithUsual(values: readonly number[], floor: number): Comparison | null {
  const latest = values.at(-1);
  const before = values.slice(-window - 1, -1);
  if (latest === undefined || before.length < leastCompared) return null;
  const usual = median(before);
  const spread = medianDeviation(before);
  const limit = Math.max(floor, 2 * usual, usual + 5 * spread);
  return { latest, usual, spread, limit, compared: before.length, unusual: latest > limit };
}
