import { expect, test } from 'vitest';
import { leastSure } from '../../../../../renderer/features/dashboard/recovery-order.ts';
import type { OwnerProtection } from '../../../../../shared/contract/backups/drills.ts';

const owner = (name: string, changed: Partial<OwnerProtection> = {}) =>
  ({
    tenantId: name,
    mistake: { upTo: '2026-11-25T11:00:00.000Z', continuous: true },
    lostDisk: { upTo: null },
    lastProof: { time: '2026-11-20T11:00:00.000Z', snapshotId: '', by: 'drill' },
    forecast: null,
    drills: { every: 'weekly', last: null, nextRun: null, overdue: false },
    ...changed,
  }) as OwnerProtection;
const failed = {
  every: 'weekly',
  nextRun: null,
  overdue: false,
  last: { outcome: 'failed' } as OwnerProtection['drills']['last'],
} as const;

test('a failed drill, no backup, never proven, overdue, then the oldest proof; five of them', () => {
  const proven = (time: string) => ({ lastProof: { time, snapshotId: '', by: 'drill' as const } });
  const owners = [
    owner('young'),
    owner('old', proven('2026-01-01T00:00:00.000Z')),
    owner('overdue', { drills: { every: 'weekly', last: null, nextRun: null, overdue: true } }),
    owner('never', { lastProof: null }),
    owner('nothing', { lastProof: null, mistake: { upTo: null, continuous: false } }),
    owner('failed', { drills: failed }),
  ];
  expect(leastSure(owners).map(({ tenantId }) => tenantId)).toEqual([
    'failed',
    'nothing',
    'never',
    'overdue',
    'old',
  ]);
});
