import { expect, test } from 'vitest';
import {
  endangered,
  isClear,
  isFresh,
  isPlanOf,
  type Plan,
  planOf,
  totals,
} from '../../../../../../renderer/features/backups/restore/plan.ts';
import type { RestorePlan } from '../../../../../../shared/contract/backups.ts';
import type { Job } from '../../../../../../shared/contract/suite.ts';
import type { Uuid } from '../../../../../../shared/ids.ts';

const snapshotId = 'ab'.repeat(32);
const result = {
  snapshotId,
  tenantId: null,
  at: null,
  pointInTime: null,
  snapshotTime: '2026-11-25T10:00:00.000Z',
  destination: { kind: 'in-place' },
  bytes: 10,
  rows: 3,
  files: 1,
  freeBytes: 100,
  changes: [
    { collection: 'orders', added: 1, changed: 2, lost: 4, unchanged: 9 },
    { collection: 'people', added: 8, changed: 0, lost: 1, unchanged: 0 },
  ],
  only: null,
  loseAccess: null,
  needPassphrase: [],
  overQuota: [],
  referredFiles: 0,
  obstacles: [],
  warnings: [],
} satisfies RestorePlan;
const job = (changed: Partial<Job>): Job => ({
  id: '018f0000-0000-7000-8000-000000000000' as Uuid,
  kind: 'backup.restore.plan',
  state: 'succeeded',
  phase: '',
  done: 0,
  total: null,
  unit: 'bytes',
  tenantId: null,
  requestedBy: null,
  createdAt: '2026-11-25T10:00:00.000Z',
  startedAt: null,
  endedAt: '2026-11-25T10:00:00.000Z',
  heartbeatAt: null,
  error: null,
  result,
  ...changed,
});
const plan = (): Plan => {
  const found = planOf(job({}));
  if (found === undefined) throw new Error('no plan');
  return found;
};

test('what a plan says is read from its job, once that has succeeded', () => {
  expect(planOf(job({ state: 'running' }))).toBeUndefined();
  expect(plan()).toMatchObject({ snapshotId, to: 'in-place', place: null, rows: 3, freeBytes: 100 });
  expect([endangered(plan()), totals(plan())]).toEqual([7, { added: 9, changed: 2, lost: 5 }]);
});

test('a plan of parts goes nowhere else', () => {
  expect(planOf(job({ result: { ...result, only: ['orders/1'] } }))).toMatchObject({
    to: 'parts',
    only: ['orders/1'],
  });
  const destination = { kind: 'folder', path: '/srv/back' };
  expect(
    planOf(job({ result: { ...result, destination, only: ['orders/1'], referredFiles: 2 } })),
  ).toMatchObject({ to: 'parts-folder', place: '/srv/back', only: ['orders/1'], referredFiles: 2 });
});

test('a plan with an obstacle is not clear', () => {
  expect([isClear(plan()), isClear({ ...plan(), obstacles: ['full'] }), isClear(undefined)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('a plan counts only for what is chosen now', () => {
  const chosen = {
    snapshot: snapshotId,
    at: undefined,
    to: 'in-place',
    folder: '',
    parts: '',
    name: '',
    tier: undefined,
  } as const;
  const inFolder = { ...plan(), to: 'folder', place: '/srv/back' } as const;
  const toTenant = { ...plan(), to: 'tenant', place: 'North', tier: 'free' } as const;
  const at = '2026-11-26T10:00:00.000Z';
  expect(isPlanOf({ ...plan(), at }, { ...chosen, snapshot: undefined, at })).toBe(true);
  expect(isPlanOf({ ...plan(), at }, chosen)).toBe(false);
  expect(isPlanOf(plan(), { ...chosen, snapshot: undefined, at })).toBe(false);
  expect(isPlanOf(plan(), chosen)).toBe(true);
  expect(isPlanOf(plan(), { ...chosen, snapshot: 'cd'.repeat(32) })).toBe(false);
  expect(isPlanOf(plan(), { ...chosen, snapshot: undefined })).toBe(false);
  expect(isPlanOf(plan(), { ...chosen, to: undefined })).toBe(false);
  expect(isPlanOf(plan(), { ...chosen, to: 'folder', folder: '/srv/back' })).toBe(false);
  expect(isPlanOf(inFolder, chosen)).toBe(false);
  expect(isPlanOf(inFolder, { ...chosen, to: 'folder', folder: ' /srv/back ' })).toBe(true);
  expect(isPlanOf(inFolder, { ...chosen, to: 'folder', folder: '/srv/other' })).toBe(false);
  expect(isPlanOf(toTenant, chosen)).toBe(false);
  expect(isPlanOf(toTenant, { ...chosen, to: 'tenant', name: ' North ' })).toBe(true);
  expect(isPlanOf(toTenant, { ...chosen, to: 'tenant', name: 'North', tier: 'free' })).toBe(true);
  expect(isPlanOf(toTenant, { ...chosen, to: 'tenant', name: 'North', tier: 'standard' })).toBe(false);
  expect(isPlanOf(toTenant, { ...chosen, to: 'tenant', name: 'South' })).toBe(false);
  const ofParts = { ...plan(), to: 'parts', only: ['a/1', 'b'] } as const;
  expect(isPlanOf(ofParts, { ...chosen, to: 'parts', parts: ' a/1\n\nb\nb/2' })).toBe(true);
  expect(isPlanOf(ofParts, { ...chosen, to: 'parts', parts: 'a/1' })).toBe(false);
  expect(isPlanOf(ofParts, chosen)).toBe(false);
  const partsInFolder = { ...ofParts, to: 'parts-folder', place: '/srv/back' } as const;
  const wanted = { ...chosen, to: 'parts-folder', folder: '/srv/back', parts: 'a/1\nb' } as const;
  expect(isPlanOf(partsInFolder, wanted)).toBe(true);
  expect(isPlanOf(partsInFolder, { ...wanted, parts: 'a/1' })).toBe(false);
  expect(isPlanOf(partsInFolder, { ...wanted, folder: '/srv/other' })).toBe(false);
  expect(isPlanOf(partsInFolder, { ...wanted, to: 'folder' })).toBe(false);
});

test('a plan is fresh for five minutes', () => {
  const ended = Date.parse('2026-11-25T10:00:00.000Z');
  expect(isFresh(job({}), ended + 299_999)).toBe(true);
  expect(isFresh(job({}), ended + 300_000)).toBe(false);
  expect(isFresh(job({ endedAt: null }), ended)).toBe(false);
});
