import { randomFillSync } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { type Ids, uuidSource } from '../../shared/ids.ts';

export function systemIds(clock: Clock): Ids {
  return uuidSource(clock.now, (length) => randomFillSync(new Uint8Array(length)));
}
