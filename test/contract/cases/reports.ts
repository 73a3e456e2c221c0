import { expect } from 'vitest';
import { z } from 'zod';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';

const period = { from: '2026-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' };
const ofAll = { standard: 'soc2', ...period } as const;
const noTenant = { 'a tenant that never was': { tenant: nobodysId } };
const wrong = {
  'a standard there is not': { standard: 'pci' },
  'a time that is none': { from: 'yesterday' },
  'a period that ends before it begins': { to: '2025-01-01T00:00:00.000Z' },
};

/** Evidence for the controls of standards. */
export const reports: Pick<Cases<'audit'>, 'previewComplianceReport' | 'generateComplianceReport'> = {
  previewComplianceReport: {
    given: (_, { id }) => ({ ...ofAll, tenant: id }),
    invalid: wrong,
    unknown: noTenant,
    errors: {
      'a tier without reports': {
        code: 'TIER_FORBIDS',
        data: { tier: 'free', feature: 'reports' },
        input: ({ tenants }) => ({ ...ofAll, tenant: tenants.basic.id }),
      },
    },
    answers: (answer) =>
      expect(answer).toMatchObject({
        custom: false,
        controls: expect.arrayContaining([
          expect.objectContaining({ id: 'CC6.1', status: 'evidence-for', collect: [] }),
        ]),
      }),
  },
  generateComplianceReport: {
    given: (stand, { id }) => ({
      ...ofAll,
      tenant: id,
      file: `${stand.path('report')}.json`,
    }),
    invalid: {
      ...wrong,
      'a file of another kind': { file: '/tmp/report.doc' },
      'a file without a name': { file: '' },
    },
    unknown: { ...noTenant, 'a folder that is not there': { file: '/nowhere/report.pdf' } },
    errors: {
      'a tier whose reports are standard': {
        code: 'TIER_FORBIDS',
        data: { tier: 'professional', feature: 'customReports' },
        input: async (stand) => ({
          ...ofAll,
          tenant: (await stand.newTenant('professional')).id,
          notes: 'ours',
          file: `${stand.path('report')}.pdf`,
        }),
      },
    },
    spares: ['notes', 'logo'],
    answers: async (answer, _, { owner }) => {
      expect(answer).toMatchObject({
        verdict: 'verified',
        files: [{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      });
      const { controls } = await owner.audit.previewComplianceReport(ofAll);
      const { totals } = z.object({ totals: z.record(z.string(), z.number()) }).parse(answer);
      const counted = Object.values(totals).reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(controls.length);
    },
  },
};
