import { expect, test } from 'vitest';
import { forecastOf } from '../../../main/backups/drills/forecast.ts';

const measured = (bytes: number | null, durationMs: number | null) => ({ bytes, durationMs });

test('the median speed of the drills, times what there is now', () => {
  const drills = [measured(1000, 10), measured(1000, 1000), measured(1000, 100)];
  expect(forecastOf(drills, 5000)).toEqual({
    durationMs: 500,
    bytes: 5000,
    bytesPerSecond: 10_000,
    drills: 3,
  });
  expect(forecastOf(drills.slice(1), 5500)).toMatchObject({ durationMs: 1000, drills: 2 });
});

test('nothing is forecast from nothing', () => {
  expect(forecastOf([], 5000)).toBeNull();
  expect(forecastOf([measured(null, 10), measured(0, 10)], 5000)).toBeNull();
});
