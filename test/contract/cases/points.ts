import { expect } from 'vitest';
import { z } from 'zod';
import { openedPoint } from '../../../shared/contract/backups/points.ts';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

const found = z.object({ items: z.array(z.object({ part: z.string() })) });

async function openedOf(stand: Stand, tenant: Tenant) {
  const given = { tenant: tenant.id, snapshotId: await stand.snapshotOf(tenant) };
  return openedPoint.parse(await stand.done('backups.openRestorePoint', given));
}

export const points: Pick<Cases<'backups'>, 'openRestorePoint' | 'findRestoreParts'> = {
  openRestorePoint: {
    given: async (stand, tenant) => ({ tenant: tenant.id, snapshotId: await stand.snapshotOf(tenant) }),
    invalid: {
      'a snapshot and a time': { at: '2026-01-01T00:00:00Z' },
      'half an id': { snapshotId: 'ffff' },
    },
    unknown: { 'a snapshot that never was': { snapshotId: 'ffffffff'.repeat(8) } },
    answers: (answer) => expect(answer).toMatchObject({ pointId: expect.any(String) }),
  },
  findRestoreParts: {
    given: async (stand, tenant) => ({ pointId: (await openedOf(stand, tenant)).pointId, limit: 1 }),
    invalid: { 'a cursor of ours': { cursor: 'e30' }, 'half a character': { text: 'half \ud800' } },
    unknown: { 'a moment that is not open': { pointId: nobodysId } },
    takes: ['text'],
    answers: (answer) => expect(found.parse(answer).items.length).toBeLessThan(2),
  },
};
