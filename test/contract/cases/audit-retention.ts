import { expect } from 'vitest';
import { type Cases, nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

type Retaining =
  | 'getAuditRetention'
  | 'setAuditRetention'
  | 'approveAuditRetention'
  | 'cancelAuditRetention'
  | 'acknowledgeAuditRetention'
  | 'setAuditArchive'
  | 'holdAuditLog'
  | 'liftAuditHold'
  | 'planAuditRetention'
  | 'applyAuditRetention';

const reason = 'rehearsal of retention';
const unknown = { 'a tenant that never was': { tenant: nobodysId } };
const hardly = { 'hardly a reason': { reason: 'x ' } };

/** Each change of what decides is told by its seal. */
const sealed = ['log.retention.sealed'];

/** A change that another owner asked for. */
async function asked({ otherOwner }: Stand, tenant: string, days = 90): Promise<string> {
  const { pending } = await otherOwner.audit.setAuditRetention({ tenant, days, reason });
  return pending?.id ?? nobodysId;
}

const newHold = async ({ owner }: Stand, tenant: string) =>
  (await owner.audit.holdAuditLog({ tenant, reason })).id;

/** How long the log is kept, and what was pruned. */
export const auditRetention: Pick<Cases<'audit'>, Retaining> = {
  getAuditRetention: {
    given: (_, { id }) => ({ tenant: id }),
    unknown,
    answers: (answer) => expect(answer).toMatchObject({ usualDays: 2192, intact: true, prunings: [] }),
  },
  setAuditRetention: {
    given: (_, { id }) => ({ tenant: id, days: 4000, reason }),
    invalid: {
      ...hardly,
      'less than a month': { days: 29 },
      'half a day': { days: 400.5 },
      'no class': { recordClass: 'everything' as 'api' },
    },
    unknown,
    takes: ['reason'],
    leaves: sealed,
    async answers(answer, { tenant }, { owner }) {
      expect(answer).toEqual({ days: 4000, pending: null });
      const { days, pending } = await owner.audit.setAuditRetention({ tenant, days: 3000, reason });
      expect([days, pending?.from, pending?.to]).toEqual([4000, 4000, 3000]);
      await expect(
        owner.audit.approveAuditRetention({ changeId: pending?.id ?? nobodysId, reason }),
      ).rejects.toMatchObject({ code: 'FORBIDDEN', data: { reason: 'own-change' } });
    },
  },
  approveAuditRetention: {
    given: async (stand, { id }) => ({ changeId: await asked(stand, id), reason }),
    invalid: hardly,
    unknown: { 'a change that never was': { changeId: nobodysId } },
    spares: ['reason'],
    leaves: sealed,
    answers: (answer) => expect(answer).toEqual({ days: 90 }),
  },
  cancelAuditRetention: {
    given: async (stand, { id }) => ({ changeId: await asked(stand, id, 80), reason }),
    invalid: hardly,
    unknown: { 'a change that never was': { changeId: nobodysId } },
    spares: ['reason'],
    leaves: sealed,
    async answers(_, { changeId }, { owner }) {
      const { pending } = await owner.audit.getAuditRetention({});
      expect(pending.map(({ id }) => id)).not.toContain(changeId);
    },
  },
  acknowledgeAuditRetention: {
    given: () => ({ reason }),
    invalid: hardly,
    refused: { code: 'CONFLICT', data: { reason: 'retention-intact' } },
  },
  setAuditArchive: {
    given: ({ work }) => ({ folder: work }),
    errors: {
      'a folder of the installation': {
        code: 'VALIDATION',
        input: ({ dataFolder }) => ({ folder: dataFolder }),
      },
    },
    spares: ['folder'],
    leaves: sealed,
    answers: (answer) => expect(answer).toMatchObject({ folder: expect.any(String) }),
  },
  holdAuditLog: {
    given: (_, { id }) => ({ tenant: id, reason }),
    invalid: hardly,
    unknown,
    takes: ['reason'],
    leaves: sealed,
    answers: (answer, { tenant }) => expect(answer).toMatchObject({ tenantId: tenant, placedBy: 'Ada' }),
  },
  liftAuditHold: {
    given: async (stand, { id }) => ({ holdId: await newHold(stand, id), reason }),
    invalid: hardly,
    unknown: { 'a hold that never was': { holdId: nobodysId } },
    spares: ['reason'],
    leaves: sealed,
    async answers(_, { holdId }, { owner }) {
      const { holds } = await owner.audit.getAuditRetention({});
      expect(holds.map(({ id }) => id)).not.toContain(holdId);
    },
  },
  planAuditRetention: {
    given: (_, { id }) => ({ tenant: id }),
    unknown,
    answers: (answer, { tenant }) =>
      expect(answer).toMatchObject({ logs: [{ tenantId: tenant, minimum: 0, to: 0, entries: 0 }] }),
  },
  applyAuditRetention: {
    async given({ owner, work }, { id }) {
      await owner.audit.setAuditArchive({ folder: work });
      await owner.audit.listAlerts({}); // the rules read on before anything goes
      return { tenant: id };
    },
    unknown,
    answers: (answer) => expect(answer).toEqual({ logs: [] }),
  },
};
