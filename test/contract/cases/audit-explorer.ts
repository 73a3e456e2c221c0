import { expect } from 'vitest';
import { type Cases, nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

type Explored =
  | 'watchAuditTrail'
  | 'getAuditCounts'
  | 'getAuditStates'
  | 'getAuditProof'
  | 'listAuditFilters'
  | 'saveAuditFilter'
  | 'deleteAuditFilter';

const narrowed = { action: 'tenant.*', severity: 'info', text: 'tenant -"look at"' } as const;

async function savedFilter(stand: Stand): Promise<string> {
  const { name } = await stand.owner.audit.saveAuditFilter({ name: stand.fresh('Mine'), filter: narrowed });
  return name;
}

/** What the explorer of the log stands on. */
export const auditExplorer: Pick<Cases<'audit'>, Explored> = {
  watchAuditTrail: {
    given: (_, { id }) => ({ tenant: id, action: 'tenant.*', since: '2020-01-01T00:00:00Z' }),
    invalid: {
      'a time that is none': { since: 'yesterday' },
      'no word that has to be there': { text: '-invoice' },
    },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    async answers(answer, { tenant, action }, { owner }) {
      const input = { action, order: 'oldest' as const, ...(tenant === undefined ? {} : { tenant }) };
      const { items } = await owner.audit.getAuditTrail(input);
      expect(answer).toEqual({ items, missed: 0 });
    },
  },
  getAuditCounts: {
    given: (_, { id }) => ({ tenant: id, actor: 'Ada', action: 'tenant.*', to: '2100-01-01T00:00:00Z' }),
    invalid: {
      'no bucket': { buckets: 0 },
      'no action or actor': { top: 0 },
      'more than anybody reads': { top: 101 },
      'no word that has to be there': { text: '-tenant' },
      'a time that is none': { from: 'yesterday' },
    },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    async answers(answer, { tenant, actor, action: asked }, { owner }) {
      const filter = { actor, action: asked, limit: 1000, ...(tenant === undefined ? {} : { tenant }) };
      const { items } = await owner.audit.getAuditTrail(filter);
      const ofAction = (wanted: string) => items.filter(({ action }) => action === wanted).length;
      const actions = [...new Set(items.map(({ action }) => action))];
      expect(answer).toMatchObject({
        total: items.length,
        since: null,
        actors: {
          top: [{ kind: 'operator', name: 'Ada', asked: 'Ada', count: items.length }],
          others: { different: 0, count: 0 },
        },
        actions: {
          top: expect.arrayContaining(actions.map((action) => ({ action, count: ofAction(action) }))),
        },
        timeline: { total: items.length },
      });
    },
  },
  getAuditStates: {
    async given({ owner }, { id }) {
      const { items } = await owner.audit.getAuditTrail({ tenant: id, action: 'tenant.create' });
      return { eventId: String(items[0]?.eventId) };
    },
    invalid: { 'an id that is none': { eventId: 'first' } },
    unknown: { 'an event that never was': { eventId: nobodysId } },
    answers: (answer) =>
      expect(answer).toEqual({ before: null, after: expect.objectContaining({ tier: expect.any(String) }) }),
  },
  getAuditProof: {
    async given({ owner }, { id }) {
      const { items } = await owner.audit.getAuditTrail({ tenant: id, action: 'tenant.create' });
      return { eventId: String(items[0]?.eventId) };
    },
    invalid: { 'an id that is none': { eventId: 'first' } },
    unknown: { 'an event that never was': { eventId: nobodysId } },
    answers: (answer) =>
      expect(answer).toMatchObject({
        logId: expect.stringMatching(/\/e1$/),
        proof: expect.stringMatching(/^c2sp\.org\/tlog-proof@v1\nextra \S+\nindex 0\n/),
      }),
  },
  listAuditFilters: {
    given: () => ({}),
    answers: (answer) => expect(answer).toEqual({ items: expect.any(Array), next: null }),
  },
  saveAuditFilter: {
    given: (stand) => ({ name: stand.fresh('Mine'), filter: narrowed }),
    invalid: {
      'a name without a letter': { name: ' ' },
      'a filter with a member there is not': { filter: { colour: 'blue' } },
      'no word that has to be there': { filter: { text: '-invoice' } },
    },
    takes: ['name'],
    async answers(answer, { name }, { owner }) {
      const { items } = await owner.audit.listAuditFilters({});
      expect(items).toContainEqual(answer);
      expect(answer).toMatchObject({ name, filter: narrowed });
    },
  },
  deleteAuditFilter: {
    given: async (stand) => ({ filter: await savedFilter(stand) }),
    invalid: { 'no name': { filter: '' } },
    unknown: { 'a filter that nobody saved': { filter: 'nobody knows it' } },
    async answers(_, { filter }, { owner }) {
      const { items } = await owner.audit.listAuditFilters({});
      expect(items.map(({ name }) => name)).not.toContain(filter);
    },
  },
};
