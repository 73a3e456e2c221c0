import { expect, test } from 'vitest';
import { perDay } from '../../../../../renderer/features/backups/days.ts';
import type { Snapshot } from '../../../../../shared/contract/backups.ts';

const snapshot = (time: string, bytesAdded: number): Snapshot => ({
  id: time,
  tenantId: null,
  time,
  kind: 'full',
  repository: '',
  bytesAdded,
  durationMs: 0,
  verified: null,
  targetId: null,
  safety: false,
});
const snapshots = [
  snapshot('2026-03-02T00:00:00.000Z', 5),
  snapshot('2026-02-27T23:59:59.999Z', 2),
  snapshot('2026-02-27T01:00:00.000Z', 1),
];

test('snapshots are summed by day, and days without any are there too', () => {
  expect(perDay(snapshots, 'utc', 90)).toEqual([
    { day: '2026-02-27', snapshots: 2, bytesAdded: 3 },
    { day: '2026-02-28', snapshots: 0, bytesAdded: 0 },
    { day: '2026-03-01', snapshots: 0, bytesAdded: 0 },
    { day: '2026-03-02', snapshots: 1, bytesAdded: 5 },
  ]);
});

test('of many days the newest are kept', () => {
  expect(perDay(snapshots, 'utc', 2).map(({ day }) => day)).toEqual(['2026-03-01', '2026-03-02']);
});

test('no snapshots, no days', () => {
  expect(perDay([], 'utc', 90)).toEqual([]);
});
