import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paced } from '../../../../main/backups/copies/paced.ts';

/** A clock that moves only while something waits for it. */
function standingClock() {
  const clock = { ms: 5_000_000 };
  return {
    elapsedMs: () => clock.ms - 5_000_000,
    time: {
      now: () => clock.ms,
      sleep: (ms: number) => {
        clock.ms += ms;
        return Promise.resolve();
      },
    },
  };
}
const goesOn = new AbortController().signal;

test('no more than the limit goes on average, whatever the sizes, after a second’s worth at once', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1000, max: 10_000_000 }), async (pieces, rate) => {
      const { elapsedMs, time } = standingClock();
      const pace = paced(rate, goesOn, time);
      let before = 0;
      for (const size of pieces) {
        await pace(size);
        expect(before).toBeLessThanOrEqual((rate * (elapsedMs() + 1000)) / 1000 + 1);
        before += size;
      }
      const last = pieces.at(-1) ?? 0;
      // nor is it slower than it has to be
      expect(elapsedMs()).toBeLessThanOrEqual(Math.max(0, ((before - last) / rate) * 1000 - 1000) + 1);
    }),
  );
});

test('100 pieces of 1 MB at 2 MB a second take 48.5 seconds: the last one need not be waited for', async () => {
  const { elapsedMs, time } = standingClock();
  const pace = paced(2_000_000, goesOn, time);
  for (let piece = 0; piece < 100; piece += 1) await pace(1_000_000);
  expect(elapsedMs()).toBeCloseTo(48_500, 0);
});

test('without a limit nothing waits; a cancelled wait ends at once', async () => {
  const { elapsedMs, time } = standingClock();
  const free = paced(null, goesOn, time);
  for (let piece = 0; piece < 100; piece += 1) await free(2 ** 30);
  expect(elapsedMs()).toBe(0);
  const cancel = new AbortController();
  const pace = paced(1000, cancel.signal);
  await pace(1_000_000);
  const waiting = pace(1);
  cancel.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
});
