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
  getStatus: {
    given: () => ({}),
    answers: (answer) =>
      expect(answer).toMatchObject({ secrets: { mode: 'passphrase' }, warnings: expect.any(Array) }),
  },
};

export const jobs: Cases<'jobs'> = {
  listJobs: {
    given: () => ({ limit: 2, state: 'succeeded' }),
    invalid: { 'a cursor of ours': { cursor: 'e30' }, 'a state there is not': { state: 'lazy' } },
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
