import { expect, test } from 'vitest';
import { type DrillPlan, drillsDue } from '../../../main/schedule/drill-schedule.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { DrillOutcome } from '../../../shared/states.ts';

const day = 86_400_000;
const now = 1000 * day;
const plan = (owner: string, every: DrillPlan['every']): DrillPlan => ({ owner: owner as Uuid, every });

function due(
  every: DrillPlan['every'],
  known: { readonly backup?: number; readonly last?: number; readonly outcome?: DrillOutcome },
): number | undefined {
  const of = <Value>(value: Value | undefined) => new Map(value === undefined ? [] : [['a', value] as const]);
  const given = { lastBackups: of(known.backup), lastRuns: of(known.last), outcomes: of(known.outcome) };
  return drillsDue([plan('a', every)], given, now)[0]?.due;
}

test('the first drill follows the first backup; without one there is nothing to try', () => {
  expect(due('weekly', {})).toBeUndefined();
  expect(due('weekly', { backup: now - day })).toBe(now - day + 15 * 60_000);
  expect(due('never', { backup: now - day })).toBeUndefined();
});

test('then each has the rhythm of its tier', () => {
  const proven = { backup: now, last: now - day, outcome: 'proven' } as const;
  expect(due('weekly', proven)).toBe(now + 6 * day);
  expect(due('monthly', proven)).toBe(now + 29 * day);
  expect(due('quarterly', proven)).toBe(now + 90 * day);
});

test.each(['failed', 'cancelled', 'interrupted'] as const)(
  'one that %s is held again the next day',
  (outcome) => {
    expect(due('quarterly', { backup: now, last: now - 60_000, outcome })).toBe(now - 60_000 + day);
  },
);

test('one that began after now was held before the clock went back, and says nothing', () => {
  expect(due('monthly', { backup: now, last: now + day, outcome: 'proven' })).toBe(now);
  expect(due('monthly', { backup: now + day })).toBe(now + 15 * 60_000);
});
