/** Where time comes from; tests hand in their own. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Whole microseconds since an arbitrary start, never going back. */
  monotonicMicros(): number;
}

/** RFC 3339 in UTC with milliseconds, the form of every time outside storage. */
export function toRfc3339(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
