import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterBlackouts, leaveTime } from '../../../main/schedule/blackouts.ts';
import { zoneOffset } from '../../../shared/zone-offset.ts';

const all = [1, 2, 3, 4, 5, 6, 7];
const at = (text: string) => Date.parse(`${text}:00Z`);
const berlin = zoneOffset('Europe/Berlin');
const after = (blackouts: Parameters<typeof leaveTime>[0], text: string) => {
  const clear = afterBlackouts(blackouts, berlin, at(text));
  return clear === undefined ? undefined : new Date(clear).toISOString().slice(0, 16);
};

test('a window counts by the clock of its zone, and on its weekdays', () => {
  const office = [{ weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }];
  expect(after(office, '2026-01-05T06:59')).toBe('2026-01-05T06:59');
  expect(after(office, '2026-01-05T07:00')).toBe('2026-01-05T17:00');
  expect(after(office, '2026-01-05T17:00')).toBe('2026-01-05T17:00');
  expect(after(office, '2026-01-03T10:00')).toBe('2026-01-03T10:00');
});

test('one that goes over midnight belongs to the day on which it begins', () => {
  const night = [{ weekdays: [5], from: '22:00', to: '02:00' }];
  expect(after(night, '2026-01-09T21:30')).toBe('2026-01-10T01:00');
  expect(after(night, '2026-01-09T00:30')).toBe('2026-01-09T00:30');
  expect(after(night, '2026-01-10T00:30')).toBe('2026-01-10T01:00');
});

test('windows that follow each other are waited for together', () => {
  const chain = [
    { weekdays: all, from: '10:00', to: '12:00' },
    { weekdays: all, from: '12:00', to: '24:00' },
    { weekdays: all, from: '23:00', to: '03:00' },
  ];
  expect(after(chain, '2026-01-05T09:30')).toBe('2026-01-06T02:00');
});

test('the end of a window that clocks jump over is the jump', () => {
  const night = [{ weekdays: [7], from: '01:00', to: '02:30' }];
  expect(after(night, '2026-03-29T00:30')).toBe('2026-03-29T01:00');
});

test('a week without a minute is told', () => {
  const halves = [
    { weekdays: all, from: '00:00', to: '12:00' },
    { weekdays: all, from: '12:00', to: '24:00' },
  ] as const;
  expect(leaveTime(halves)).toBe(false);
  expect(after([...halves], '2026-01-05T09:30')).toBeUndefined();
  expect(leaveTime([halves[0], { ...halves[1], to: '23:59' }])).toBe(true);
  // equal ends are a whole day
  expect(leaveTime([{ weekdays: all, from: '06:00', to: '06:00' }])).toBe(false);
});

test('whatever the windows, the time after them lies in none and not before', () => {
  const clock = fc
    .integer({ min: 0, max: 1439 })
    .map(
      (minute) =>
        `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
    );
  const window = fc.record({ weekdays: fc.subarray(all, { minLength: 1 }), from: clock, to: clock });
  fc.assert(
    fc.property(
      fc.array(window, { maxLength: 6 }),
      fc.constantFrom('Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Casablanca', 'America/New_York'),
      fc.integer({ min: at('2026-01-01T00:00'), max: at('2027-12-31T00:00') }),
      (windows, zone, time) => {
        const offset = zoneOffset(zone);
        const clear = afterBlackouts(windows, offset, time);
        if (!leaveTime(windows)) return;
        expect(clear).toBeGreaterThanOrEqual(time);
        expect(afterBlackouts(windows, offset, clear ?? 0)).toBe(clear);
      },
    ),
    { numRuns: 500 },
  );
});
