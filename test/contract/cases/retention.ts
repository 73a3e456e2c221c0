import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import { type Cases, nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

const nowhere = 'ffffffff'.repeat(8);
const reason = 'rehearsal of retention';
const policy = { last: 2, hourly: 0, daily: 7, weekly: 4, monthly: 6, yearly: 0, minimum: 1 };
const unclear = {
  'a tenant and the installation': { installation: true },
  'no owner': { tenant: undefined },
  'a tenant and a folder': { folderId: nobodysId },
};
const unknown = { 'a tenant that never was': { tenant: nobodysId } };
const badPolicy = {
  'a minimum of none': { policy: { ...policy, minimum: 0 } },
  'half a snapshot': { policy: { ...policy, daily: 1.5 } },
  'fewer than none': { policy: { ...policy, last: -1 } },
  'more than anybody needs': { policy: { ...policy, last: 10_001 } },
  'a rule there is not': { policy: { ...policy, fortnightly: 1 } },
};
const created = z.object({ id: z.string() });
const backedUp = z.object({ snapshots: z.array(created) });

async function newHold(stand: Stand, { id }: Tenant): Promise<string> {
  const hold = await stand.done('backups.placeHold', { tenant: id, reason });
  return created.parse(hold).id;
}

/** Whatever other cases hold of a tenant. */
async function liftHolds(stand: Stand, { id }: Tenant): Promise<void> {
  const held = await stand.done('backups.listHolds', { tenant: id, state: 'active', limit: 1000 });
  for (const { id: holdId } of z.object({ items: z.array(created) }).parse(held).items)
    await stand.done('backups.liftHold', { holdId, reason });
}

/** A snapshot with a mark that time made: none comes of one run of a policy here. */
async function marked(stand: Stand, tenant: Tenant): Promise<string> {
  const id = await stand.snapshotOf(tenant);
  stand.evidence.sql(
    'INSERT OR REPLACE INTO removal_marks (snapshot_id, owner, marked_at) VALUES (?, ?, 1)',
    id,
    tenant.id,
  );
  return id;
}

/** Which snapshots stay, and holds. */
export const retention: Pick<
  Cases<'backups'>,
  | 'getRetention'
  | 'setRetention'
  | 'simulateRetention'
  | 'applyRetention'
  | 'listRemovalMarks'
  | 'unmarkSnapshot'
  | 'planForget'
  | 'forgetSnapshot'
  | 'listHolds'
  | 'placeHold'
  | 'liftHold'
> = {
  getRetention: {
    given: (_, { id }) => ({ tenant: id }),
    invalid: unclear,
    unknown,
    answers: (answer, { tenant }) =>
      expect(answer).toMatchObject({ tenantId: tenant, policy: { minimum: expect.any(Number) } }),
  },
  setRetention: {
    given: (_, { id }) => ({ tenant: id, policy, reason }),
    invalid: { ...unclear, ...badPolicy, 'hardly a reason': { reason: 'x ' } },
    unknown,
    takes: ['reason'],
    answers: (answer) => expect(answer).toMatchObject({ policy, set: { by: 'Ada' } }),
  },
  simulateRetention: {
    async given(stand, tenant) {
      await stand.snapshotOf(tenant);
      return { tenant: tenant.id, policy };
    },
    invalid: { ...unclear, ...badPolicy },
    unknown,
    answers: (answer) =>
      expect(answer).toMatchObject({
        removed: { snapshots: 0, bytes: 0 },
        snapshots: expect.arrayContaining([
          expect.objectContaining({ reasons: expect.arrayContaining(['last']) }),
        ]),
      }),
  },
  applyRetention: {
    async given(stand, tenant) {
      await stand.snapshotOf(tenant);
      return { tenant: tenant.id };
    },
    invalid: unclear,
    unknown,
    answers: (answer) => expect(answer).toMatchObject({ removed: [], pruned: null, waiting: false }),
  },
  listRemovalMarks: {
    async given(stand, tenant) {
      await marked(stand, tenant);
      return { tenant: tenant.id, limit: 1 };
    },
    invalid: { 'a cursor of ours': { cursor: 'e30' } },
    unknown,
    answers: (answer) => expect(answer).toMatchObject({ items: [{ backupsMissing: 2, removing: false }] }),
  },
  unmarkSnapshot: {
    given: async (stand, tenant) => ({ snapshotId: await marked(stand, tenant) }),
    invalid: { 'a path in place of an id': { snapshotId: '../../keyring' } },
    unknown: { 'a snapshot that never was': { snapshotId: nowhere } },
    errors: {
      'a snapshot without mark': {
        code: 'NOT_FOUND',
        data: { kind: 'removal-mark' },
        input: async (stand) => ({ snapshotId: await stand.snapshotOf(stand.tenants.other) }),
      },
    },
  },
  planForget: {
    given: async (stand, tenant) => ({ snapshotId: await stand.snapshotOf(tenant) }),
    invalid: { 'a path in place of an id': { snapshotId: '../../keyring' } },
    unknown: { 'a snapshot that never was': { snapshotId: nowhere } },
    answers: (answer, { snapshotId }) =>
      expect(answer).toMatchObject({ snapshotId, state: 'sound', problem: null, copies: [] }),
  },
  forgetSnapshot: {
    async given(stand, tenant) {
      const { id } = tenant;
      await liftHolds(stand, tenant);
      const made = await stand.done('backups.createBackup', { scope: { tenant: id } });
      const snapshotId = backedUp.parse(made).snapshots[0]?.id ?? '';
      // one that is gone may go: a minimum counts only what can be restored
      rmSync(join(stand.dataFolder, 'repositories', id, 'snapshots', snapshotId));
      return { snapshotId, reason };
    },
    still: async (stand) => ({ snapshotId: await stand.snapshotOf(stand.tenants.other), reason }),
    invalid: {
      'a path in place of an id': { snapshotId: '../../keyring' },
      'hardly a reason': { reason: 'x ' },
    },
    unknown: { 'a snapshot that never was': { snapshotId: nowhere } },
    spares: ['reason'],
    leaves: ['backup.forget'],
    answers: (answer, { snapshotId }) =>
      expect(answer).toMatchObject({ snapshotId, state: 'missing', outcome: 'removed' }),
  },
  listHolds: {
    async given(stand, tenant) {
      await newHold(stand, tenant);
      return { tenant: tenant.id, state: 'active', limit: 1 };
    },
    invalid: { 'a cursor of ours': { cursor: 'e30' }, 'a state there is not': { state: 'lost' } },
    unknown,
    answers: (answer) => expect(answer).toMatchObject({ items: [{ reason, lifted: null }] }),
  },
  placeHold: {
    given: async (stand, tenant) => ({ snapshotId: await stand.snapshotOf(tenant), reason }),
    invalid: {
      'a snapshot and a tenant': { tenant: nobodysId },
      'nothing to hold': { snapshotId: undefined },
      'hardly a reason': { reason: 'x ' },
    },
    unknown: { 'a snapshot that never was': { snapshotId: nowhere } },
    takes: ['reason'],
    answers: (answer, { snapshotId }) => expect(answer).toMatchObject({ snapshotId, lifted: null }),
  },
  liftHold: {
    given: async (stand, tenant) => ({ holdId: await newHold(stand, tenant), reason }),
    unknown: { 'a hold that never was': { holdId: nobodysId } },
    spares: ['reason'],
    errors: {
      'one that was lifted': {
        code: 'CONFLICT',
        data: { reason: 'hold-lifted' },
        async input(stand) {
          const holdId = await newHold(stand, stand.tenants.full);
          await stand.done('backups.liftHold', { holdId, reason });
          return { holdId, reason };
        },
      },
    },
    answers: (answer) => expect(answer).toMatchObject({ lifted: { by: 'Ada', reason } }),
  },
};
