import { expect } from 'vitest';
import type { Alert } from '../../../shared/contract/audit/alerts.ts';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

type Alerting =
  | 'listAlerts'
  | 'getAlert'
  | 'explainAlert'
  | 'listAlertRules'
  | 'listAnomalyBaselines'
  | 'muteAlertRule'
  | 'unmuteAlertRule';

const noTenant = { 'a tenant that never was': { tenant: nobodysId } };
const noAlert = { 'an alert that never was': { alertId: nobodysId } };
const noId = { 'an id that is none': { alertId: 'first' } };

/** The operators of the stand were added by its owner. */
async function someAlert({ owner }: Stand): Promise<Alert> {
  const { items } = await owner.audit.listAlerts({ rule: 'operator-added', limit: 1 });
  if (items[0] === undefined) throw new Error('nothing was raised for the operators');
  return items[0];
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

/** What rules on the log find, and which of them are muted. */
export const alerts: Pick<Cases<'audit'>, Alerting> = {
  listAlerts: {
    given: () => ({ rule: 'operator-added', limit: 1 }),
    invalid: { 'a rule there is not': { rule: 'anything' }, 'a cursor of ours': { cursor: 'e30' } },
    unknown: noTenant,
    leaves: ['alert.raise'],
    answers: (answer) =>
      expect(answer).toMatchObject({
        items: [
          { rule: 'operator-added', actor: { name: 'Ada' }, entries: [{ eventId: expect.any(String) }] },
        ],
      }),
  },
  getAlert: {
    given: async (stand) => ({ alertId: (await someAlert(stand)).id }),
    invalid: noId,
    unknown: noAlert,
    answers: async (answer, _, stand) => expect(answer).toEqual(await someAlert(stand)),
  },
  explainAlert: {
    given: async (stand) => ({ alertId: (await someAlert(stand)).id }),
    invalid: noId,
    unknown: noAlert,
    answers: (answer) =>
      expect(answer).toMatchObject({
        holds: true,
        counted: 1,
        problems: [],
        entries: [{ action: 'operator.create' }],
      }),
  },
  listAlertRules: {
    given: () => ({}),
    answers: (answer) =>
      expect(answer).toMatchObject({
        rules: expect.arrayContaining([expect.objectContaining({ id: 'refusals' })]),
      }),
  },
  listAnomalyBaselines: {
    given: (_, { id }) => ({ tenant: id }),
    invalid: { 'no name of a tenant': { tenant: '' } },
    unknown: noTenant,
    answers: (answer, { tenant }) =>
      expect(answer).toMatchObject({
        items: [{ tenantId: tenant, state: 'learning', reasons: ['days', 'entries'], daysLeft: 14 }],
      }),
  },
  muteAlertRule: {
    given: (_, { id }) => ({
      rule: 'hold-lifted',
      tenant: id,
      reason: 'holds end today',
      until: inAnHour(),
    }),
    invalid: {
      'a rule there is not': { rule: 'anything' },
      'a reason of one letter': { reason: 'x' },
      'a time that is past': { until: '2020-01-01T00:00:00Z' },
      'a time that is too far': { until: '2999-01-01T00:00:00Z' },
    },
    unknown: noTenant,
    takes: ['reason'],
    answers: (answer, { rule, tenant, reason, until }) =>
      expect(answer).toMatchObject({ rule, tenantId: tenant, reason, until, mutedBy: 'Ada', met: 0 }),
  },
  unmuteAlertRule: {
    async given({ owner }, { id }) {
      const muting = { rule: 'hold-lifted', tenant: id, reason: 'the day is over' } as const;
      await owner.audit.muteAlertRule({ ...muting, until: inAnHour() });
      return muting;
    },
    invalid: { 'a reason of one letter': { reason: 'x' } },
    unknown: { ...noTenant, 'a rule that is not muted': { rule: 'witness-removed' } },
    takes: ['reason'],
    async answers(_, __, { owner }) {
      const { rules } = await owner.audit.listAlertRules({});
      expect(rules.find(({ id }) => id === 'hold-lifted')?.mutes).toEqual([]);
    },
  },
};
