import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';
import { suspended } from './principals.ts';

const lines = '{"id":"a","n":1}\n{"id":"b","n":2}\n';
const imported = z.object({ importId: z.string(), imported: z.number() });

export async function newImport(stand: Stand, { id: tenant }: Pick<Tenant, 'id'>) {
  const input = { tenant, collection: stand.fresh('imported'), file: stand.file('lines', lines) };
  const { importId } = imported.parse(await stand.done('tenants.importDocuments', input));
  return { tenant, importId };
}

const noTenant = { 'a tenant that never was': { tenant: nobodysId } };
export const badPaths = (member: string) => ({
  'a relative path': { [member]: '../lines' },
  'an empty path': { [member]: '' },
  'a path with NUL': { [member]: '/tmp/a\0b' },
});

/** Collections from and to files of this machine. */
export const importCases = {
  importDocuments: {
    given: (stand, { id }) => ({
      tenant: id,
      collection: stand.fresh('imported'),
      file: stand.file('lines', lines),
    }),
    invalid: {
      ...badPaths('file'),
      'a collection of dots': { collection: '../people' },
    },
    unknown: { ...noTenant, 'a file that is not there': { file: '/nowhere/lines' } },
    errors: {
      'a damaged line': {
        code: 'VALIDATION',
        input: (stand) => ({
          tenant: stand.tenants.full.id,
          collection: 'damaged',
          file: stand.file('lines', `${lines}{"id":\n`),
        }),
      },
      'a device': {
        code: 'VALIDATION',
        input: ({ tenants }) => ({ tenant: tenants.full.id, collection: 'device', file: '/dev/null' }),
      },
      'a file of the installation': {
        code: 'VALIDATION',
        input: (stand) => ({
          tenant: stand.tenants.full.id,
          collection: 'stolen',
          file: join(stand.dataFolder, 'control.db'),
        }),
      },
      'a suspended tenant': {
        code: 'CONFLICT',
        data: { reason: 'tenant-suspended' },
        input: async (stand) => ({
          tenant: await suspended(stand),
          collection: 'a',
          file: stand.file('lines', lines),
        }),
      },
    },
    intends: true,
    answers: (answer) => expect(answer).toMatchObject({ imported: 2, skipped: 0, failed: [] }),
  },
  undoImport: {
    given: newImport,
    unknown: { ...noTenant, 'an import that never was': { importId: nobodysId } },
    errors: {
      'one that is undone': {
        code: 'CONFLICT',
        data: { reason: 'import-undone' },
        async input(stand) {
          const made = await newImport(stand, stand.tenants.full);
          await stand.done('tenants.undoImport', made);
          return made;
        },
      },
    },
    answers: (answer) => expect(answer).toMatchObject({ removed: 2 }),
  },
  listImports: { given: (_, { id }) => ({ tenant: id }), unknown: noTenant },
  exportDocuments: {
    given: (stand, { id }) => ({ tenant: id, collection: 'people', file: stand.path('exported') }),
    invalid: { ...badPaths('file'), 'a folder': { file: '/' } },
    unknown: { ...noTenant, 'a folder that is not there': { file: '/nowhere/lines' } },
    errors: {
      'a file that is there': {
        code: 'CONFLICT',
        data: { reason: 'file-exists' },
        input: (stand) => ({
          tenant: stand.tenants.full.id,
          collection: 'people',
          file: stand.file('exported', ''),
        }),
      },
      'a file in the installation': {
        code: 'VALIDATION',
        input: (stand) => ({
          tenant: stand.tenants.full.id,
          collection: 'people',
          file: join(stand.dataFolder, 'exported'),
        }),
      },
    },
    answers: (_, { file }) => expect(existsSync(file)).toBe(true),
  },
} satisfies Partial<Cases<'tenants'>>;
