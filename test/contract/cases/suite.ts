import { expect } from 'vitest';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

const noJob = { 'a job that never was': { jobId: nobodysId } };
const many = Array.from({ length: 60_000 }, (_, at) => `{"id":"${at}","n":${at}}\n`).join('');

async function startedJob(stand: Stand): Promise<string> {
  const { owner, tenants } = stand;
  const collection = stand.fresh('long');
  const file = stand.file('lines', many);
  const { jobId } = await owner.tenants.importDocuments({ tenant: tenants.full.id, collection, file });
  return jobId;
}

async function endedJob(stand: Stand): Promise<{ jobId: string }> {
  const { items } = await stand.owner.jobs.listJobs({ state: 'succeeded', limit: 1 });
  const [ended] = items;
  if (ended !== undefined) return { jobId: ended.id };
  const { jobId } = await stand.owner.audit.verifyAuditLog({});
  await stand.endOf(jobId);
  return { jobId };
}

/** The whole, and its long work. */
export const suite: Cases<'suite'> = {
  getInstallation: {
    given: () => ({}),
    answers: (answer, _, stand) =>
      expect(answer).toMatchObject({ dataFolder: stand.dataFolder, secrets: 'passphrase' }),
  },
  showRecoveryKey: {
    given: () => ({}),
    answers: (answer) =>
      expect(answer).toEqual({ recoveryKey: expect.stringMatching(/^([0-9A-Z]{5}-){10}[0-9A-Z]{5}$/) }),
  },
  createRecoveryKit: {
    given: () => ({}),
    answers: (answer) =>
      expect(answer).toEqual({
        fileName: 'holdfast-recovery-kit.pdf',
        pdf: expect.stringMatching(/^JVBERi0xLjc/), // %PDF-1.7
      }),
  },
  confirmRecoveryKey: {
    async given({ owner }) {
      const { recoveryKey } = await owner.suite.showRecoveryKey({});
      const [first = '', second = ''] = recoveryKey.split('-');
      return {
        groups: [
          { group: 1, text: first.toLowerCase() },
          { group: 2, text: second },
        ],
      };
    },
    still: () => ({
      groups: [
        { group: 1, text: 'AAAAA' },
        { group: 2, text: 'BBBBB' },
      ],
    }),
    invalid: {
      'one group': { groups: [{ group: 1, text: 'AAAAA' }] },
      'a group there is not': {
        groups: [
          { group: 0, text: 'AAAAA' },
          { group: 12, text: 'AAAAA' },
        ],
      },
    },
    errors: {
      'groups that are not the key': {
        code: 'VALIDATION',
        input: () => ({
          groups: [
            { group: 1, text: 'AAAAA' },
            { group: 2, text: 'BBBBB' },
          ],
        }),
      },
    },
    leaves: ['installation.recovery-key.show'],
    answers: async (_, __, { owner }) =>
      expect(await owner.suite.getInstallation({})).toMatchObject({ recoveryKeyConfirmed: true }),
  },
  prepareRecoveryKey: {
    given: () => ({ reason: 'The old kit was lost' }),
    invalid: { 'no reason': { reason: '' } },
    spares: ['reason'],
    answers: (answer) =>
      expect(answer).toEqual({
        recoveryKey: expect.stringMatching(/^([0-9A-Z]{5}-){10}[0-9A-Z]{5}$/),
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      }),
  },
  replaceRecoveryKey: {
    async given({ owner }) {
      const reason = 'The old kit was lost';
      const { recoveryKey } = await owner.suite.prepareRecoveryKey({ reason });
      const groups = recoveryKey.split('-').map((text, at) => ({ group: at + 1, text }));
      return { reason, groups: groups.slice(3, 5) };
    },
    still: () => ({
      reason: 'The old kit was lost',
      groups: [
        { group: 1, text: 'AAAAA' },
        { group: 2, text: 'BBBBB' },
      ],
    }),
    invalid: { 'no reason': { reason: '' }, 'one group': { groups: [{ group: 1, text: 'AAAAA' }] } },
    spares: ['reason'],
    errors: {
      'groups that are not the key': {
        code: 'VALIDATION',
        async input({ owner }) {
          const reason = 'The old kit was lost';
          await owner.suite.prepareRecoveryKey({ reason });
          const groups = [1, 2].map((group) => ({ group, text: 'AAAAA' }));
          return { reason, groups };
        },
      },
    },
    leaves: ['installation.recovery-key.prepare'],
    answers: async (answer, _, { owner }) => {
      const { recoveryKeyFingerprint: fingerprint } = await owner.suite.getInstallation({});
      expect(answer).toMatchObject({ fingerprint, repositories: expect.any(Number) });
    },
  },
  listNotices: {
    given: () => ({ limit: 2, state: 'open' as const }),
    invalid: { 'a cursor of ours': { cursor: 'e30' }, 'a state there is not': { state: 'lost' } },
    answers: (answer) => expect(answer).toMatchObject({ items: expect.any(Array), open: expect.any(Number) }),
  },
  acknowledgeNotices: {
    given: () => ({ noticeIds: [nobodysId] }),
    invalid: { 'none of them': { noticeIds: [] }, 'something that is no id': { noticeIds: ['x'] } },
    answers: (answer) => expect(answer).toEqual({ acknowledged: 0 }),
  },
  getStatus: {
    given: () => ({}),
    answers: (answer) =>
      expect(answer).toMatchObject({ secrets: { mode: 'passphrase' }, warnings: expect.any(Array) }),
  },
};

export const jobs: Cases<'jobs'> = {
  listJobs: {
    given: () => ({ limit: 2, state: 'succeeded', kind: 'data.import' }),
    invalid: {
      'a cursor of ours': { cursor: 'e30' },
      'a state there is not': { state: 'lazy' },
      'a kind that cannot be': { kind: 'Every kind' },
    },
  },
  getJob: { given: endedJob, unknown: noJob },
  watchJob: {
    given: endedJob,
    unknown: noJob,
    answers: (answer) => expect(answer).toMatchObject({ state: 'succeeded' }),
  },
  cancelJob: {
    given: async (stand) => ({ jobId: await startedJob(stand) }),
    still: endedJob,
    unknown: noJob,
    errors: {
      'one that has ended': { code: 'CONFLICT', data: { reason: 'ended' }, input: endedJob },
    },
    leaves: ['data.import'],
    async answers(_, { jobId }, stand) {
      expect(await stand.endOf(jobId)).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED' } });
    },
  },
};
