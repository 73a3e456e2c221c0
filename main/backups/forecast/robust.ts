/** The middle of some values; of an even number the mean of the two in the middle. Of none: NaN. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of the values lies, between two of them by their distance. Of none: NaN. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const place = (sorted.length - 1) * share;
  const lower = sorted[Math.floor(place)] ?? Number.NaN;
  const upper = sorted[Math.ceil(place)] ?? Number.NaN;
  return lower + (upper - lower) * (place - Math.floor(place));
}

/** How far values lie from their median: the median of the distances, as a standard deviation (times 1.4826). */
export function medianDeviation(values: readonly number[]): number {
  const middle = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The slope of a line through points, and between what the middle 80 % of the slopes lie. */
export interface Slope {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Theil and Sen: the median of the slopes between any two points, so that a day that is unlike the others says little. Null for
 * fewer than two places on the x axis.
 */
export function slopeOf(points: readonly Point[]): Slope | null {
  const slopes: number[] = [];
  for (const [at, left] of points.entries()) {
    for (const right of points.slice(at + 1)) {
      if (right.x !== left.x) slopes.push((right.y - left.y) / (right.x - left.x));
    }
  }
  if (slopes.length === 0) return null;
  return { middle: median(slopes), low: quantile(slopes, 0.1), high: quantile(slopes, 0.9) };
}
