import type { Clock } from '../../../shared/clock.ts';

/** The machine's own clock, for worker threads: a clock that is handed in cannot follow them. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMicros: () => Math.floor(performance.now() * 1000),
};
