import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  moved,
  nextOf,
  shareOf,
  showing,
  zoomed,
} from '../../../../../../renderer/features/backups/timeline/view.ts';

const bounds = { from: 1_000_000, to: 9_000_000 };
const view = fc
  .tuple(fc.integer({ min: bounds.from, max: bounds.to - 2000 }), fc.integer({ min: 1000, max: 8_000_000 }))
  .map(([from, width]) => ({ from, to: Math.min(bounds.to, from + width) }))
  .filter(({ from, to }) => to - from >= 1000);
const moment = fc.integer({ min: bounds.from, max: bounds.to });

test('whatever is done to a view, it stays within its bounds and is never empty', () => {
  fc.assert(
    fc.property(view, moment, fc.constantFrom(1 / 3, 3, 100, 1e-9), (from, at, factor) => {
      const all = [
        zoomed(from, factor, at, bounds),
        moved(from, 1, bounds),
        moved(from, -1, bounds),
        showing(from, at, bounds),
      ];
      for (const each of all) {
        expect(each.from).toBeGreaterThanOrEqual(bounds.from);
        expect(each.to).toBeLessThanOrEqual(bounds.to);
        expect(each.to - each.from).toBeGreaterThanOrEqual(999);
      }
      const shown = showing(from, at, bounds);
      expect(shareOf(shown, at)).toBeGreaterThanOrEqual(-0.01);
      expect(shareOf(shown, at)).toBeLessThanOrEqual(1.01);
    }),
  );
});

test('looking closer keeps what is looked at where it is', () => {
  const from = { from: 2_000_000, to: 6_000_000 };
  const closer = zoomed(from, 1 / 4, 3_000_000, bounds);
  expect(closer).toEqual({ from: 2_750_000, to: 3_750_000 });
  expect(shareOf(closer, 3_000_000)).toBe(shareOf(from, 3_000_000));
  expect(zoomed(closer, 4, 3_000_000, bounds)).toEqual(from);
  expect(zoomed(from, 1e9, 3_000_000, bounds)).toEqual(bounds);
});

test('the next of some times is the nearest in a direction', () => {
  expect(nextOf([5, 1, 9, 7], 5, 1)).toBe(7);
  expect(nextOf([5, 1, 9, 7], 5, -1)).toBe(1);
  expect(nextOf([5, 1], 9, 1)).toBeUndefined();
});
