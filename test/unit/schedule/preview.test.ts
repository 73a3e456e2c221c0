import { expect, test } from 'vitest';
import { previewRuns } from '../../../main/schedule/preview.ts';
import { Rhythms } from '../../../main/schedule/rhythms.ts';
import { planOf } from '../../doubles/schedule-stand.ts';

const all = [1, 2, 3, 4, 5, 6, 7];

test('what clocks do to a time is told', () => {
  const plan = planOf('a', 'daily', {
    times: { kind: 'at', times: ['02:30'], weekdays: all },
    timeZone: 'Europe/Berlin',
  });
  const preview = (from: string) =>
    previewRuns(plan, { from: Date.parse(from), count: 2, timeZone: 'UTC' }, new Rhythms()).map(
      ({ time, shows, wall, effect }) => [time.slice(0, 16), shows.slice(11), wall, effect],
    );
  expect(preview('2026-03-28T12:00:00Z')).toEqual([
    ['2026-03-29T01:00', '03:00', '2026-03-29T02:30', 'missing'],
    ['2026-03-30T00:30', '02:30', '2026-03-30T02:30', 'none'],
  ]);
  expect(preview('2026-10-24T12:00:00Z')).toEqual([
    ['2026-10-25T00:30', '02:30', '2026-10-25T02:30', 'first'],
    ['2026-10-26T01:30', '02:30', '2026-10-26T02:30', 'none'],
  ]);
});

test('what waits for a window is told, and what comes due meanwhile goes with it', () => {
  const plan = planOf('a', 'hourly', {
    times: { kind: 'cron', expression: '0 * * * *' },
    blackouts: [{ weekdays: [1], from: '08:00', to: '11:30' }],
  });
  const from = Date.parse('2026-01-05T06:30:00Z');
  expect(previewRuns(plan, { from, count: 3, timeZone: 'UTC' }, new Rhythms())).toMatchObject([
    { time: '2026-01-05T07:00:00.000Z', waited: null },
    { time: '2026-01-05T11:30:00.000Z', waited: { for: 'blackout', since: '2026-01-05T08:00:00.000Z' } },
    { time: '2026-01-05T12:00:00.000Z', waited: null },
  ]);
});

test('by hand only there is none', () => {
  expect(previewRuns(planOf('a', 'manual'), { from: 0, count: 5, timeZone: 'UTC' }, new Rhythms())).toEqual(
    [],
  );
});
