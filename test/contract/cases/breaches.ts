import { expect } from 'vitest';
import type { Breach } from '../../../shared/contract/audit/breaches.ts';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

type Breaching =
  | 'recordBreach'
  | 'updateBreach'
  | 'notifyBreachAuthority'
  | 'notifyBreachController'
  | 'notifyBreachPeople'
  | 'decideBreach'
  | 'closeBreach'
  | 'reopenBreach'
  | 'listBreaches'
  | 'getBreach'
  | 'createBreachReport';

const before = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const inAnHour = () => before(-1);
const noBreach = { 'a breach that never was': { breachId: nobodysId } };
const noReason = { 'a reason of one letter': { reason: 'x' } };

async function someBreach({ owner }: Stand, risk: Breach['risk'] = null): Promise<Breach> {
  return await owner.audit.recordBreach({
    title: 'Lost laptop',
    awareAt: before(2),
    description: 'A laptop was left on a train.',
    nature: ['confidentiality'],
    consequences: 'None that is likely.',
    measures: 'Its disk was encrypted; the key was revoked.',
    risk,
  });
}
const ofBreach = async (stand: Stand, risk?: Breach['risk']) => ({
  breachId: (await someBreach(stand, risk)).id,
});

async function decidedBreach(stand: Stand): Promise<{ breachId: Breach['id'] }> {
  const breach = await ofBreach(stand, 'unlikely');
  await stand.owner.audit.decideBreach({ ...breach, about: 'authority', reason: 'the disk is encrypted' });
  return breach;
}

async function closedBreach(stand: Stand): Promise<{ breachId: Breach['id']; reason: string }> {
  const closing = { ...(await decidedBreach(stand)), reason: 'nothing is left to do' };
  await stand.owner.audit.closeBreach(closing);
  return closing;
}

const closed = {
  'a breach that is closed': {
    code: 'CONFLICT',
    data: { reason: 'breach-closed' },
    input: async (stand: Stand) => ({
      ...(await closedBreach(stand)),
      name: 'C',
      at: before(1),
      authority: 'A',
      how: 'B',
    }),
  },
} as const;

/** Breaches of personal data, from their record to their end. */
export const breaches: Pick<Cases<'audit'>, Breaching> = {
  recordBreach: {
    given: () => ({
      title: 'Lost laptop',
      beganAt: before(5),
      awareAt: before(3),
      description: 'A laptop was left on a train.',
      nature: ['confidentiality'],
      people: { categories: 'staff', approximate: 12 },
      entries: [{ index: 0 }],
    }),
    invalid: {
      'noticed in the future': { awareAt: inAnHour() },
      'begun after it was noticed': { beganAt: before(1) },
      'a nature there is not': { nature: ['reputation'] },
      'half a person': { people: { approximate: 0.5 } },
    },
    unknown: {
      'a tenant that never was': { tenants: [nobodysId] },
      'an entry that never was': { entries: [{ index: 99_999_999 }] },
      'a log that never was': { entries: [{ logId: 'anything', index: 0 }] },
    },
    takes: ['title', 'description', 'consequences', 'measures', 'contact'],
    answers: (answer, { title, awareAt }) =>
      expect(answer).toMatchObject({
        title,
        awareAt,
        state: 'open',
        revision: 1,
        dueAt: new Date(Date.parse(awareAt) + 72 * 3_600_000).toISOString(),
        entries: [{ index: 0 }],
        missing: ['consequences', 'measures', 'risk', 'contact', 'authority'],
        recordedBy: 'Ada',
      }),
  },
  updateBreach: {
    given: async (stand) => ({
      ...(await ofBreach(stand)),
      measures: 'It was found again.',
      risk: 'unlikely',
    }),
    invalid: {
      'noticed at another time, without a reason': { awareAt: before(1) },
      'noticed in the future': { awareAt: inAnHour(), reason: 'a wrong clock' },
      'in another role, without a reason': { role: 'both' },
    },
    unknown: { ...noBreach, 'a tenant that never was': { tenants: [nobodysId] } },
    errors: {
      ...closed,
      'a record that somebody changed': {
        code: 'CONFLICT',
        data: { reason: 'breach-changed' },
        input: async (stand) => ({ ...(await ofBreach(stand)), revision: 7 }),
      },
    },
    takes: ['title', 'description', 'consequences', 'measures', 'contact', 'reason'],
    answers: (answer, { breachId, measures }) =>
      expect(answer).toMatchObject({ id: breachId, measures, risk: 'unlikely', revision: 2 }),
  },
  notifyBreachAuthority: {
    given: async (stand) => ({ ...(await ofBreach(stand)), at: before(1), authority: 'The commissioner' }),
    invalid: { 'a time to come': { at: inAnHour() }, 'a time before it was noticed': { at: before(9) } },
    unknown: noBreach,
    errors: closed,
    takes: ['authority', 'reference', 'note', 'lateReason'],
    answers: (answer, { at, authority }) =>
      expect(answer).toMatchObject({ state: 'notified', notifications: [{ at, authority }] }),
  },
  notifyBreachController: {
    async given(stand) {
      const { breachId } = await ofBreach(stand);
      await stand.owner.audit.updateBreach({
        breachId,
        role: 'processor',
        reason: 'it is the data of others',
      });
      return { breachId, at: before(1), name: 'North Ltd', how: 'By mail.' };
    },
    invalid: { 'planned for later': { at: inAnHour() }, 'nobody told': { name: ' ' } },
    unknown: noBreach,
    errors: {
      ...closed,
      "a breach of one's own data": {
        code: 'CONFLICT',
        data: { reason: 'breach-role' },
        input: async (stand) => ({ ...(await ofBreach(stand)), at: before(1), name: 'North Ltd' }),
      },
    },
    takes: ['name', 'how'],
    answers: (answer) =>
      expect(answer).toMatchObject({
        state: 'notified',
        controllers: [{ name: 'North Ltd', how: 'By mail.' }],
      }),
  },
  notifyBreachPeople: {
    given: async (stand) => ({ ...(await ofBreach(stand, 'high')), at: before(1), how: 'By letter.' }),
    invalid: { 'a time to come': { at: inAnHour() }, 'a time before it was noticed': { at: before(9) } },
    unknown: noBreach,
    errors: closed,
    takes: ['how'],
    answers: (answer, { at, how }) => expect(answer).toMatchObject({ state: 'open', told: [{ at, how }] }),
  },
  decideBreach: {
    given: async (stand) => ({
      ...(await ofBreach(stand, 'unlikely')),
      about: 'authority',
      reason: 'the disk was encrypted',
    }),
    invalid: noReason,
    unknown: noBreach,
    errors: {
      'a risk that has to be told': {
        code: 'CONFLICT',
        data: { reason: 'breach-risk' },
        input: async (stand) => ({
          ...(await ofBreach(stand, 'risk')),
          about: 'authority',
          reason: 'the disk was encrypted',
        }),
      },
    },
    takes: ['reason'],
    answers: (answer, { reason }) =>
      expect(answer).toMatchObject({ state: 'not-notifiable', notNotified: { reason } }),
  },
  closeBreach: {
    given: async (stand) => ({ ...(await decidedBreach(stand)), reason: 'nothing is left to do' }),
    invalid: noReason,
    unknown: noBreach,
    errors: {
      'a record that lacks something': {
        code: 'CONFLICT',
        data: { reason: 'breach-incomplete', missing: ['risk', 'contact', 'authority'] },
        input: async (stand) => ({ ...(await ofBreach(stand)), reason: 'nothing is left to do' }),
      },
    },
    takes: ['reason'],
    answers: (answer, { reason }) => expect(answer).toMatchObject({ state: 'closed', closed: { reason } }),
  },
  reopenBreach: {
    given: closedBreach,
    invalid: noReason,
    unknown: noBreach,
    errors: {
      'a breach that is not closed': {
        code: 'CONFLICT',
        data: { reason: 'breach-open' },
        input: async (stand) => ({ ...(await ofBreach(stand)), reason: 'there is news' }),
      },
    },
    takes: ['reason'],
    answers: (answer) => expect(answer).toMatchObject({ state: 'not-notifiable', closed: null }),
  },
  listBreaches: {
    async given(stand, { id }) {
      const { id: breachId } = await someBreach(stand);
      await stand.owner.audit.updateBreach({ breachId, tenants: [id] });
      return { state: 'open', tenant: id, limit: 1 };
    },
    invalid: { 'a state there is not': { state: 'forgotten' }, 'a cursor of ours': { cursor: 'e30' } },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    answers: (answer) => expect(answer).toMatchObject({ items: [{ title: 'Lost laptop', state: 'open' }] }),
  },
  getBreach: {
    given: (stand) => ofBreach(stand),
    unknown: noBreach,
    answers: (answer, { breachId }) =>
      expect(answer).toMatchObject({
        breach: { id: breachId },
        history: [{ action: 'breach.record', actor: { name: 'Ada' } }],
        isBehind: false,
      }),
  },
  createBreachReport: {
    given: async (stand) => ({ ...(await ofBreach(stand)), form: 'json' }),
    invalid: { 'a form there is not': { form: 'docx' } },
    unknown: noBreach,
    answers(answer, { breachId }) {
      const { content } = answer as { content: string };
      expect(JSON.parse(Buffer.from(content, 'base64').toString('utf8'))).toMatchObject({
        format: 1,
        breach: { id: breachId },
      });
    },
  },
};
