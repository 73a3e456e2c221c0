import { expect } from 'vitest';
import { subjectErasure, subjectExport } from '../../../shared/contract/subjects.ts';
import { type Cases, nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';
import { newUser } from './principals.ts';

const noSubject = {
  'a person that never was': { subjectId: nobodysId },
  'a tenant that never was': { tenant: nobodysId },
};

async function newErasable(stand: Stand) {
  const tenant = await stand.newTenant('standard');
  const { principalId } = await newUser(stand, tenant);
  return { tenant: tenant.id, subjectId: principalId, confirm: 'Grace', reason: 'asked to be forgotten' };
}

/** People who are erased. */
export const subjectCases = {
  planSubjectErasure: {
    async given(stand, tenant) {
      const of = tenant.tier === 'free' ? await stand.newTenant('free') : tenant;
      const { principalId } = await newUser(stand, of);
      return { tenant: of.id, subjectId: principalId };
    },
    unknown: noSubject,
    answers: (answer, { subjectId }) =>
      expect(answer).toMatchObject({ subjectId, name: 'Grace', obstacles: [] }),
  },
  eraseSubject: {
    given: newErasable,
    invalid: { 'a reason of one letter': { reason: 'x' }, 'the name of another': { confirm: 'Ada' } },
    unknown: noSubject,
    takes: ['reason'],
    errors: {
      'one of a tenant that is held': {
        code: 'CONFLICT',
        data: { reason: 'held' },
        async input(stand) {
          const input = await newErasable(stand);
          await stand.owner.backups.placeHold({ tenant: input.tenant, reason: 'a lawsuit' });
          return input;
        },
      },
    },
    async answers(answer, { subjectId, tenant = '' }, stand) {
      expect(subjectErasure.parse(answer)).toMatchObject({ subjectId, kind: 'user' });
      expect(await stand.owner.tenants.listPrincipals({ tenant })).toMatchObject({ items: [] });
    },
  },
  planSubjectExport: {
    async given(stand, tenant) {
      const of = tenant.tier === 'free' ? await stand.newTenant('free') : tenant;
      const { principalId } = await newUser(stand, of);
      return { tenant: of.id, subjectId: principalId };
    },
    unknown: noSubject,
    answers: (answer, { subjectId }) =>
      expect(answer).toMatchObject({ subjectId, kind: 'user', name: 'Grace', apiKeys: 0 }),
  },
  exportSubjectData: {
    async given(stand, tenant) {
      const of = tenant.tier === 'free' ? await stand.newTenant('free') : tenant;
      const { principalId } = await newUser(stand, of);
      return { tenant: of.id, subjectId: principalId, file: stand.path('person.zip') };
    },
    invalid: { 'a file without a name': { file: '' } },
    unknown: { ...noSubject, 'a folder that is not there': { file: '/nowhere/person.zip' } },
    answers: (answer) => expect(subjectExport.parse(answer).entries).toBeGreaterThan(0),
  },
  listSubjectErasures: {
    given: () => ({ limit: 10 }),
    invalid: { 'no limit at all': { limit: 0 }, 'a cursor of ours': { cursor: 'bm9uZQ' } },
  },
} satisfies Partial<Cases<'tenants'>>;
