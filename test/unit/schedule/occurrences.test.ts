import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseCron } from '../../../main/schedule/cron.ts';
import { nextOccurrence, shortestGap } from '../../../main/schedule/occurrences.ts';
import { momentOf } from '../../../main/schedule/wall-clock.ts';
import { zoneOffset } from '../../../shared/zone-offset.ts';

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'UTC',
];
const minute = 60_000;
const day = 86_400_000;
const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());

/** The next runs of an expression, as UTC. */
function runs(expression: string, zone: string, after: string, count: number): (string | undefined)[] {
  const [times, offset] = [parseCron(expression), zoneOffset(zone)];
  const found: number[] = [];
  for (let from = Date.parse(after); found.length < count; from = found.at(-1) ?? from) {
    found.push(nextOccurrence(times, offset, from)?.at ?? Number.NaN);
  }
  return found.map(iso);
}

/** What a clock on the wall shows, by Intl alone. */
function wallOf(zone: string) {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return (time: number) => format.format(time);
}

/** The first minute of a day at which its wall shows a time or a later one: tried one by one, knowing nothing of offsets. */
function firstMinute(zone: string, date: string, time: string, from: number): number | undefined {
  const wall = wallOf(zone);
  for (let at = from; at < from + 2.5 * day; at += minute) {
    const shown = wall(at);
    if (shown.startsWith(date) && shown.slice(11) >= time) return at;
  }
  return undefined;
}

/** Days on which the clocks of a zone are changed, and some on which they are not. */
function days(zone: string): number[] {
  const offset = zoneOffset(zone);
  const all = Array.from({ length: 9 * 366 }, (_, at) => Date.UTC(2024, 0, 1) + at * day);
  const changed = all.filter((at) => offset(at) !== offset(at + day));
  return [...changed, ...all.filter((_, at) => at % 300 === 0)];
}

describe.each(zones)('in %s', (zone) => {
  const offset = zoneOffset(zone);
  const dates = days(zone);

  it('a daily time comes once on every day, also where clocks are changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...dates),
        fc.integer({ min: -1, max: 1 }),
        fc.integer({ min: 0, max: 1439 }),
        (near, shift, at) => {
          const date = new Date(near + shift * day).toISOString().slice(0, 10);
          const time = `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
          const expected = firstMinute(zone, date, time, Date.parse(`${date}T00:00:00Z`) - day);
          const times = parseCron(`${at % 60} ${Math.floor(at / 60)} * * *`);
          const found = nextOccurrence(times, offset, (expected ?? 0) - 1);
          expect(iso(found?.at)).toBe(iso(expected));
          // and the one after it is on the next day
          const next = nextOccurrence(times, offset, found?.at ?? 0)?.at ?? 0;
          const nextDate = new Date(Date.parse(`${date}T00:00:00Z`) + day).toISOString().slice(0, 10);
          expect(iso(next)).toBe(iso(firstMinute(zone, nextDate, time, expected ?? 0)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('an hourly one never leaves out an hour, and never comes twice within half of one', () => {
    const times = parseCron('20 * * * *');
    for (const date of dates) {
      let last = nextOccurrence(times, offset, date - day)?.at ?? 0;
      while (last < date + 2 * day) {
        const next = nextOccurrence(times, offset, last)?.at ?? 0;
        // where clocks jump over it, it comes at the jump
        expect(next - last).toBeGreaterThan(0);
        expect(next - last).toBeLessThanOrEqual(90 * minute);
        last = next;
      }
    }
  });

  it('what comes after a time never goes back', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...dates),
        fc.integer({ min: 0, max: 3 * 1440 }),
        fc.constantFrom('*/20 * * * *', '0 */6 * * *', '30 1-3 * * *', '15 2 * * sun', '0 0 1,15 * *'),
        (date, minutes, expression) => {
          const times = parseCron(expression);
          const after = date - day + minutes * minute;
          const first = nextOccurrence(times, offset, after)?.at ?? 0;
          expect(first).toBeGreaterThan(after);
          // nothing lies between: asked from just before it, the answer is the same
          expect(nextOccurrence(times, offset, first - 1)?.at).toBe(first);
        },
      ),
    );
  });
});

test('a time that clocks jump over is due at the jump, one that they show twice once', () => {
  expect(runs('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
    '2026-03-29T01:00:00.000Z', // 03:00, where 02:30 does not exist
    '2026-03-30T00:30:00.000Z',
  ]);
  expect(runs('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
    '2026-10-25T00:30:00.000Z', // the first 02:30
    '2026-10-26T01:30:00.000Z',
  ]);
  expect(runs('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00:00Z', 1)).toEqual([
    '2026-10-03T15:30:00.000Z', // 02:30, half an hour is left out
  ]);
  expect(runs('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T12:00:00Z', 2)).toEqual([
    '2026-04-04T14:45:00.000Z',
    '2026-04-05T15:15:00.000Z',
  ]);
});

test('an hourly one is due in both of an hour that comes twice', () => {
  expect(runs('0 * * * *', 'Europe/Berlin', '2026-10-24T22:30:00Z', 4)).toEqual([
    '2026-10-24T23:00:00.000Z',
    '2026-10-25T00:00:00.000Z',
    '2026-10-25T01:00:00.000Z',
    '2026-10-25T02:00:00.000Z',
  ]);
});

test('29 February is found in a year that has one, and 30 February never', () => {
  expect(runs('0 4 29 2 *', 'UTC', '2025-03-01T00:00:00Z', 2)).toEqual([
    '2028-02-29T04:00:00.000Z',
    '2032-02-29T04:00:00.000Z',
  ]);
  expect(nextOccurrence(parseCron('0 4 30 2 *'), zoneOffset('UTC'), 0)).toBeUndefined();
});

test('the shortest time between two is found within a day, over midnight and over a month', () => {
  const gap = (expression: string) => shortestGap(parseCron(expression)) / minute;
  expect(gap('0 3 * * *')).toBe(24 * 60);
  expect(gap('0 1,23 * * *')).toBe(2 * 60);
  expect(gap('*/20 9-17 * * *')).toBe(20);
  expect(gap('0 3 * * mon')).toBe(7 * 24 * 60);
  expect(gap('0 3 1,15 * *')).toBe(14 * 24 * 60);
  expect(gap('0 3 31 * *')).toBe(31 * 24 * 60);
  expect(gap('0 3 30 2 *')).toBe(Number.POSITIVE_INFINITY);
});

test('a moment of the wall is told as missing or as twice', () => {
  const berlin = zoneOffset('Europe/Berlin');
  expect(momentOf(Date.UTC(2026, 2, 29, 2, 30), berlin)).toEqual({
    kind: 'missing',
    at: Date.UTC(2026, 2, 29, 1),
  });
  expect(momentOf(Date.UTC(2026, 9, 25, 2, 30), berlin)).toEqual({
    kind: 'twice',
    at: Date.UTC(2026, 9, 25, 0, 30),
    again: Date.UTC(2026, 9, 25, 1, 30),
  });
});
