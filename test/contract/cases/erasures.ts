import { expect } from 'vitest';
import { erasure } from '../../../shared/contract/erasures.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type Cases, nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

const noTenant = { 'a tenant that never was': { tenant: nobodysId } };

async function newErasable(stand: Stand): Promise<{ tenant: Uuid; confirm: string; reason: string }> {
  const { id, slug } = await stand.newTenant('standard');
  return { tenant: id, confirm: slug, reason: 'the contract ended' };
}

/** Tenants that are destroyed everywhere. */
export const erasureCases = {
  planErasure: {
    given: (_, { id }) => ({ tenant: id }),
    unknown: noTenant,
    answers: (answer, { tenant }) =>
      expect(answer).toMatchObject({ tenantId: tenant, places: [{ targetId: null, state: 'ready' }] }),
  },
  eraseTenant: {
    given: newErasable,
    invalid: { 'a reason of one letter': { reason: 'x' }, 'the slug of another': { confirm: 'another' } },
    unknown: noTenant,
    takes: ['reason'],
    errors: {
      'one that is held': {
        code: 'CONFLICT',
        data: { reason: 'held' },
        async input(stand) {
          const input = await newErasable(stand);
          await stand.owner.backups.placeHold({ tenant: input.tenant, reason: 'a lawsuit' });
          return input;
        },
      },
    },
    async answers(answer, { tenant }, stand) {
      expect(erasure.parse(answer)).toMatchObject({
        tenantId: tenant,
        places: [{ targetId: null, state: 'erased' }],
        proof: { ok: true },
      });
      const { error } = await stand.call('owner', 'tenants.getTenant', { tenant });
      expect(error?.code).toBe('NOT_FOUND');
    },
  },
  listErasures: {
    given: () => ({ limit: 10 }),
    invalid: { 'no limit at all': { limit: 0 }, 'a cursor of ours': { cursor: 'bm9uZQ' } },
  },
  proveErasure: {
    async given(stand) {
      const input = await newErasable(stand);
      await stand.done('tenants.eraseTenant', input);
      return { tenantId: input.tenant };
    },
    unknown: { 'a tenant that was not erased': { tenantId: nobodysId } },
    leaves: ['tenant.create', 'tenant.erase'],
    answers: (answer) => expect(erasure.parse(answer).proof).toMatchObject({ ok: true }),
  },
} satisfies Partial<Cases<'tenants'>>;
