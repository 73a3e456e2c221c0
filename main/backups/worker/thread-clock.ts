import type { Clock } from '../../../shared/clock.ts';

/** The system's clock, for working threads: an injected one cannot be handed over. */
export const threadClock: Clock = {
  now: () => Date.now(),
  monotonicMicros: () => Math.floor(performance.now() * 1000),
};
