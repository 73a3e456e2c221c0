import { expect, test } from 'vitest';
import { calendarOf } from '../../../../../../renderer/features/backups/retention/calendar-days.ts';

const stays = (time: string) => ({ time, reasons: ['daily' as const] });
const goes = (time: string) => ({ time, reasons: [] });

test('days of the zone lie in weeks that begin on Monday', () => {
  const found = calendarOf(
    [
      stays('2026-03-02T22:30:00.000Z'), // a Monday in Berlin, half past eleven
      goes('2026-03-02T23:30:00.000Z'), // Tuesday there
      stays('2026-03-01T12:00:00.000Z'),
      goes('2026-03-01T11:00:00.000Z'),
    ],
    'Europe/Berlin',
  );
  expect(found).toEqual({
    days: [
      { day: '2026-03-01', stay: 1, go: 1, column: 0, row: 6 },
      { day: '2026-03-02', stay: 1, go: 0, column: 1, row: 0 },
      { day: '2026-03-03', stay: 0, go: 1, column: 1, row: 1 },
    ],
    columns: 2,
    months: [{ column: 0, month: '2026-03' }],
    older: 0,
  });
});

test('a year is shown, and what is older is counted', () => {
  const found = calendarOf(
    [stays('2026-03-02T12:00:00Z'), goes('2025-03-03T12:00:00Z'), goes('2025-03-02T12:00:00Z')],
    'UTC',
  );
  expect(found.days.map(({ day, column }) => [day, column])).toEqual([
    ['2025-03-03', 0],
    ['2026-03-02', 52],
  ]);
  expect(found).toMatchObject({ columns: 53, older: 1 });
  expect(found.months.length).toBeGreaterThan(11);
});

test('nothing is nothing', () => {
  expect(calendarOf([], 'UTC')).toEqual({ days: [], columns: 0, months: [], older: 0 });
});
