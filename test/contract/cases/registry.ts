import { expect } from 'vitest';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';

const noTenant = {
  'a tenant that never was': { tenant: nobodysId },
  'a slug nobody has': { tenant: 'no-such-tenant' },
};

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
  getUsage: { given: (_, { id }) => ({ tenant: id }), unknown: noTenant },
} satisfies Partial<Cases<'tenants'>>;
