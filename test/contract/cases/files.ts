import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';
import { badPaths } from './imports.ts';
import { suspended } from './principals.ts';

const added = z.object({ id: z.string() });

export async function newFile(stand: Stand, { id: tenant }: Pick<Tenant, 'id'>) {
  const input = { tenant, path: stand.file('source', 'content'), name: stand.fresh('letter') };
  const { id: fileId } = added.parse(await stand.done('tenants.addFile', input));
  return { tenant, fileId };
}

const noTenant = { 'a tenant that never was': { tenant: nobodysId } };
const noFile = { ...noTenant, 'a file that never was': { fileId: nobodysId } };

/** Files that a tenant keeps. */
export const fileCases = {
  addFile: {
    given: (stand, { id }) => ({
      tenant: id,
      path: stand.file('source', 'content'),
      name: `letters/${stand.fresh('größe & <b>')}`,
    }),
    invalid: {
      ...badPaths('path'),
      'a name that climbs': { name: 'a/../../b' },
      'a name from the root': { name: '/etc/passwd' },
    },
    unknown: { ...noTenant, 'a source that is not there': { path: '/nowhere/source' } },
    errors: {
      'a name that is taken': {
        code: 'CONFLICT',
        data: { reason: 'name-taken' },
        async input(stand) {
          const name = stand.fresh('taken');
          const input = { tenant: stand.tenants.full.id, path: stand.file('source', 'content'), name };
          await stand.done('tenants.addFile', input);
          return input;
        },
      },
      'a suspended tenant': {
        code: 'CONFLICT',
        data: { reason: 'tenant-suspended' },
        input: async (stand) => ({
          tenant: await suspended(stand),
          path: stand.file('source', 'content'),
          name: 'a',
        }),
      },
      'a device': {
        code: 'VALIDATION',
        input: ({ tenants }) => ({ tenant: tenants.full.id, path: '/dev/null', name: 'device' }),
      },
      'a secret of the installation': {
        code: 'VALIDATION',
        input: (stand) => ({
          tenant: stand.tenants.full.id,
          path: join(stand.dataFolder, 'keyring.enc'),
          name: 'stolen',
        }),
      },
    },
    takes: ['name'],
    answers: (answer, { name }) => expect(answer).toMatchObject({ name: name.normalize('NFC'), size: 7 }),
  },
  listFiles: {
    given: (_, { id }) => ({ tenant: id, prefix: 'letters/', limit: 3 }),
    invalid: { 'a cursor of ours': { cursor: 'e30' } },
    unknown: noTenant,
  },
  getFile: {
    given: async (stand, tenant) => ({ ...(await newFile(stand, tenant)), path: stand.path('fetched') }),
    invalid: badPaths('path'),
    unknown: { ...noFile, 'a folder that is not there': { path: '/nowhere/fetched' } },
    errors: {
      'a path that is taken': {
        code: 'CONFLICT',
        data: { reason: 'file-exists' },
        input: async (stand) => ({
          ...(await newFile(stand, stand.tenants.full)),
          path: stand.file('fetched', 'mine'),
        }),
      },
      'a path in the installation': {
        code: 'VALIDATION',
        input: async (stand) => ({
          ...(await newFile(stand, stand.tenants.full)),
          path: join(stand.dataFolder, 'fetched'),
        }),
      },
    },
    answers: (_, { path }) => expect(readFileSync(path, 'utf8')).toBe('content'),
  },
  deleteFile: {
    given: newFile,
    unknown: noFile,
    // of a tenant without a backup its content is looked after at once, behind the answer
    async answers(_, { tenant }, { dataFolder }) {
      const database = new Database(join(dataFolder, 'tenants', tenant, 'data.db'), { readonly: true });
      try {
        const left = database.prepare('SELECT count(*) FROM removed_contents').pluck();
        await expect.poll(() => left.get(), { timeout: 5000 }).toBe(0);
      } finally {
        database.close();
      }
    },
  },
} satisfies Partial<Cases<'tenants'>>;
