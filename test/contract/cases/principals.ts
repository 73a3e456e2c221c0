import { expect } from 'vitest';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

const noPrincipal = {
  'a principal that never was': { principalId: nobodysId },
  'a tenant that never was': { tenant: nobodysId },
};

export async function newUser(stand: Stand, { id }: Tenant) {
  const made = await stand.owner.tenants.createPrincipal({
    tenant: id,
    kind: 'user',
    name: 'Grace',
    externalId: stand.fresh('grace'),
  });
  return { tenant: id, principalId: made.id };
}

/** Users of a basic tenant are few: a tenant of its own has room. */
async function roomy(stand: Stand, tenant: Tenant): Promise<Tenant> {
  return tenant.tier === 'free' ? await stand.newTenant('free') : tenant;
}

const given = async (stand: Stand, tenant: Tenant) => newUser(stand, await roomy(stand, tenant));

/** Users and bots. */
export const principalCases = {
  createPrincipal: {
    given: (stand, { id }) => ({
      tenant: id,
      kind: 'user',
      name: 'Grace',
      externalId: stand.fresh('grace'),
      scopes: ['data:read'],
    }),
    invalid: {
      'a scope that is none': { scopes: ['everything'] },
      'a scope too many': { scopes: Array.from({ length: 101 }, (_, index) => `data:a${index}`) },
      'a kind there is not': { kind: 'cat' },
      'an empty external id': { externalId: '' },
    },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    errors: {
      'one bot too many': {
        code: 'QUOTA_EXCEEDED',
        data: { quota: 'bots', limit: 1, used: 1, asked: 1 },
        async input(stand) {
          const { id: tenant } = await stand.newTenant('free');
          await stand.owner.tenants.createPrincipal({ tenant, kind: 'bot', name: 'One' });
          return { tenant, kind: 'bot', name: 'Two' };
        },
      },
      'an external id that is taken': {
        code: 'CONFLICT',
        data: { reason: 'external-id-taken' },
        async input(stand) {
          const tenant = stand.tenants.full.id;
          const externalId = stand.fresh('taken');
          await stand.owner.tenants.createPrincipal({ tenant, kind: 'user', name: 'A', externalId });
          return { tenant, kind: 'user', name: 'B', externalId };
        },
      },
      'a suspended tenant': {
        code: 'CONFLICT',
        data: { reason: 'tenant-suspended' },
        input: async (stand) => ({ tenant: await suspended(stand), kind: 'user', name: 'Grace' }),
      },
    },
    takes: ['name', 'externalId'],
  },
  listPrincipals: {
    given: (_, { id }) => ({ tenant: id, kind: 'user', limit: 5 }),
    invalid: { 'a cursor of ours': { cursor: 'e30' } },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
  },
  disablePrincipal: {
    given,
    unknown: noPrincipal,
    errors: {
      'one that is disabled': {
        code: 'CONFLICT',
        data: { reason: 'already-disabled' },
        async input(stand) {
          const user = await given(stand, stand.tenants.full);
          await stand.owner.tenants.disablePrincipal(user);
          return user;
        },
      },
    },
  },
  enablePrincipal: {
    async given(stand, tenant) {
      const user = await given(stand, tenant);
      await stand.owner.tenants.disablePrincipal(user);
      return user;
    },
    unknown: noPrincipal,
    errors: {
      'one that is active': {
        code: 'CONFLICT',
        data: { reason: 'already-active' },
        input: (stand) => given(stand, stand.tenants.full),
      },
    },
  },
  deletePrincipal: {
    given,
    unknown: noPrincipal,
    async answers(answer, input, { owner }) {
      expect(answer).toEqual({ id: input.principalId, keyCopies: [] });
      const { items } = await owner.tenants.listPrincipals({ tenant: input.tenant, limit: 1000 });
      expect(items.map(({ id }) => id)).not.toContain(input.principalId);
    },
  },
} satisfies Partial<Cases<'tenants'>>;

/** The id of a tenant that has just been suspended. */
export async function suspended(stand: Stand): Promise<string> {
  const { id } = await stand.newTenant('standard');
  await stand.owner.tenants.suspendTenant({ tenant: id });
  return id;
}
