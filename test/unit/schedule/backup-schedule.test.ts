import { describe, expect, it, test } from 'vitest';
import { day, dueOf, hour, minute, pastOf, planOf } from '../../doubles/schedule-stand.ts';

const monday = Date.UTC(2026, 0, 5);
const now = monday + 12 * hour;
const all = [1, 2, 3, 4, 5, 6, 7];
const nightly = { times: { kind: 'at' as const, times: ['02:30'], weekdays: all } };

describe('by the tier', () => {
  it('a backup follows the last one, and the first one the making of its owner', () => {
    expect(dueOf(planOf('a', 'hourly'), pastOf({ last: now }), now)?.due).toBe(now + hour);
    expect(dueOf(planOf('a', 'weekly'), pastOf({ last: now }), now)?.due).toBe(now + 7 * day);
    expect(dueOf(planOf('a', 'weekly', null, now), pastOf(), now)?.due).toBe(now + 15 * minute);
    expect(dueOf(planOf('a', 'manual'), pastOf({ last: now }), now)).toBeUndefined();
  });

  it('what somebody set has no say where the tier has backups by hand, or less often', () => {
    expect(dueOf(planOf('a', 'manual', nightly), pastOf({ last: now }), now)).toBeUndefined();
    expect(dueOf(planOf('a', 'weekly', nightly), pastOf({ last: now }), now)?.due).toBe(now + 7 * day);
  });
});

test('times on the wall are due at the first after the last backup', () => {
  const plan = planOf('a', 'daily', { ...nightly, timeZone: 'Asia/Kathmandu' });
  expect(dueOf(plan, pastOf({ last: now }), now)?.due).toBe(monday + 20.75 * hour);
  // a backup by hand right after it was due makes up for it
  expect(dueOf(plan, pastOf({ last: monday - 3 * hour }), now)?.due).toBe(monday + 20.75 * hour);
  expect(dueOf(plan, pastOf({ last: monday - 4 * hour }), now)?.due).toBe(monday - 3.25 * hour);
});

describe('windows', () => {
  const plan = planOf('a', 'daily', {
    ...nightly,
    blackouts: [{ weekdays: all, from: '22:00', to: '06:00' }],
  });

  it('let a run wait for their end', () => {
    expect(dueOf(plan, pastOf({ last: now }), now)).toMatchObject({
      due: monday + day + 6 * hour,
      expected: monday + day + 2.5 * hour,
      waits: 'blackout',
    });
  });

  it('hold up one that is overdue as well, and no other', () => {
    const late = pastOf({ last: monday - 2 * day });
    expect(dueOf(plan, late, monday + 23 * hour)).toMatchObject({
      due: monday + day + 6 * hour,
      waits: 'blackout',
    });
    expect(dueOf(plan, late, now)).toMatchObject({ expected: monday - 2 * day + 2.5 * hour, waits: null });
    expect(dueOf(plan, late, now)?.due).toBeLessThan(now);
  });
});

describe('a pause', () => {
  const paused = { reason: 'moving the disks', until: new Date(now + 3 * day).toISOString() };

  it('lasts until its end, and what is overdue stays so', () => {
    const due = dueOf(planOf('a', 'daily', { ...nightly, paused }), pastOf({ last: now - 2 * day }), now);
    expect(due).toEqual({
      owner: 'a',
      due: now + 3 * day,
      expected: monday - day + 2.5 * hour,
      waits: 'pause',
    });
  });

  it('is made up for when it is over, unless missed runs are left out', () => {
    const past = pastOf({ last: now - day });
    const later = now + 3 * day + minute;
    expect(dueOf(planOf('a', 'daily', { ...nightly, paused }), past, later)?.due).toBeLessThan(later);
    const skipping = planOf('a', 'daily', { ...nightly, paused, missed: 'skip' });
    expect(dueOf(skipping, past, later)?.due).toBe(monday + 4 * day + 2.5 * hour);
    expect(dueOf(skipping, past, now)?.due).toBe(monday + 4 * day + 2.5 * hour);
  });

  it('that is over has no more say', () => {
    const plan = planOf('a', 'daily', { ...nightly, paused, missed: 'skip' });
    expect(dueOf(plan, pastOf({ last: now + 5 * day }), now + 5 * day)).toMatchObject({
      due: monday + 6 * day + 2.5 * hour,
      waits: null,
    });
  });
});

test('a run that was left out is not due, but expected still', () => {
  const plan = planOf('a', 'daily', nightly);
  expect(dueOf(plan, pastOf({ last: now - 2 * day, skipped: now }), now)).toMatchObject({
    due: monday + day + 2.5 * hour,
    expected: monday - day + 2.5 * hour,
  });
});

test('one that failed is tried again when its time has come, outside of windows', () => {
  const plan = planOf('a', 'daily', {
    ...nightly,
    blackouts: [{ weekdays: [1], from: '12:03', to: '13:00' }],
  });
  const past = pastOf({ last: now - 2 * day, retry: now + 2 * minute });
  expect(dueOf(plan, past, now)).toMatchObject({ due: now + 2 * minute, waits: 'retry' });
  const inWindow = pastOf({ last: now - 2 * day, retry: now + 5 * minute });
  expect(dueOf(plan, inWindow, now)).toMatchObject({ due: monday + 13 * hour, waits: 'blackout' });
});

test('a new base that is wanted comes before the next run, outside of windows, and not where backups are by hand', () => {
  const wanted = pastOf({ last: 0, wanted: 2 * minute });
  expect(dueOf(planOf('a', 'daily'), wanted, minute)).toMatchObject({ due: 2 * minute, expected: day });
  expect(dueOf(planOf('a', 'manual'), wanted, minute)).toBeUndefined();
  const paused = { paused: { until: new Date(hour).toISOString(), reason: '' } };
  expect(dueOf(planOf('a', 'daily', paused as never), wanted, minute)).toMatchObject({
    due: hour,
    waits: 'pause',
  });
});

describe('a clock that went back', () => {
  it('by less than two runs leaves the next one where it was', () => {
    const plan = planOf('a', 'daily', nightly);
    expect(dueOf(plan, pastOf({ last: now }), now - 11 * hour)?.due).toBe(monday + day + 2.5 * hour);
    expect(dueOf(planOf('a', 'hourly'), pastOf({ last: now }), now - 0.5 * hour)?.due).toBe(now + hour);
  });

  it('by more says nothing of the last backup, nor of what was left out', () => {
    const plan = planOf('a', 'daily', nightly);
    expect(dueOf(plan, pastOf({ last: now + 30 * day }), now)?.due).toBe(now);
    expect(dueOf(plan, pastOf({ last: now - day, skipped: now + 30 * day }), now)?.due).toBe(
      monday + 2.5 * hour,
    );
    expect(dueOf(planOf('a', 'hourly', null, now + day), pastOf(), now)?.due).toBe(now);
  });
});
