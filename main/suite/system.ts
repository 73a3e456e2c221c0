import { randomFillSync } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { type Ids, uuidSource } from '../../shared/ids.ts';

/** The machine's own clock; monotonic time counts from this process's start. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMicros: () => Math.floor(performance.now() * 1000),
};

export function systemIds(clock: Clock): Ids {
  return uuidSource(clock.now, (length) => randomFillSync(new Uint8Array(length)));
}
