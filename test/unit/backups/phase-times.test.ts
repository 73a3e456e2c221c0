import { expect, test } from 'vitest';
import { PhaseTimes } from '../../../main/backups/drills/phase-times.ts';

test('what comes after the end is not counted', () => {
  let micros = 0;
  const clock = { now: () => 0, monotonicMicros: () => micros };
  const times = new PhaseTimes(clock, { phase: () => undefined, advance: () => undefined }, 'Opening');
  micros = 2000;
  times.phase('Rebuilding', null, 'bytes');
  micros = 5000;
  times.end();
  micros = 9000;
  expect(times.end()).toEqual({
    durationMs: 5,
    phases: [
      { name: 'Opening', durationMs: 2 },
      { name: 'Rebuilding', durationMs: 3 },
    ],
  });
});
