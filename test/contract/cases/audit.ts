import { expect } from 'vitest';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import { alerts } from './alerts.ts';
import { auditExplorer } from './audit-explorer.ts';
import { auditRetention } from './audit-retention.ts';
import { breaches } from './breaches.ts';
import { forwarding } from './forwarding.ts';
import { reports } from './reports.ts';
import { tamperDrill } from './tamper-drill.ts';
import { timestamps } from './timestamps.ts';
import { witnesses } from './witnesses.ts';

const noTenant = { 'a tenant that never was': { tenant: nobodysId } };

/** The log itself. */
export const audit: Cases<'audit'> = {
  logAction: {
    given: (_, { id }) => ({
      tenant: id,
      action: 'invoice.send',
      resource: { kind: 'invoice', id: 'R-17' },
      reason: 'asked for by the customer',
      facts: { lines: 3, currency: 'EUR' },
    }),
    invalid: {
      'an action of one word': { action: 'send' },
      'a fact that is a list': { facts: { lines: [1] } },
      'a fact with a fraction': { facts: { amount: 0.5 } },
      'a fact without end': { facts: { text: 'a'.repeat(501) } },
      'half a character in a fact': { facts: { text: '\ud800' } },
      'half a character in the name of a fact': { facts: { '\udfff': 1 } },
      'a resource that climbs out of its words': { resource: { kind: '../', id: 'a' } },
      'more facts than an entry holds': {
        facts: Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`fact${at}`, 'a'.repeat(400)])),
      },
    },
    unknown: noTenant,
    takes: ['reason'],
    leaves: ['invoice.send'],
    async answers(answer, { tenant }, { owner }) {
      const { items } = await owner.audit.getAuditTrail({ tenant, action: 'invoice.send', limit: 1 });
      expect(answer).toEqual({ id: items[0]?.eventId });
      expect(items[0]).toMatchObject({
        resource: { kind: 'invoice', id: 'R-17' },
        facts: { lines: 3, currency: 'EUR' },
        reason: 'asked for by the customer',
        actor: { kind: 'operator', name: 'Ada' },
      });
    },
  },
  getIntegrity: {
    given: () => ({}),
    answers: (answer) =>
      expect(answer).toMatchObject({
        logId: expect.stringMatching(/\/installation\/e1$/),
        keys: expect.arrayContaining([expect.objectContaining({ epoch: 1, signs: true, handedOver: null })]),
      }),
  },
  getAuditTrail: {
    given: (_, { id }) => ({ tenant: id, action: 'tenant.*', actor: 'Ada', text: 'tenant create', limit: 1 }),
    invalid: {
      'no word that has to be there': { text: '-tenant' },
      'a time that is none': { from: 'yesterday' },
      'an outcome there is not': { outcome: 'maybe' },
      'a cursor of ours': { cursor: 'e30' },
    },
    unknown: noTenant,
    answers: (answer) =>
      expect(answer).toMatchObject({ items: [{ action: 'tenant.create' }], reached: null }),
  },
  getAuditEntry: {
    async given({ owner }, { id }) {
      const { items } = await owner.audit.getAuditTrail({ tenant: id, limit: 1 });
      return { eventId: String(items[0]?.eventId) };
    },
    invalid: { 'an id that is none': { eventId: 'first' } },
    unknown: { 'an event that never was': { eventId: nobodysId } },
    async answers(answer, { eventId }, { owner }) {
      const { items } = await owner.audit.getAuditTrail({ limit: 1000 });
      expect(answer).toEqual(items.find((entry) => entry.eventId === eventId));
    },
  },
  getAuditTimeline: {
    given: (_, { id }) => ({ tenant: id, buckets: 10 }),
    invalid: {
      'no bucket': { buckets: 0 },
      'too many buckets': { buckets: 501 },
      'a severity there is not': { severity: 'dire' },
      'a time that is none': { from: 'yesterday' },
    },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    async answers(answer, { tenant }, { owner }) {
      const { items } = await owner.audit.getAuditTrail({
        ...(tenant === undefined ? {} : { tenant }),
        limit: 1000,
      });
      expect(answer).toMatchObject({ total: items.length });
    },
  },
  ...forwarding,
  ...reports,
  ...auditExplorer,
  ...witnesses,
  ...timestamps,
  ...tamperDrill,
  ...auditRetention,
  ...alerts,
  ...breaches,
  acknowledgeAuditState: {
    given: () => ({ reason: 'a test' }),
    invalid: { 'a reason of one letter': { reason: 'x' } },
    refused: { code: 'CONFLICT', data: { reason: 'not-contradicted' } },
  },
  planAuditExport: {
    given: (_, { id }) => ({ tenant: id }),
    invalid: {
      'a time that is none': { from: 'yesterday' },
      'no epoch': { epoch: 0 },
      'a report of no period': { reports: [{ standard: 'soc2' }] },
    },
    unknown: { ...noTenant, 'an epoch that never was': { epoch: 7 } },
    async answers(answer, { tenant }, { owner }) {
      const { items } = await owner.audit.getAuditTrail({
        ...(tenant === undefined ? {} : { tenant }),
        limit: 1000,
      });
      expect(answer).toMatchObject({
        from: 0,
        entries: items.length,
        fields: { states: expect.any(Number) },
      });
    },
  },
  exportAuditLog: {
    given: (stand, { id }) => ({ tenant: id, file: stand.path('log.hfbundle.zip'), disclose: ['people'] }),
    invalid: {
      'a time that is none': { from: 'yesterday' },
      'a file without a name': { file: '' },
      'a disclosure there is not': { disclose: ['keys'] },
      'a standard there is not': { reports: [{ standard: 'pci' }] },
      'two reports on a standard': { reports: [{ standard: 'soc2' }, { standard: 'soc2' }] },
    },
    unknown: { ...noTenant, 'a folder that is not there': { file: '/nowhere/log.hfbundle.zip' } },
    leaves: ['log.export'],
    async answers(answer) {
      expect(answer).toMatchObject({ from: 0, entries: expect.any(Number) });
    },
  },
  getSigningKey: {
    given: () => ({}),
    answers: (answer) =>
      expect(answer).toMatchObject({
        name: expect.stringMatching(/\/e1\/k[0-9]+$/),
        former: expect.any(Array),
      }),
  },
  rotateSigningKey: {
    given: () => ({ reason: 'the quarter is over' }),
    invalid: { 'a reason of one letter': { reason: 'x' } },
    takes: ['reason'],
    leaves: ['log.key.rotate'],
    async answers(answer, _, { owner }) {
      expect(answer).toEqual(await owner.audit.getSigningKey({}));
      expect(answer).toMatchObject({ former: expect.arrayContaining([expect.stringContaining('/e1/k1+')]) });
    },
  },
  checkCheckpoint: {
    async given(stand) {
      const { request } = await stand.owner.audit.requestCosignature({ since: 0 });
      return { note: request.slice(request.indexOf('\n\n') + 2) };
    },
    invalid: { 'no checkpoint': { note: 'nothing of the kind' } },
    answers: (answer) => expect(answer).toMatchObject({ finding: 'goes-on' }),
  },
  verifyAuditLog: {
    given: (_, { id }) => ({ tenant: id }),
    unknown: noTenant,
    answers: (answer) => expect(answer).toMatchObject({ verdict: 'verified', problems: [] }),
  },
};
