import fc from 'fast-check';
import { expect, test } from 'vitest';
import { daysBefore, forecastFill, leastDays, windowDays } from '../../../../main/backups/forecast/fill.ts';
import { median, medianDeviation, quantile, slopeOf } from '../../../../main/backups/forecast/robust.ts';
import { compareWithUsual } from '../../../../main/backups/forecast/unusual.ts';

const values = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 1, maxLength: 50 });

test('the median lies in the middle, whatever the order, and moves with its values', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: -1000, max: 1000 }), (given, by) => {
      const middle = median(given);
      const below = given.filter((value) => value < middle).length;
      const above = given.filter((value) => value > middle).length;
      expect(Math.max(below, above)).toBeLessThanOrEqual(given.length / 2);
      expect(median(given.toReversed())).toBe(middle);
      expect(median(given.map((value) => value + by))).toBeCloseTo(middle + by);
      expect(medianDeviation(given.map((value) => value + by))).toBeCloseTo(medianDeviation(given));
      expect(quantile(given, 0)).toBe(Math.min(...given));
      expect(quantile(given, 1)).toBe(Math.max(...given));
    }),
  );
});

test('a straight line has its slope, also where a quarter of the points lie anywhere', () => {
  const wild = fc.array(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(fc.integer({ min: -1000, max: 1000 }), wild, (slope, outliers) => {
      const line = Array.from({ length: 20 }, (_, x) => ({ x, y: slope * x + 7 }));
      expect(slopeOf(line)).toEqual({ middle: slope, low: slope, high: slope });
      const disturbed = line.map((point, at) =>
        at % 4 === 0 ? { ...point, y: outliers[at / 4] ?? 0 } : point,
      );
      const found = slopeOf(disturbed)?.middle ?? Number.NaN;
      expect(Math.abs(found - slope)).toBeLessThanOrEqual(Math.max(...outliers.map(Math.abs)) + 20_000);
      expect(slopeOf(disturbed.slice(0, 1))).toBeNull();
    }),
  );
});

const today = 20_000;
const stored = (nets: readonly number[]) => nets.map((net, at) => ({ day: today - nets.length + at, net }));

test('steady growth is full when what is free is used up; the first day says nothing of growth', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 ** 9 }),
      fc.integer({ min: 0, max: 10 ** 13 }),
      fc.integer({ min: 0, max: 10 ** 12 }),
      fc.integer({ min: leastDays - 1, max: windowDays - 1 }),
      (growth, free, first, days) => {
        const nets = stored([first, ...Array.from({ length: days }, () => growth)]);
        const fill = forecastFill(daysBefore(today, nets), free);
        expect(fill?.perDay.middle).toBeCloseTo(growth, 3);
        expect(fill?.days).toBeCloseTo(free / growth, 3);
      },
    ),
  );
});

test('the range holds the forecast, more space lasts longer, one day unlike the others changes little', () => {
  const nets = fc.array(fc.integer({ min: -1000, max: 100_000 }), {
    minLength: leastDays,
    maxLength: windowDays,
  });
  fc.assert(
    fc.property(nets, fc.integer({ min: 1, max: 10 ** 9 }), (given, free) => {
      const days = daysBefore(today, stored(given));
      const fill = forecastFill(days, free);
      if (fill === null) throw new Error('there is enough history');
      expect(fill.perDay.low).toBeLessThanOrEqual(fill.perDay.middle);
      expect(fill.perDay.middle).toBeLessThanOrEqual(fill.perDay.high);
      if (fill.days !== null) {
        expect(fill.earliest ?? 0).toBeLessThanOrEqual(fill.days);
        expect(fill.latest ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(fill.days);
        expect(forecastFill(days, 2 * free)?.days).toBeCloseTo(2 * fill.days, 3);
      }
    }),
  );
  const steady = Array.from({ length: 30 }, () => 1000);
  const once = steady.map((net, at) => (at === 20 ? 10 ** 9 : net));
  expect(forecastFill(daysBefore(today, stored(once)), 100_000)?.days).toBe(100);
});

test('too short a history says nothing, nor does one that shrinks say when', () => {
  expect(forecastFill(daysBefore(today, stored([5, 5, 5, 5, 5, 5])), 100)).toBeNull();
  expect(forecastFill(daysBefore(today, []), 100)).toBeNull();
  expect(forecastFill(daysBefore(today, stored(Array.from({ length: 10 }, () => -5))), 100)).toMatchObject({
    days: null,
    earliest: null,
  });
  // days without a backup count as such, today does not
  expect(
    daysBefore(today, [
      { day: today - 9, net: 1 },
      { day: today, net: 9 },
    ]),
  ).toHaveLength(9);
  expect(daysBefore(today, [{ day: today - windowDays - 1, net: 1 }])).toEqual([]);
});

test('unusual is what is far above the others, and large enough for anybody to care', () => {
  const usual = [100, 110, 95, 105, 100, 98, 102, 101];
  expect(compareWithUsual([...usual, 104], 0)).toMatchObject({ latest: 104, unusual: false, compared: 8 });
  expect(compareWithUsual([...usual, 400], 0)).toMatchObject({ usual: 100.5, unusual: true });
  expect(compareWithUsual([...usual, 400], 1000)).toMatchObject({ limit: 1000, unusual: false });
  expect(compareWithUsual(usual, 0)).toBeNull();
  fc.assert(
    fc.property(
      fc.array(fc.nat(10 ** 6), { minLength: 8, maxLength: 30 }),
      fc.nat(10 ** 6),
      (before, latest) => {
        const found = compareWithUsual([...before, latest], 0);
        if (found?.unusual !== true) return;
        expect(latest).toBeGreaterThan(2 * median(before.slice(-20)));
      },
    ),
  );
});
