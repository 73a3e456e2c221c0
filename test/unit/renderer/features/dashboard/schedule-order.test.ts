import { expect, test } from 'vitest';
import { ageText } from '../../../../../renderer/features/dashboard/age.ts';
import { longestWithout, nextOwners } from '../../../../../renderer/features/dashboard/schedule-order.ts';

const owner = (name: string, lastBackup: string | null, nextRun: string | null) => ({
  name,
  lastBackup,
  nextRun,
});
const owners = [
  owner('late', '2026-11-20T10:00:00Z', '2026-11-25T14:00:00Z'),
  owner('by hand', '2026-11-01T10:00:00Z', null),
  owner('soon', '2026-11-25T10:00:00Z', '2026-11-25T11:00:00Z'),
];

test('the next owners: the first to be backed up first, none that is backed up by hand, five at most', () => {
  expect(nextOwners(owners).map(({ name }) => name)).toEqual(['soon', 'late']);
  const many = Array.from({ length: 9 }, (_, at) => owner(`${at}`, null, `2026-11-25T1${at}:00:00Z`));
  expect(nextOwners(many.toReversed()).map(({ name }) => name)).toEqual(['0', '1', '2', '3', '4']);
});

test('the owner whose newest backup is the oldest; one without any is worse than all', () => {
  expect(longestWithout(owners)?.name).toBe('by hand');
  expect(longestWithout([...owners, owner('never', null, null)])?.name).toBe('never');
  expect(longestWithout([])).toBeUndefined();
});

test('an age in minutes, hours, then days', () => {
  const minute = 60_000;
  expect(
    [0, 59_999, minute, 3 * 60 * minute + 5 * minute, 47 * 60 * minute, 72 * 60 * minute].map(ageText),
  ).toEqual(['1 min', '1 min', '1 min', '3 h 5 min', '47 h 0 min', '3 days']);
});
