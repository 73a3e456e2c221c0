/** How often and how long a delivery waits. Times are milliseconds. */
export interface Pace {
  /** After a new entry, for others to come along. */
  readonly lingerMs: number;
  /** At most this much of what was taken is sent again after a power failure. */
  readonly saveMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** Attempts of one entry before it is set aside. */
  readonly tries: number;
}

export const usualPace: Pace = {
  lingerMs: 500,
  saveMs: 1000,
  firstRetryMs: 1000,
  longestRetryMs: 5 * 60_000,
  tries: 3,
};

/** Exponential, between half and all of it at random: many that fail together do not come back together. */
export function backOff(
  failures: number,
  { firstRetryMs, longestRetryMs }: Pace,
  random: () => number,
): number {
  const most = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(most * (0.5 + random() / 2));
}
