import { expect, test } from 'vitest';
import { backOff, Retries } from '../../../main/schedule/retries.ts';

const minute = 60_000;

test('the wait grows to an hour and stays there, spread by a fifth', () => {
  expect([1, 2, 3, 4, 5, 100].map((failures) => backOff(failures, 0.5) / minute)).toEqual([
    1, 5, 15, 60, 60, 60,
  ]);
  expect(backOff(4, 0) / minute).toBe(48);
  expect(backOff(4, 1) / minute).toBe(72);
});

test('failures are counted until one succeeds, over the end of the process too', () => {
  const retries = new Retries(() => 0.5, [['a', { failures: 2, at: 100 }]]);
  expect(retries.times(0)).toEqual(new Map([['a', 100]]));
  expect(retries.failed('a', 0)).toEqual({ failures: 3, at: 15 * minute });
  expect(retries.succeeded('a')).toBe(true);
  expect(retries.succeeded('a')).toBe(false);
  expect(retries.failed('a', 0).failures).toBe(1);
});

test('a retry that was stored before the clock went back is not waited for', () => {
  const retries = new Retries(() => 0.5, [['a', { failures: 2, at: 1000 * minute }]]);
  expect(retries.times(0)).toEqual(new Map());
  expect(retries.times(940 * minute)).toEqual(new Map([['a', 1000 * minute]]));
});
