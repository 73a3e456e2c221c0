import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  folderBackupResult,
  type ProtectedFolder,
  protectedFolder,
} from '../../../shared/contract/backups/folders.ts';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import type { Cases } from '../case.ts';
import { nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

const nowhere = 'ffffffff'.repeat(8);
const noFolder = { 'a folder that never was': { folderId: nobodysId } };
const noSnapshot = { 'a snapshot that never was': { snapshotId: nowhere } };
const noTenant = { 'a tenant that never was': { tenant: nobodysId } };
const badPatterns = { 'an empty pattern': { excludes: [' '] }, 'half a character': { excludes: ['\ud800'] } };
const badPath = { 'a path with NUL': { path: '/tmp/a\0b' }, 'no path': { path: '' } };
const badSource = {
  'half an id': { snapshotId: 'ffff' },
  'a path in place of an id': { snapshotId: '../../keyring' },
  'a destination with NUL': { destination: '/tmp/a\0b' },
};

/** A folder of this machine with a file in it. */
function newFolder(stand: Stand): string {
  const path = stand.path('protected');
  mkdirSync(path);
  writeFileSync(join(path, 'file'), 'content');
  return path;
}

async function added(stand: Stand, { id }: Tenant): Promise<ProtectedFolder> {
  const input = { tenant: id, path: newFolder(stand) };
  return protectedFolder.parse(await stand.done('backups.addProtectedFolder', input));
}

async function saved(stand: Stand, tenant: Tenant): Promise<string> {
  const { id } = await added(stand, tenant);
  const answer = await stand.done('backups.backUpFolder', { folderId: id });
  return folderBackupResult.parse(answer).folders[0]?.id ?? '';
}

const refused = {
  'the data folder': {
    code: 'VALIDATION',
    input: (stand: Stand) => ({ tenant: stand.tenants.full.id, path: stand.dataFolder }),
  },
  'a folder that is not there': {
    code: 'NOT_FOUND',
    input: (stand: Stand) => ({ tenant: stand.tenants.full.id, path: stand.path('missing') }),
  },
} as const;

type Names =
  | 'addProtectedFolder'
  | 'listProtectedFolders'
  | 'getProtectedFolder'
  | 'updateProtectedFolder'
  | 'removeProtectedFolder'
  | 'previewProtectedFolder'
  | 'backUpFolder'
  | 'listFolderSnapshots'
  | 'getFolderSnapshot'
  | 'planFolderRestore'
  | 'restoreFolder';

/** Folders of this machine, protected with a tenant. */
export const folders: Pick<Cases<'backups'>, Names> = {
  addProtectedFolder: {
    given: (stand, { id }) => ({ tenant: id, path: newFolder(stand) }),
    invalid: { ...badPath, ...badPatterns },
    unknown: noTenant,
    errors: refused,
    answers: (answer, { path }) => expect(answer).toMatchObject({ path, lastBackup: null, notices: [] }),
  },
  listProtectedFolders: {
    given: async (stand, tenant) => {
      await added(stand, tenant);
      return { tenant: tenant.id, limit: 1 };
    },
    invalid: { 'a cursor of ours': { cursor: 'e30' } },
    unknown: noTenant,
    answers: (answer, { tenant }) => expect(answer).toMatchObject({ items: [{ tenantId: tenant }] }),
  },
  getProtectedFolder: {
    given: async (stand, tenant) => ({ folderId: (await added(stand, tenant)).id }),
    invalid: { 'a path in place of an id': { folderId: '../../keyring' } },
    unknown: noFolder,
  },
  updateProtectedFolder: {
    given: async (stand, tenant) => ({ folderId: (await added(stand, tenant)).id, excludes: ['*.tmp'] }),
    invalid: badPatterns,
    unknown: noFolder,
    answers: (answer) => expect(answer).toMatchObject({ excludes: ['*.tmp'] }),
  },
  removeProtectedFolder: {
    given: async (stand, tenant) => ({ folderId: (await added(stand, tenant)).id }),
    invalid: { 'a path in place of an id': { folderId: '../../keyring' } },
    unknown: noFolder,
  },
  previewProtectedFolder: {
    given: (stand, { id }) => ({ tenant: id, path: newFolder(stand) }),
    invalid: { ...badPath, ...badPatterns },
    unknown: noTenant,
    errors: refused,
    answers: (answer) => expect(answer).toMatchObject({ files: 1, bytes: 7, databases: 0, warnings: 0 }),
  },
  backUpFolder: {
    given: async (stand, tenant) => ({ folderId: (await added(stand, tenant)).id }),
    invalid: { 'a path in place of an id': { folderId: '../../keyring' } },
    unknown: noFolder,
    answers: (answer) => expect(answer).toMatchObject({ folders: [{ files: 1, warnings: 0 }] }),
  },
  listFolderSnapshots: {
    given: async (stand, tenant) => {
      await saved(stand, tenant);
      return { tenant: tenant.id, limit: 1 };
    },
    invalid: { 'a cursor of ours': { cursor: 'e30' } },
    unknown: noTenant,
    answers: (answer, { tenant }) => expect(answer).toMatchObject({ items: [{ tenantId: tenant }] }),
  },
  getFolderSnapshot: {
    given: async (stand, tenant) => ({ snapshotId: (await saved(stand, tenant)).slice(0, 12) }),
    invalid: { 'a path in place of an id': { snapshotId: '../../keyring' } },
    unknown: noSnapshot,
    answers: (answer) => expect(answer).toMatchObject({ files: 1, notes: [] }),
  },
  planFolderRestore: {
    given: async (stand, tenant) => ({
      snapshotId: await saved(stand, tenant),
      destination: stand.path('folder'),
    }),
    invalid: badSource,
    unknown: noSnapshot,
    answers: (answer) => expect(answer).toMatchObject({ files: 1, obstacles: [] }),
  },
  restoreFolder: {
    given: async (stand, tenant) => ({
      snapshotId: await saved(stand, tenant),
      destination: stand.path('folder'),
      reason: 'rehearsal of the restore',
    }),
    invalid: { ...badSource, 'hardly a reason': { reason: 'x ' } },
    unknown: noSnapshot,
    takes: ['reason'],
    answers: (answer) => expect(answer).toMatchObject({ files: 1, verifiedLevel: 4 }),
  },
};
