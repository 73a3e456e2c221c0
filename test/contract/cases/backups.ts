import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';
import { folders } from './folders.ts';
import { points } from './points.ts';
import { retention } from './retention.ts';
import { schedules } from './schedules.ts';
import { targets } from './targets.ts';

const restored = z.object({ undoId: z.string() });
const nowhere = 'ffffffff'.repeat(8);
const reason = 'rehearsal of the restore';

const noSnapshot = { 'a snapshot that never was': { snapshotId: nowhere } };
const unclear = {
  'a tenant and the installation': { installation: true },
  'a snapshot and a time': { at: '2026-01-01T00:00:00Z' },
  'half an id': { snapshotId: 'ffff' },
  'a path in place of an id': { snapshotId: '../../keyring' },
  'a destination there is not': { destination: { kind: 'moon' } },
  'a destination without path': { destination: { kind: 'folder' } },
  'a new tenant without a name': { destination: { kind: 'tenant' } },
  'a new tenant of a tier there is not': { destination: { kind: 'tenant', name: 'X', tier: 'gold' } },
  'parts that are none': { destination: { kind: 'in-place' }, only: ['../orders'] },
  'no part at all': { destination: { kind: 'in-place' }, only: [] },
  'a destination with NUL': { destination: { kind: 'folder', path: '/tmp/a\0b' } },
};

async function toFolder(stand: Stand, tenant: Tenant) {
  const snapshotId = await stand.snapshotOf(tenant);
  return {
    tenant: tenant.id,
    snapshotId,
    destination: { kind: 'folder', path: stand.path('restored') } as const,
  };
}

async function newUndo(stand: Stand, tenant: Tenant) {
  const source = { ...(await toFolder(stand, tenant)), destination: { kind: 'in-place' }, reason };
  const { undoId } = restored.parse(await stand.done('backups.restoreBackup', source));
  return { undoId, reason };
}

/** A restore of the installation's own data that waits for a start. */
async function prepareOwn(stand: Stand): Promise<void> {
  if (await waits(stand)) return;
  await stand.done('backups.createBackup', { scope: { installation: true } });
  await stand.done('backups.restoreBackup', {
    installation: true,
    destination: { kind: 'in-place' },
    reason,
  });
}

async function waits({ owner }: Stand): Promise<boolean> {
  return (await owner.backups.getControlRestore({})).restore?.state === 'pending';
}

/** What a restore to a folder leaves that a kill cut off. */
async function cutOff(stand: Stand, tenant: Tenant) {
  const { snapshotId, destination } = await toFolder(stand, tenant);
  const jobId = randomUUID();
  stand.evidence.sql(
    'INSERT INTO restore_requests (job_id, tenant_id, request, asked_at, ended) VALUES (?, ?, ?, 1, 1)',
    jobId,
    tenant.id,
    JSON.stringify({ owner: tenant.id, snapshotId, at: null, destination, only: null }),
  );
  return { jobId, reason };
}

/** Snapshots and the way back. */
export const backups: Cases<'backups'> = {
  ...folders,
  createBackup: {
    given: (_, { id }) => ({ scope: { tenant: id } }),
    invalid: {
      'no scope': { scope: {} },
      'two scopes': { scope: { installation: true, all: true } },
      'a kind there is not': { kind: 'differential' },
    },
    unknown: { 'a tenant that never was': { scope: { tenant: nobodysId } } },
    answers: (answer, { scope }) =>
      expect(answer).toMatchObject({ snapshots: [{ tenantId: scope.tenant, kind: 'full' }] }),
  },
  getBackupHistory: {
    async given(stand, tenant) {
      await stand.snapshotOf(tenant);
      return { tenant: tenant.id, limit: 1 };
    },
    invalid: { 'a cursor of ours': { cursor: 'e30' }, 'no installation': { installation: false } },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    answers: (answer, { tenant }) => expect(answer).toMatchObject({ items: [{ tenantId: tenant }] }),
  },
  getSnapshot: {
    given: async (stand, tenant) => ({ snapshotId: (await stand.snapshotOf(tenant)).slice(0, 12) }),
    invalid: { 'a path in place of an id': { snapshotId: '../../keyring' } },
    unknown: noSnapshot,
  },
  listRestores: {
    given: (_, { id }) => ({ tenant: id, limit: 2 }),
    invalid: { 'a cursor of ours': { cursor: 'e30' } },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
  },
  drillBackup: {
    async given(stand, tenant) {
      await stand.snapshotOf(tenant);
      return { scope: { tenant: tenant.id } };
    },
    invalid: {
      'neither scope nor snapshot': { scope: undefined },
      'a scope and a snapshot': { snapshotId: nowhere },
      'two scopes': { scope: { installation: true, all: true } },
      'half an id': { scope: undefined, snapshotId: 'ffff' },
    },
    unknown: {
      'a tenant that never was': { scope: { tenant: nobodysId } },
      'a snapshot that never was': { scope: undefined, snapshotId: nowhere },
    },
    errors: {
      'a tenant without backup': {
        code: 'NOT_FOUND',
        data: { kind: 'snapshot' },
        input: async (stand) => ({ scope: { tenant: (await stand.newTenant('standard')).id } }),
      },
    },
    answers: (answer, { scope }) =>
      expect(answer).toMatchObject({
        drills: [{ tenantId: scope?.tenant, outcome: 'proven', level: 4, error: null, scheduled: false }],
      }),
  },
  listDrills: {
    given: (_, { id }) => ({ tenant: id, limit: 2 }),
    invalid: { 'a cursor of ours': { cursor: 'e30' }, 'no installation': { installation: false } },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
  },
  getBackupTimeline: {
    async given(stand, tenant) {
      await stand.snapshotOf(tenant);
      return { tenant: tenant.id, around: new Date().toISOString() };
    },
    invalid: {
      nobody: { tenant: undefined },
      'a tenant and the installation': { installation: true },
      'a window that ends before it begins': { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
      'more parts than can be seen': { buckets: 241 },
      'a moment that is none': { around: 'yesterday' },
    },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    answers: (answer, { tenant }) =>
      expect(answer).toMatchObject({
        tenantId: tenant,
        snapshots: expect.arrayContaining([expect.objectContaining({ kind: 'full', damaged: 0 })]),
        nearest: { before: { exact: true } },
      }),
  },
  getBackupForecast: {
    async given(stand, tenant) {
      await stand.snapshotOf(tenant);
      return { tenant: tenant.id };
    },
    invalid: { 'no installation': { installation: false } },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    answers: (answer, { tenant }) =>
      expect(answer).toMatchObject({
        targets: expect.arrayContaining([expect.objectContaining({ targetId: null, forecast: null })]),
        owner: {
          tenantId: tenant,
          backups: expect.arrayContaining([expect.objectContaining({ kind: 'full' })]),
        },
      }),
  },
  listProtection: {
    given: (_, { id }) => ({ tenant: id, limit: 2 }),
    invalid: { 'a cursor of ours': { cursor: 'e30' }, 'no installation': { installation: false } },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    answers: (answer, { tenant }) =>
      expect(answer).toMatchObject({ items: [{ tenantId: tenant }], next: null }),
  },
  listHealings: {
    async given(stand, tenant) {
      await stand.snapshotOf(tenant);
      return { tenant: tenant.id, limit: 1 };
    },
    invalid: { 'a list without end': { limit: 1001 } },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    answers: (answer) => expect(answer).toEqual({ items: [] }),
  },
  planRepair: {
    async given(stand, tenant) {
      await stand.snapshotOf(tenant);
      return { tenant: tenant.id };
    },
    invalid: { nobody: { tenant: undefined }, 'a tenant and the installation': { installation: true } },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    answers: (answer, { tenant }) =>
      expect(answer).toMatchObject({ tenantId: tenant, damagedFiles: 0, damage: [], blobsLost: 0 }),
  },
  repairBackups: {
    async given(stand, tenant) {
      await stand.snapshotOf(tenant);
      return { tenant: tenant.id };
    },
    invalid: { nobody: { tenant: undefined }, 'a tenant and the installation': { installation: true } },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    answers: (answer, { tenant }) =>
      expect(answer).toMatchObject({
        damagedFiles: 0,
        snapshot: { tenantId: tenant, kind: 'full' },
        ok: true,
        damagedSnapshots: [],
      }),
  },
  verifyBackupIntegrity: {
    given: async (stand, tenant) => ({
      tenant: tenant.id,
      snapshotId: await stand.snapshotOf(tenant),
      level: 2,
    }),
    invalid: { 'a level there is not': { level: 5 }, 'half a level': { level: 1.5 } },
    unknown: {
      ...noSnapshot,
      'a tenant that never was': { tenant: nobodysId },
      'a target that never was': { targetId: nobodysId },
    },
    answers: (answer) => expect(answer).toMatchObject({ level: 2, ok: true, problems: [] }),
  },
  planRestore: {
    given: toFolder,
    invalid: unclear,
    unknown: { ...noSnapshot, 'a tenant that never was': { tenant: nobodysId } },
    answers: (answer) => expect(answer).toMatchObject({ obstacles: [] }),
  },
  restoreBackup: {
    given: async (stand, tenant) => ({ ...(await toFolder(stand, tenant)), reason }),
    invalid: { ...unclear, 'hardly a reason': { reason: 'x ' } },
    unknown: { ...noSnapshot, 'a tenant that never was': { tenant: nobodysId } },
    errors: {
      'a folder that is not empty': {
        code: 'CONFLICT',
        data: { reason: 'obstacles' },
        async input(stand) {
          const source = await toFolder(stand, stand.tenants.full);
          return { ...source, destination: { kind: 'folder', path: stand.work }, reason };
        },
      },
      'the data folder': {
        code: 'CONFLICT',
        data: { reason: 'obstacles' },
        async input(stand) {
          const path = join(stand.dataFolder, 'tenants', 'restored');
          const source = await toFolder(stand, stand.tenants.full);
          return { ...source, destination: { kind: 'folder', path }, reason };
        },
      },
      'a new tenant with a slug that is taken': {
        code: 'CONFLICT',
        data: { reason: 'obstacles' },
        async input(stand) {
          const { full } = stand.tenants;
          const destination = { kind: 'tenant', name: 'Again', slug: full.slug } as const;
          return { ...(await toFolder(stand, full)), destination, reason };
        },
      },
      'a part that was not there': {
        code: 'CONFLICT',
        data: { reason: 'obstacles' },
        async input(stand) {
          const source = await toFolder(stand, stand.tenants.full);
          return { ...source, destination: { kind: 'in-place' }, only: ['never/there'], reason };
        },
      },
      'parts for a new tenant': {
        code: 'VALIDATION',
        async input(stand) {
          const source = await toFolder(stand, stand.tenants.full);
          return { ...source, destination: { kind: 'tenant', name: 'Parts' }, only: ['orders'], reason };
        },
      },
      'a tenant without backup': {
        code: 'NOT_FOUND',
        data: { kind: 'snapshot' },
        async input(stand) {
          const { id } = await stand.newTenant('standard');
          return { tenant: id, destination: { kind: 'in-place' }, reason };
        },
      },
    },
    takes: ['reason'],
    answers: (answer) => expect(answer).toMatchObject({ undoId: null, verifiedLevel: 4 }),
  },
  resumeRestore: {
    given: cutOff,
    invalid: { 'hardly a reason': { reason: 'x ' } },
    unknown: { 'a job that left nothing to go on with': { jobId: nobodysId } },
    errors: {
      'a restore that is still at work': {
        code: 'CONFLICT',
        data: { reason: 'still-at-work' },
        async input(stand) {
          const asked = await cutOff(stand, stand.tenants.full);
          stand.evidence.sql('UPDATE restore_requests SET ended = 0 WHERE job_id = ?', asked.jobId);
          return asked;
        },
      },
    },
    takes: ['reason'],
    answers: (answer) => expect(answer).toMatchObject({ to: 'folder', verifiedLevel: 4 }),
  },
  createRestoreReport: {
    async given(stand, tenant) {
      await stand.done('backups.restoreBackup', { ...(await toFolder(stand, tenant)), reason });
      const { items } = await stand.owner.jobs.listJobs({ state: 'succeeded', limit: 20 });
      const restore = items.find(({ kind, tenantId }) => kind === 'backup.restore' && tenantId === tenant.id);
      return { jobId: restore?.id ?? '' };
    },
    unknown: { 'a job that never was': { jobId: nobodysId } },
    errors: {
      'a job that restored nothing': {
        code: 'CONFLICT',
        data: { reason: 'not-a-restore' },
        async input(stand) {
          await stand.snapshotOf(stand.tenants.full);
          const { items } = await stand.owner.jobs.listJobs({ state: 'succeeded', limit: 100 });
          return { jobId: items.find(({ kind }) => kind === 'backup.create')?.id ?? '' };
        },
      },
    },
    answers: (answer) =>
      expect(answer).toEqual({
        fileName: expect.stringMatching(/^holdfast-restore-[0-9a-f-]{36}\.pdf$/),
        pdf: expect.stringMatching(/^JVBERi0xLjc/), // %PDF-1.7
      }),
  },
  getControlRestore: {
    given: () => Promise.resolve({}),
    answers: (answer) => expect(answer).toHaveProperty('restore'),
  },
  cancelControlRestore: {
    given: async (stand) => {
      await prepareOwn(stand);
      return { reason };
    },
    invalid: { 'hardly a reason': { reason: 'x ' } },
    spares: ['reason'],
    errors: {
      'nothing that waits': {
        code: 'NOT_FOUND',
        data: { kind: 'restore', id: 'pending' },
        async input(stand) {
          if (await waits(stand)) await stand.owner.backups.cancelControlRestore({ reason });
          return { reason };
        },
      },
    },
    answers: (answer) => expect(answer).toMatchObject({ restore: { state: 'cancelled', undoable: false } }),
  },
  undoRestore: {
    given: newUndo,
    invalid: { 'half a character': { reason: 'half \ud800' } },
    unknown: { 'a restore that never was': { undoId: nobodysId } },
    spares: ['reason'],
    answers: (answer) => expect(answer).toMatchObject({ undoId: expect.any(String), verifiedLevel: 4 }),
  },
  ...points,
  ...retention,
  ...schedules,
  ...targets,
};
