/** Where time comes from; tests hand in their own. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Whole microseconds since an arbitrary start, never going back. */
  monotonicMicros(): number;
}

/**
 * The machine's own clock; monotonic time counts from the start of this thread. A worker thread uses it itself:
 * a clock cannot be handed to another thread.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMicros: () => Math.floor(performance.now() * 1000),
};

/** RFC 3339 in UTC with milliseconds, the form of every time outside storage. */
export function toRfc3339(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
