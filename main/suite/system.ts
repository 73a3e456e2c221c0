import { randomFillSync } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { type Ids, uuidSource } from '../../shared/ids.ts';

/** New ids from the clock and the system's randomness. */
export function systemIds(clock: Clock): Ids {
  return uuidSource(clock.now, (length) => randomFillSync(new Uint8Array(length)));
}
