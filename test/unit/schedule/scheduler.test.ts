import { describe, expect, it } from 'vitest';
import { type BackupPlan, dueTimes, nextBackup } from '../../../main/schedule/backup-schedule.ts';
import { Scheduler } from '../../../main/schedule/scheduler.ts';
import type { Uuid } from '../../../shared/ids.ts';

const hour = 3_600_000;
const tenant = (name: string) => name as Uuid;
const plan = (owner: string, every: BackupPlan['every'], since = 0): BackupPlan => ({
  owner: tenant(owner),
  every,
  since,
});

describe('what is due', () => {
  it('follows the tier from the last run, and from a while after the making where there was none', () => {
    const plans = [
      plan('a', 'hourly'),
      plan('b', 'daily'),
      plan('c', 'weekly', 7 * hour),
      plan('d', 'manual'),
    ];
    const runs = new Map([
      ['a', 10 * hour],
      ['b', 10 * hour],
      ['d', 10 * hour],
    ]);
    expect(dueTimes(plans, runs, 20 * hour)).toEqual([
      { owner: 'a', due: 11 * hour },
      { owner: 'b', due: 34 * hour },
      { owner: 'c', due: 7.25 * hour },
    ]);
    expect(nextBackup(plans, runs, 20 * hour)).toBe(7.25 * hour);
    expect(nextBackup([plan('d', 'manual')], runs, 20 * hour)).toBeNull();
  });
});

describe('Scheduler', () => {
  function stand(plans: BackupPlan[]) {
    const runs = new Map<string, number>();
    const made: string[] = [];
    const problems: unknown[] = [];
    const state = { now: 100 * hour, broken: false };
    const scheduler = new Scheduler({
      clock: { now: () => state.now, monotonicMicros: () => 0 },
      due: (lastRuns, now) => dueTimes(plans, lastRuns, now),
      lastRuns: () => runs,
      run: async (owner) => {
        if (state.broken) throw new Error('no disk');
        made.push(owner);
        runs.set(owner, state.now);
      },
      report: (error) => problems.push(error),
    });
    return { scheduler, runs, made, problems, state };
  }

  it('makes up once for what a long sleep missed', async () => {
    const { scheduler, runs, made } = stand([plan('a', 'hourly'), plan('b', 'weekly')]);
    runs.set('a', hour);
    runs.set('b', 99 * hour);
    await scheduler.tick();
    await scheduler.tick();
    expect(made).toEqual(['a']);
  });

  it('tries again after a quarter of an hour, and not before', async () => {
    const { scheduler, made, problems, state } = stand([plan('a', 'daily')]);
    state.broken = true;
    await scheduler.tick();
    await scheduler.tick();
    expect(problems).toHaveLength(1);
    state.broken = false;
    state.now += hour / 4;
    await scheduler.tick();
    expect(made).toEqual(['a']);
  });

  it('runs by itself once started, and no more once stopped', async () => {
    const { scheduler, made } = stand([plan('a', 'hourly')]);
    scheduler.start();
    await scheduler.stop();
    expect(made).toEqual(['a']);
  });
});
