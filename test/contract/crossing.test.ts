import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tenant } from '../../shared/contract/tenants.ts';
import { newKey } from './cases/auth.ts';
import { newDocument } from './cases/documents.ts';
import { newFile } from './cases/files.ts';
import { newImport } from './cases/imports.ts';
import { newUser } from './cases/principals.ts';
import { operations } from './operations.ts';
import { Stand } from './stand.ts';
import { transports } from './transports.ts';

/** What belongs to one tenant, each by the name that inputs give it. */
async function belongings(stand: Stand, tenant: Tenant) {
  const { collection, id } = await newDocument(stand, tenant);
  const { importId } = await newImport(stand, tenant);
  const { fileId } = await newFile(stand, tenant);
  const { principalId } = await newUser(stand, tenant);
  return { collection, id, importId, fileId, principalId, snapshotId: await stand.snapshotOf(tenant) };
}

type Belonging = keyof Awaited<ReturnType<typeof belongings>>;

const path = '/nowhere/at-all';
const destination = { kind: 'in-place' };

/** Every operation that takes a tenant and something of a tenant's: what is named, and what else it needs. */
const crossings: Readonly<Record<string, { readonly of: readonly Belonging[]; readonly with?: object }>> = {
  'tenants.disablePrincipal': { of: ['principalId'] },
  'tenants.enablePrincipal': { of: ['principalId'] },
  'tenants.deletePrincipal': { of: ['principalId'] },
  'tenants.getDocument': { of: ['collection', 'id'] },
  'tenants.deleteDocument': { of: ['collection', 'id'] },
  'tenants.getDocumentHistory': { of: ['collection', 'id'] },
  'tenants.undoImport': { of: ['importId'] },
  'tenants.getFile': { of: ['fileId'], with: { path } },
  'tenants.deleteFile': { of: ['fileId'] },
  'backups.verifyBackupIntegrity': { of: ['snapshotId'] },
  'backups.openRestorePoint': { of: ['snapshotId'] },
  'backups.planRestore': { of: ['snapshotId'], with: { destination } },
  'backups.restoreBackup': { of: ['snapshotId'], with: { destination, reason: 'somebody else’s' } },
};

/** Takes a tenant and names something that may be new or nobody's: there is nothing to be reached. */
const reachNothing = new Set([
  'tenants.putDocument',
  'tenants.getTenantData',
  'tenants.importDocuments',
  'tenants.exportDocuments',
  'auth.listApiKeys',
  'backups.placeHold', // either of them: both are refused
]);

const named = ['collection', 'importId', 'fileId', 'principalId', 'snapshotId', 'keyId'];

test('every operation that takes a tenant and something of a tenant’s is tried', () => {
  const both = operations.filter(
    ({ members }) => 'tenant' in members && named.some((member) => member in members),
  );
  const missing = both.filter(({ name }) => !(name in crossings) && !reachNothing.has(name));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

describe.each(Object.entries(transports))('over %s', (_, transport) => {
  let stand: Stand;
  let theirs: Awaited<ReturnType<typeof belongings>>;

  beforeAll(async () => {
    stand = await Stand.open(transport);
    theirs = await belongings(stand, stand.tenants.other);
    // the same collection and others like theirs, so that only the tenant tells them apart
    await belongings(stand, stand.tenants.full);
  });
  afterAll(() => stand?.close());

  test.each(Object.entries(crossings))('%s', async (name, { of, with: more = {} }) => {
    const before = rowsOf(stand);
    const borrowed = Object.fromEntries(of.map((member) => [member, theirs[member]]));
    const { error, answer } = await stand.call('owner', name, {
      tenant: stand.tenants.full.id,
      ...more,
      ...borrowed,
    });
    expect({ code: error?.code, answer }).toEqual({ code: 'NOT_FOUND', answer: undefined });
    expect(error?.message).not.toContain(stand.tenants.other.id);
    expect(rowsOf(stand)).toBe(before);
    expect(existsSync(path)).toBe(false);
  });

  test('a list of one tenant shows nothing of another, with a cursor of the other’s either', async () => {
    const { owner, tenants } = stand;
    const tenant = tenants.full.id;
    const other = tenants.other.id;
    await newDocument(stand, tenants.other);
    await newFile(stand, tenants.other);
    await newUser(stand, tenants.other);
    const { collection } = theirs;

    const documents = await owner.tenants.getTenantData({ tenant: other, collection, limit: 1 });
    const files = await owner.tenants.listFiles({ tenant: other, limit: 1 });
    const people = await owner.tenants.listPrincipals({ tenant: other, limit: 1 });
    const cursors = { documents: documents.next, files: files.next, people: people.next };
    expect(Object.values(cursors)).toEqual([expect.any(String), expect.any(String), expect.any(String)]);

    const lists: [string, object, string | null][] = [
      ['tenants.getTenantData', { collection }, cursors.documents],
      ['tenants.listFiles', {}, cursors.files],
      ['tenants.listPrincipals', {}, cursors.people],
      ['tenants.listImports', {}, null],
      ['backups.getBackupHistory', {}, null],
    ];
    const foreign = [other, ...Object.values(theirs)].filter((value) => value !== collection);
    for (const [name, asked, cursor] of lists) {
      const all = await stand.call('owner', name, { tenant, ...asked });
      const on = cursor === null ? all : await stand.call('owner', name, { tenant, ...asked, cursor });
      expect([undefined, 'VALIDATION']).toContain(on.error?.code);
      const told = JSON.stringify([all.answer, on.answer]);
      expect({ name, told: foreign.filter((value) => told.includes(value)) }).toEqual({ name, told: [] });
    }
  });

  test('keys: neither a list of one tenant nor a principal of another reaches them', async () => {
    const { owner, tenants } = stand;
    const key = await newKey(stand, tenants.other);
    const ofFull = { tenant: tenants.full.id };
    expect((await owner.auth.listApiKeys(ofFull)).items).toEqual([]);
    expect((await owner.auth.listApiKeys({ ...ofFull, principalId: key.principalId })).items).toEqual([]);
    expect(await owner.auth.verifyApiKey({ key: key.key })).toMatchObject({ tenantId: tenants.other.id });
  });

  test('the log of one tenant tells nothing of another’s', async () => {
    const { items } = await stand.owner.audit.getAuditTrail({ tenant: stand.tenants.full.id, limit: 1000 });
    expect(items.length).toBeGreaterThan(5);
    expect(items.filter(({ logId }) => !logId.includes(stand.tenants.full.id))).toEqual([]);
  });

  test('an id of one kind is none of another', async () => {
    const tenant = stand.tenants.other.id;
    const calls: [string, object][] = [
      ['tenants.getTenant', { tenant: theirs.principalId }],
      ['tenants.deleteFile', { tenant, fileId: theirs.importId }],
      ['tenants.disablePrincipal', { tenant, principalId: theirs.fileId }],
      ['auth.generateApiKey', { principalId: tenant }],
      ['auth.revokeApiKey', { keyId: theirs.principalId }],
      ['auth.disableOperator', { operatorId: theirs.principalId }],
      ['jobs.cancelJob', { jobId: theirs.importId }],
      ['backups.undoRestore', { undoId: theirs.importId, reason: 'another kind of id' }],
    ];
    for (const [name, input] of calls) {
      const { error } = await stand.call('owner', name, input);
      expect({ name, code: error?.code }).toEqual({ name, code: 'NOT_FOUND' });
    }
  });
});

/** All that is stored, but for the jobs: a job may have been what found nothing. */
function rowsOf({ evidence }: Stand): string {
  return evidence.state({ without: ['job'] });
}
