import { expect, test } from 'vitest';
import { hour, planOf, schedulerStand } from '../../doubles/schedule-stand.ts';

const year = 365 * 24 * hour;

test('a clock that was a year ahead does not stop the backups for a year', async () => {
  const { scheduler, state, last, made } = schedulerStand([planOf('a', 'hourly')], 2 * year);
  // a commit's time never falls, so every new snapshot carries the time from before
  const ahead = () => last.set('a', 3 * year);
  ahead();
  await scheduler.tick();
  ahead();
  await scheduler.tick();
  state.now += hour - 1;
  await scheduler.tick();
  expect(made).toEqual([['a', 2 * year]]);
  state.now += 1;
  await scheduler.tick();
  expect(made).toEqual([
    ['a', 2 * year],
    ['a', 2 * year + hour],
  ]);
});
