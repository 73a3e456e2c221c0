import { expect, test } from 'vitest';
import { parseCron } from '../../../main/schedule/cron.ts';

const on = (expression: string, day: { month: number; day: number; weekday: number }) =>
  parseCron(expression).matchesDay(day);

test('lists, ranges, steps and names are read', () => {
  expect(parseCron('5,35 1-2 * * *').minutes).toEqual([65, 95, 125, 155]);
  expect(parseCron('0 */8 * * *').minutes).toEqual([0, 480, 960]);
  expect(parseCron('10-30/10 0 * * *').minutes).toEqual([10, 20, 30]);
  expect(parseCron('40/10 0 * * *').minutes).toEqual([40, 50]);
  expect(on('0 0 * feb-mar *', { month: 3, day: 9, weekday: 1 })).toBe(true);
  expect(on('0 0 * feb-mar *', { month: 4, day: 9, weekday: 1 })).toBe(false);
  expect(on('0 0 * * sun', { month: 4, day: 9, weekday: 0 })).toBe(true);
  expect(on('0 0 * * 7', { month: 4, day: 9, weekday: 0 })).toBe(true);
  expect(on('0 0 * * 5-7', { month: 4, day: 9, weekday: 0 })).toBe(true);
});

test('a day that suits either is meant where both day and weekday are given', () => {
  const friday = { month: 2, day: 6, weekday: 5 };
  const thirteenth = { month: 2, day: 13, weekday: 2 };
  expect([on('0 0 13 * fri', friday), on('0 0 13 * fri', thirteenth)]).toEqual([true, true]);
  expect([on('0 0 13 * *', friday), on('0 0 * * fri', thirteenth)]).toEqual([false, false]);
});

test.each([
  '',
  '* * * *',
  '* * * * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * 32 * *',
  '* * * 13 *',
  '* * * foo *',
  '* * * * 8',
  '5-1 * * * *',
  '*/0 * * * *',
  '1-2-3 * * * *',
  ', * * * *',
  '1, * * * *',
  '-1 * * * *',
  '1e1 * * * *',
  '@daily',
])('%j is refused', (expression) => {
  expect(() => parseCron(expression)).toThrow(expect.objectContaining({ code: 'VALIDATION' }));
});
