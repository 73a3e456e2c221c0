import { expect, test } from 'vitest';
import { dueTimes } from '../../../main/schedule/backup-schedule.ts';
import { Scheduler } from '../../../main/schedule/scheduler.ts';
import type { Uuid } from '../../../shared/ids.ts';

const owner = '01890000-0000-7000-8000-000000000001' as Uuid;
const hour = 3_600_000;
const year = 365 * 24 * hour;

test('a clock that was a year ahead does not stop the backups for a year', async () => {
  let now = 2 * year;
  const runs: number[] = [];
  const scheduler = new Scheduler({
    clock: { now: () => now, monotonicMicros: () => 0 },
    due: (last, now) => dueTimes([{ owner, every: 'hourly', since: 0 }], last, now),
    // a commit's time never falls, so every new snapshot carries the time from before
    lastRuns: () => new Map([[owner, 3 * year]]),
    run: () => {
      runs.push(now);
      return Promise.resolve();
    },
    report: (error) => {
      throw error;
    },
  });
  await scheduler.tick();
  await scheduler.tick();
  now += hour - 1;
  await scheduler.tick();
  expect(runs).toEqual([2 * year]);
  now += 1;
  await scheduler.tick();
  expect(runs).toEqual([2 * year, 2 * year + hour]);
});

test('a tenant made while the clock was ahead is due at once', () => {
  const plans = [{ owner, every: 'hourly' as const, since: 3 * year }];
  expect(dueTimes(plans, new Map(), year)).toEqual([{ owner, due: year }]);
});
