import { describe, expect, it } from 'vitest';
import { nextBackup } from '../../../main/schedule/backup-schedule.ts';
import { day, hour, minute, planOf, schedulerStand } from '../../doubles/schedule-stand.ts';

const start = Date.UTC(2026, 0, 5); // a Monday

describe('Scheduler', () => {
  it('makes up once for what a long sleep missed, and tells of it', async () => {
    const { scheduler, last, made, absences, state } = schedulerStand(
      [planOf('a', 'hourly'), planOf('b', 'weekly')],
      start,
    );
    last.set('a', start - 10 * minute);
    last.set('b', start - hour);
    await scheduler.tick();
    expect(absences).toEqual([[Number.NEGATIVE_INFINITY, start]]);
    state.now += 20 * hour;
    await scheduler.tick();
    await scheduler.tick();
    expect(made).toEqual([['a', start + 20 * hour]]);
    expect(absences.slice(1)).toEqual([[start, start + 20 * hour]]);
  });

  it('tries again after a minute, then later and later, and never gives up', async () => {
    const { problems, made, state, last, pass } = schedulerStand([planOf('a', 'daily')], start);
    last.set('a', start - day);
    state.broken = true;
    await pass(minute);
    expect(problems).toHaveLength(1);
    await pass(minute);
    expect(problems).toHaveLength(2);
    await pass(5 * minute);
    expect(problems).toHaveLength(3);
    await pass(15 * minute);
    expect(problems).toHaveLength(4);
    await pass(3 * hour);
    expect(problems).toHaveLength(7);
    state.broken = false;
    await pass(hour);
    expect(made).toHaveLength(1);
  });

  it('a clock that goes back by less than two runs makes nothing run twice', async () => {
    const nightly = planOf('a', 'daily', { times: { kind: 'cron', expression: '30 2 * * *' } });
    const { made, state, last, pass } = schedulerStand([nightly], start + 2 * hour);
    last.set('a', start - 21 * hour);
    await pass(hour);
    expect(made).toEqual([['a', start + 2.5 * hour]]);
    state.now -= 2 * hour;
    await pass(day);
    expect(made).toHaveLength(1);
    await pass(2 * hour);
    expect(made).toEqual([
      ['a', start + 2.5 * hour],
      ['a', start + day + 2.5 * hour],
    ]);
  });

  it('one that goes forward, and back again, makes it run once more', async () => {
    const { made, state, last, pass } = schedulerStand([planOf('a', 'hourly')], start);
    last.set('a', start);
    state.now += 30 * day;
    await pass(2 * minute);
    expect(made).toHaveLength(1);
    state.now -= 30 * day;
    await pass(2 * minute);
    expect(made).toHaveLength(2);
    await pass(50 * minute);
    expect(made).toHaveLength(2);
  });

  it('does not look away while it works', async () => {
    const { scheduler, absences, state, pass } = schedulerStand([planOf('a', 'hourly')], start);
    await pass(4 * hour);
    expect(absences).toHaveLength(1);
    state.now += 6 * minute;
    await scheduler.tick();
    expect(absences).toHaveLength(2);
  });

  it('runs by itself once started, and no more once stopped', async () => {
    const { scheduler, made, state, pass } = schedulerStand([planOf('a', 'hourly')], start);
    scheduler.start();
    await scheduler.tick();
    await scheduler.stop();
    expect(made).toEqual([['a', start]]);
    state.now += day;
    await pass(minute);
    expect(made).toHaveLength(1);
  });
});

it('the next backup of all is the first of them, and none where all are made by hand', () => {
  const at = (due: number) => ({ owner: 'installation' as const, due, expected: due, waits: null });
  expect(nextBackup([at(5), at(3)])).toBe(3);
  expect(nextBackup([])).toBeNull();
});
