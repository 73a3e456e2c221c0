import { expect } from 'vitest';
import { type Cases, nobodysId } from '../case.ts';

const nightly = { kind: 'at' as const, times: ['02:30'], weekdays: [1, 2, 3, 4, 5, 6, 7] };
const setting = {
  times: nightly,
  timeZone: 'Europe/Berlin',
  missed: 'run-once' as const,
  overlap: 'queue' as const,
  blackouts: [{ weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }],
  paused: null,
};
const changed = (change: object) => ({ setting: { ...setting, ...change } });
const unclear = {
  'a tenant and the installation': { installation: true },
  'no owner': { tenant: undefined },
};
const unknown = { 'a tenant that never was': { tenant: nobodysId } };
const badSetting = {
  'a zone there is not': changed({ timeZone: 'Europe/Atlantis' }),
  'an offset for a zone': changed({ timeZone: '+01:00' }),
  'a path for a zone': changed({ timeZone: '../../etc/localtime' }),
  'a time there is not': changed({ times: { ...nightly, times: ['24:30'] } }),
  'a weekday there is not': changed({ times: { ...nightly, weekdays: [8] } }),
  'a weekday twice': changed({ times: { ...nightly, weekdays: [1, 1] } }),
  'an expression that is none': changed({ times: { kind: 'cron', expression: 'every full moon' } }),
  'times that never come': changed({ times: { kind: 'cron', expression: '0 4 30 2 *' } }),
  'hardly an interval': changed({ times: { kind: 'every', minutes: 1 } }),
  'windows that leave no time': changed({
    blackouts: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
  }),
  'a pause that is over': changed({ paused: { reason: 'moving', until: '2020-01-01T00:00:00Z' } }),
  'a pause for ever': changed({ paused: { reason: 'moving', until: '9999-01-01T00:00:00Z' } }),
  'a pause without end': changed({ paused: { reason: 'moving' } }),
  'a member there is not': changed({ colour: 'red' }),
};

/** When backups are made by themselves. */
export const schedules: Pick<
  Cases<'backups'>,
  'listSchedules' | 'getSchedule' | 'setSchedule' | 'resetSchedule' | 'previewSchedule'
> = {
  listSchedules: {
    given: () => ({ limit: 2 }),
    invalid: { 'a cursor of ours': { cursor: 'e30' } },
    answers: (answer) =>
      expect(answer).toMatchObject({
        items: [
          { tenantId: null, every: 'daily' },
          { tenantId: expect.any(String), nextRun: expect.any(String) },
        ],
        next: expect.any(String),
      }),
  },
  getSchedule: {
    given: (_, { id }) => ({ tenant: id }),
    invalid: unclear,
    unknown,
    answers: (answer, { tenant }) =>
      expect(answer).toMatchObject({
        tenantId: tenant,
        tooOften: false,
        default: { times: { kind: 'tier' } },
      }),
  },
  setSchedule: {
    given: (_, { id }) => ({ tenant: id, setting }),
    invalid: { ...unclear, ...badSetting },
    unknown,
    errors: {
      'a tenant that is backed up by hand': {
        code: 'TIER_FORBIDS',
        data: { tier: 'free', feature: 'schedule' },
        input: async (stand) => ({ tenant: (await stand.newTenant('free')).id, setting }),
      },
      'times that come more often than the tier allows': {
        code: 'TIER_FORBIDS',
        data: { tier: 'standard', feature: 'schedule' },
        input: async (stand) => ({ tenant: (await stand.newTenant('standard')).id, setting }),
      },
    },
    answers: (answer, { tenant }) =>
      expect(answer).toMatchObject({ tenantId: tenant, setting, set: { by: expect.any(String) } }),
  },
  resetSchedule: {
    given: (_, { id }) => ({ tenant: id }),
    invalid: unclear,
    unknown,
    answers: (answer) => expect(answer).toMatchObject({ set: null, setting: { times: { kind: 'tier' } } }),
  },
  previewSchedule: {
    given: (_, { id }) => ({ tenant: id, setting, runs: 2, from: '2026-03-28T12:00:00Z' }),
    invalid: { ...unclear, ...badSetting, 'more runs than anybody reads': { runs: 51 } },
    unknown,
    answers: (answer) =>
      expect(answer).toMatchObject({
        timeZone: 'Europe/Berlin',
        runs: [
          { time: '2026-03-29T01:00:00.000Z', wall: '2026-03-29T02:30', effect: 'missing', waited: null },
          { time: '2026-03-30T00:30:00.000Z', effect: 'none' },
        ],
      }),
  },
};
