import { expect } from 'vitest';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import { passphrase, type Stand } from '../stand.ts';

async function newOperator(stand: Stand): Promise<string> {
  const wanted = { name: stand.fresh('Edsger'), role: 'auditor', passphrase } as const;
  return (await stand.owner.auth.createOperator(wanted)).id;
}

async function disabledOperator(stand: Stand): Promise<string> {
  const operatorId = await newOperator(stand);
  await stand.owner.auth.disableOperator({ operatorId });
  return operatorId;
}

async function newBot(stand: Stand, { id, tier }: Tenant): Promise<{ principalId: string }> {
  const tenant = tier === 'free' ? (await stand.newTenant('free')).id : id;
  const { owner } = stand;
  const made = await owner.tenants.createPrincipal({ tenant, kind: 'user', name: 'Key holder' });
  return { principalId: made.id };
}

export async function newKey(stand: Stand, tenant: Tenant) {
  return await stand.owner.auth.generateApiKey(await newBot(stand, tenant));
}

/** Operators, sessions and keys. */
export const auth: Cases<'auth'> = {
  signIn: {
    given: () => ({ name: 'Ada', passphrase }),
    errors: {
      'a name nobody has': {
        code: 'UNAUTHENTICATED',
        input: (stand) => ({ name: stand.fresh('nobody'), passphrase }),
      },
      'a wrong passphrase': {
        code: 'UNAUTHENTICATED',
        input: () => ({ name: 'auditor', passphrase: 'wrong horse battery staple' }),
      },
      'no name where there are several': {
        code: 'UNAUTHENTICATED',
        data: { reason: 'name-needed' },
        input: () => ({ passphrase }),
      },
    },
    spares: ['name', 'passphrase'],
    answers: (answer) => expect(answer).toMatchObject({ name: 'Ada', role: 'owner' }),
  },
  signOut: { given: () => ({}) },
  getSession: {
    given: () => ({}),
    answers: (answer) =>
      expect(answer).toMatchObject({ name: 'Ada', role: 'owner', freshUntil: expect.any(String) }),
  },
  createOperator: {
    given: (stand) => ({ name: stand.fresh('Linus'), role: 'auditor', passphrase }),
    invalid: {
      'a short passphrase': { passphrase: 'eleven char' },
      'a long passphrase': { passphrase: 'a'.repeat(1001) },
      'a role there is not': { role: 'root' },
    },
    errors: {
      'a name that is taken': {
        code: 'CONFLICT',
        data: { reason: 'name-taken' },
        input: () => ({ name: 'ada', role: 'owner', passphrase }),
      },
    },
    spares: ['name', 'passphrase'],
  },
  listOperators: {
    given: () => ({ limit: 2 }),
    invalid: { 'a cursor of ours': { cursor: 'e30' } },
  },
  disableOperator: {
    async given({ owner, ...stand }: Stand) {
      const { items } = await owner.auth.listOperators({ limit: 1000 });
      const spare = items.find(({ name, state }) => name.startsWith('Linus') && state === 'active');
      const name = `Linus ${Object.keys(stand).length} ${items.length}`;
      const { id } = spare ?? (await owner.auth.createOperator({ name, role: 'auditor', passphrase }));
      return { operatorId: id };
    },
    unknown: { 'an operator that never was': { operatorId: nobodysId } },
    errors: {
      'the last owner': {
        code: 'CONFLICT',
        data: { reason: 'last-owner' },
        async input(stand) {
          stand.leaveOwnerAlone();
          const { items } = await stand.owner.auth.listOperators({});
          const isLast = ({ role, state }: (typeof items)[number]) => role === 'owner' && state === 'active';
          return { operatorId: items.find(isLast)?.id ?? 'none' };
        },
      },
      'one that is disabled': {
        code: 'CONFLICT',
        data: { reason: 'already-disabled' },
        async input({ owner }) {
          const made = { name: `Old ${Date.now()}`, role: 'auditor', passphrase } as const;
          const { id } = await owner.auth.createOperator(made);
          await owner.auth.disableOperator({ operatorId: id });
          return { operatorId: id };
        },
      },
    },
  },
  enableOperator: {
    given: async (stand) => ({ operatorId: await disabledOperator(stand), passphrase }),
    invalid: { 'a short passphrase': { passphrase: 'eleven char' } },
    unknown: { 'an operator that never was': { operatorId: nobodysId } },
    errors: {
      'one that is active': {
        code: 'CONFLICT',
        data: { reason: 'already-active' },
        input: async (stand) => ({ operatorId: await newOperator(stand), passphrase }),
      },
    },
    spares: ['passphrase'],
    answers: (answer) => expect(answer).toMatchObject({ state: 'active' }),
  },
  resetPassphrase: {
    given: async (stand) => ({ operatorId: await newOperator(stand), passphrase }),
    invalid: { 'a short passphrase': { passphrase: 'eleven char' } },
    unknown: { 'an operator that never was': { operatorId: nobodysId } },
    errors: {
      'one that is disabled': {
        code: 'CONFLICT',
        data: { reason: 'disabled' },
        input: async (stand) => ({ operatorId: await disabledOperator(stand), passphrase }),
      },
    },
    spares: ['passphrase'],
  },
  changePassphrase: {
    given: () => ({ passphrase }),
    invalid: { 'a short passphrase': { passphrase: 'eleven char' } },
    spares: ['passphrase'],
    answers: (answer) => expect(answer).toMatchObject({ state: 'active' }),
  },
  generateApiKey: {
    given: async (stand, tenant) => ({ ...(await newBot(stand, tenant)), scopes: ['data:read'] }),
    invalid: {
      'a scope that is none': { scopes: ['everything'] },
      'a scope its principal lacks': { scopes: ['keys:write'] },
      'no scope': { scopes: [] },
      'too short a life': { expiresInMs: 1 },
      'too long a life': { expiresInMs: 400 * 86_400_000 },
    },
    unknown: { 'a principal that never was': { principalId: nobodysId } },
    errors: {
      'a tier without keys': {
        code: 'TIER_FORBIDS',
        data: { tier: 'free', feature: 'apiKeys' },
        input: (stand) => newBot(stand, stand.tenants.basic),
      },
      'a tier without scoped keys': {
        code: 'TIER_FORBIDS',
        data: { tier: 'standard', feature: 'scopedApiKeys' },
        input: async (stand) => ({
          ...(await newBot(stand, await stand.newTenant('standard'))),
          scopes: ['data:read'],
        }),
      },
      'a principal that is disabled': {
        code: 'CONFLICT',
        data: { reason: 'inactive' },
        async input(stand) {
          const bot = await newBot(stand, stand.tenants.full);
          await stand.owner.tenants.disablePrincipal({ tenant: stand.tenants.full.id, ...bot });
          return bot;
        },
      },
    },
    async answers(answer, _, { owner }) {
      expect(answer).toMatchObject({ key: expect.stringMatching(/^hfk_/) });
      const { items } = await owner.auth.listApiKeys({ limit: 1000 });
      expect(JSON.stringify(items)).not.toContain('hfk_');
    },
  },
  listApiKeys: {
    given: (_, { id }) => ({ tenant: id, limit: 2 }),
    invalid: { 'a cursor of ours': { cursor: 'e30' } },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
  },
  verifyApiKey: {
    given: async (stand) => ({ key: (await newKey(stand, stand.tenants.full)).key }),
    answers: (answer) => expect(answer).toMatchObject({ valid: true, reason: null }),
  },
  revokeApiKey: {
    given: async (stand) => ({ keyId: (await newKey(stand, stand.tenants.full)).id }),
    unknown: { 'a key that never was': { keyId: nobodysId } },
    errors: {
      'one that is revoked': {
        code: 'CONFLICT',
        data: { reason: 'already-revoked' },
        async input(stand) {
          const { id: keyId } = await newKey(stand, stand.tenants.full);
          await stand.owner.auth.revokeApiKey({ keyId });
          return { keyId };
        },
      },
    },
  },
};
