import { expect } from 'vitest';
import { tenant } from '../../../shared/contract/tenants.ts';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

const noTenant = {
  'a tenant that never was': { tenant: nobodysId },
  'a slug nobody has': { tenant: 'no-such-tenant' },
};

/** Marked as one; what it holds does not matter. */
async function newSample(stand: Stand): Promise<{ tenant: string }> {
  const { id } = await stand.owner.tenants.createTenant({ name: 'Sample', tier: 'standard', sample: true });
  return { tenant: id };
}

/** Tenants themselves. */
export const registryCases = {
  createTenant: {
    given: (stand) => ({ name: 'Øre & Søn <A/S>', tier: 'standard', slug: stand.fresh('ore') }),
    invalid: {
      'a slug with capitals': { slug: 'Acme' },
      'a slug of dots': { slug: '../etc' },
      'a tier there is not': { tier: 'platinum' },
      'an empty name': { name: ' ' },
    },
    errors: {
      'a slug that is taken': {
        code: 'CONFLICT',
        data: { reason: 'slug-taken' },
        input: ({ tenants }) => ({ name: 'Again', tier: 'free', slug: tenants.full.slug }),
      },
    },
    takes: ['name'],
  },
  getTenant: {
    given: (_, { slug }) => ({ tenant: slug }),
    unknown: noTenant,
    answers: (answer, input) => expect(answer).toMatchObject({ slug: input.tenant }),
  },
  listTenants: {
    given: () => ({ limit: 1, search: 'tenant' }),
    invalid: {
      'no limit at all': { limit: 0 },
      'too high a limit': { limit: 1001 },
      'half a tenant': { limit: 1.5 },
      'a cursor of ours': { cursor: 'bm9uZQ' },
    },
    errors: {
      'a cursor of another filter': {
        code: 'VALIDATION',
        async input({ owner }) {
          const { next } = await owner.tenants.listTenants({ limit: 1 });
          return { limit: 1, search: 'other', cursor: next ?? 'none' };
        },
      },
    },
  },
  updateTenant: {
    given: (stand, { id }) => ({ tenant: id, name: stand.fresh('Renamed') }),
    invalid: { 'a tier there is not': { tier: 'gold' } },
    unknown: noTenant,
    errors: {
      'a tier that allows less than is used': {
        code: 'QUOTA_EXCEEDED',
        data: { over: [{ quota: 'bots', used: 2, limit: 1 }] },
        async input(stand) {
          const { id } = await stand.newTenant('standard');
          for (const name of ['One', 'Two']) {
            await stand.owner.tenants.createPrincipal({ tenant: id, kind: 'bot', name });
          }
          return { tenant: id, tier: 'free' };
        },
      },
    },
    takes: ['name'],
  },
  suspendTenant: {
    given: async (stand) => ({ tenant: (await stand.newTenant('standard')).id }),
    unknown: noTenant,
    errors: {
      'one that is suspended': {
        code: 'CONFLICT',
        data: { reason: 'already-suspended' },
        async input(stand) {
          const { id } = await stand.newTenant('standard');
          await stand.owner.tenants.suspendTenant({ tenant: id });
          return { tenant: id };
        },
      },
    },
  },
  resumeTenant: {
    async given(stand) {
      const { id } = await stand.newTenant('standard');
      await stand.owner.tenants.suspendTenant({ tenant: id });
      return { tenant: id };
    },
    unknown: noTenant,
    errors: {
      'one that is active': {
        code: 'CONFLICT',
        data: { reason: 'already-active' },
        input: ({ tenants }) => ({ tenant: tenants.full.id }),
      },
    },
  },
  createSampleTenant: {
    given: () => ({}),
    leaves: ['tenant.create', 'principal.create', 'data.import', 'file.add'],
    answers: (answer) => expect(tenant.parse(answer)).toMatchObject({ sample: true, tier: 'professional' }),
  },
  deleteSampleTenant: {
    given: newSample,
    unknown: noTenant,
    errors: {
      'a tenant that is no sample': {
        code: 'CONFLICT',
        data: { reason: 'not-a-sample' },
        input: ({ tenants }) => ({ tenant: tenants.full.id }),
      },
      'one that is being worked on': {
        code: 'LOCKED',
        data: { holder: expect.objectContaining({ kind: 'backup.create' }) },
        async input(stand) {
          const sample = await newSample(stand);
          await stand.owner.backups.createBackup({ scope: sample });
          return sample;
        },
      },
    },
    // the one that was being worked on
    leaves: ['backup.create'],
    async answers(answer, input, stand) {
      expect(answer).toEqual({ id: input.tenant });
      const { error } = await stand.call('owner', 'tenants.getTenant', input);
      expect(error?.code).toBe('NOT_FOUND');
      // whatever is still at work would change the state that the next tests look at
      const { items } = await stand.owner.jobs.listJobs({ state: 'running' });
      for (const { id } of items) await stand.endOf(id);
    },
  },
  getUsage: { given: (_, { id }) => ({ tenant: id }), unknown: noTenant },
} satisfies Partial<Cases<'tenants'>>;
