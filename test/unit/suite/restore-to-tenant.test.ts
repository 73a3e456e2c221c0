import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  BackupResult,
  BackupVerification,
  RestorePlan,
  RestoreResult,
} from '../../../shared/contract/backups.ts';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import type { Tier } from '../../../shared/tiers.ts';
import { everyPage, OpenedSuite, told } from '../../faults/opened-suite.ts';

let base: string;
let folder: string;
let opened: OpenedSuite;
let acme: Tenant;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-to-tenant-'));
  folder = join(base, 'data');
  ({ opened } = await OpenedSuite.create(folder, join(base, 'target')));
  acme = await told(opened.client.tenants.createTenant({ name: 'Acme', tier: 'professional' }));
  await put('kept', { at: 1 });
  await put('kept', { at: 2 });
  await put('gone', { at: 3 });
  await told(opened.client.tenants.deleteDocument({ tenant: acme.id, collection: 'orders', id: 'gone' }));
  writeFileSync(join(base, 'letter.txt'), 'Dear Ada');
  await opened.finished(
    opened.client.tenants.addFile({ tenant: acme.id, path: join(base, 'letter.txt'), name: 'in/letter.txt' }),
  );
  await told(
    opened.client.tenants.createPrincipal({ tenant: acme.id, kind: 'user', name: 'Ada', externalId: 'ada' }),
  );
  await backUp(acme.id);
});
afterEach(async () => {
  await opened.stop();
  rmSync(base, { recursive: true });
});

const put = (id: string, value: { readonly at: number }) =>
  told(opened.client.tenants.putDocument({ tenant: acme.id, collection: 'orders', id, value }));
const backUp = (tenant: string) =>
  opened.finished<BackupResult>(opened.client.backups.createBackup({ scope: { tenant } }));
const source = (more: { slug?: string; tier?: Tier } = {}) => ({
  tenant: acme.id,
  destination: { kind: 'tenant' as const, name: 'Acme before', ...more },
});
const plan = (more?: { slug?: string; tier?: Tier }) =>
  opened.finished<RestorePlan>(opened.client.backups.planRestore(source(more)));
const run = (more?: { slug?: string; tier?: Tier }) =>
  opened.finished<RestoreResult>(
    opened.client.backups.restoreBackup({ ...source(more), reason: 'to compare the two' }),
  );
const tenants = () => everyPage((cursor) => opened.client.tenants.listTenants({ limit: 50, cursor }));
const rowsOf = (tenant: string, sql: string) => {
  const database = new Database(join(folder, 'tenants', tenant, 'data.db'), { readonly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
};
const entriesOf = async (tenant: string) =>
  (await everyPage((cursor) => opened.client.audit.getAuditTrail({ tenant, order: 'oldest', cursor })))
    .filter(({ action, phase }) => action === 'backup.restore' && phase === 'outcome')
    .map(({ resource, outcome }) => ({ kind: resource?.kind, outcome }));

test('becomes a tenant of its own: every revision and file, its own row hashes, nobody who may use it', async () => {
  const before = rowsOf(acme.id, 'SELECT * FROM documents ORDER BY collection, id, revision');
  expect(await plan()).toMatchObject({
    destination: { kind: 'tenant', name: 'Acme before', slug: null, tier: 'professional' },
    obstacles: [],
    changes: [],
    rows: 5,
    files: 1,
  });
  const made = await run();
  expect(made).toMatchObject({
    to: 'tenant',
    folder: null,
    verifiedLevel: 4,
    rows: 5,
    files: 1,
    undoId: null,
  });
  const id = made.tenantId ?? '';
  expect(id).not.toBe(acme.id);
  expect(await told(opened.client.tenants.getTenant({ tenant: id }))).toMatchObject({
    name: 'Acme before',
    slug: 'acme-before',
    tier: 'professional',
    state: 'active',
  });
  expect(rowsOf(id, 'SELECT * FROM documents ORDER BY collection, id, revision')).toEqual(before);
  expect(await told(opened.client.tenants.listPrincipals({ tenant: id }))).toEqual({ items: [], next: null });
  const hashes = 'SELECT collection, hex(row_hash) AS hash FROM collections ORDER BY collection';
  expect(rowsOf(id, hashes)).not.toEqual(rowsOf(acme.id, hashes));
  expect(rowsOf(id, 'SELECT * FROM timeline')).toEqual([]);
  expect(rowsOf(id, 'SELECT * FROM outbox')).toEqual([]);
  const [file] = (await told(opened.client.tenants.listFiles({ tenant: id }))).items;
  expect(file?.name).toBe('in/letter.txt');
  const path = join(base, 'back.txt');
  await opened.finished(opened.client.tenants.getFile({ tenant: id, fileId: file?.id ?? '', path }));
  expect(readFileSync(path, 'utf8')).toBe('Dear Ada');
  // its own repository, proved under its own prefix
  const [snapshot] = (await backUp(id)).snapshots;
  expect(snapshot).toMatchObject({ tenantId: id, kind: 'full' });
  expect(
    await opened.finished<BackupVerification>(
      opened.client.backups.verifyBackupIntegrity({ tenant: id, level: 4 }),
    ),
  ).toMatchObject({ ok: true, problems: [] });
  // both logs tell, and the two live apart from here on
  expect(await entriesOf(id)).toEqual([{ kind: 'tenant', outcome: 'success' }]);
  expect(await entriesOf(acme.id)).toEqual([{ kind: 'snapshot', outcome: 'success' }]);
  await put('only-here', { at: 4 });
  expect(rowsOf(id, `SELECT 1 FROM documents WHERE id = 'only-here'`)).toEqual([]);
  // opened anew from its files
  await opened.stop();
  opened = await OpenedSuite.open(folder);
  expect(await told(opened.client.tenants.getUsage({ tenant: id }))).toMatchObject({
    usage: { users: 0, bots: 0 },
  });
});

test('a slug that is taken is an obstacle, and the restore is refused', async () => {
  expect((await plan({ slug: 'acme' })).obstacles).toEqual([expect.stringContaining('"acme" is taken')]);
  await expect(run({ slug: 'acme' })).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'obstacles' },
  });
  expect(await tenants()).toHaveLength(1);
});

test('what the tier cannot hold is an obstacle; a run leaves nothing of the tenant', async () => {
  // as if the free tier's ten gigabytes were used: one entry counts in full, whatever lies on the disk
  const huge = 11e9;
  await opened.stop();
  const database = new Database(join(folder, 'tenants', acme.id, 'data.db'));
  database.prepare('UPDATE storage SET used = ?').run(huge);
  database.close();
  opened = await OpenedSuite.open(folder);
  await backUp(acme.id);
  expect((await plan({ tier: 'free' })).obstacles).toEqual([expect.stringContaining('larger tier')]);
  expect((await plan({ tier: 'enterprise' })).obstacles).toEqual([]);
  await expect(run({ tier: 'free' })).rejects.toMatchObject({
    code: 'QUOTA_EXCEEDED',
    data: { quota: 'storageBytes', asked: huge },
  });
  expect((await tenants()).map(({ id }) => id)).toEqual([acme.id]);
  expect(readdirSync(join(folder, 'tenants'))).toEqual([acme.id]);
  expect(await entriesOf(acme.id)).toMatchObject([{ outcome: 'failure' }]);
});

test('the installation’s own databases cannot become a tenant', async () => {
  await opened.finished(opened.client.backups.createBackup({ scope: { installation: true } }));
  const asked = { installation: true as const, destination: source().destination };
  const planned = await opened.finished<RestorePlan>(opened.client.backups.planRestore(asked));
  expect(planned.obstacles).toEqual([expect.stringContaining('cannot become a tenant')]);
  await expect(
    told(opened.client.backups.restoreBackup({ ...asked, reason: 'a test' })),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
});

describe('killed once there is', () => {
  async function killedAt(step: string) {
    await opened.stop();
    const subject = new URL('../../faults/restore-to-tenant-subject.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [subject, folder, acme.id, step], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await exited;
    expect(readdirSync(join(folder, 'tenants'))).toHaveLength(2);
    opened = await OpenedSuite.open(folder);
  }

  /** What the killed process was at. */
  async function resume() {
    const { items } = await told(opened.client.jobs.listJobs({ limit: 50 }));
    const jobId =
      items.find(({ kind, state }) => kind === 'backup.restore' && state === 'interrupted')?.id ?? '';
    return await opened.finished<RestoreResult>(
      opened.client.backups.resumeRestore({ jobId, reason: 'go on' }),
    );
  }

  test.each(['folder and keys', 'database and files'])(
    'its %s: the next start leaves no trace of it, and the restore is resumed once',
    async (step) => {
      await killedAt(step);
      expect(await tenants()).toHaveLength(1);
      expect(readdirSync(join(folder, 'tenants'))).toEqual([acme.id]);
      expect(existsSync(join(folder, 'temporary', 'restoring'))).toBe(false);
      const { tenantId, ...result } = await resume();
      expect(result).toMatchObject({ to: 'tenant', verifiedLevel: 4 });
      const made = (await tenants()).filter(({ id }) => id !== acme.id);
      expect(made).toMatchObject([{ id: tenantId, name: 'Halfway', state: 'active' }]);
      expect(rowsOf(tenantId ?? '', 'SELECT 1 FROM documents')).toHaveLength(4);
      await expect(resume()).rejects.toMatchObject({ code: 'NOT_FOUND', data: { kind: 'restore' } });
    },
  );

  test('the tenant: it is whole, and both logs tell', async () => {
    await killedAt('tenant');
    const made = (await tenants()).find(({ id }) => id !== acme.id);
    expect(made).toMatchObject({ name: 'Halfway', state: 'active' });
    expect(readdirSync(join(folder, 'tenants', made?.id ?? ''))).not.toContain('unfinished');
    expect(rowsOf(made?.id ?? '', 'SELECT 1 FROM documents')).toHaveLength(4);
    expect(await entriesOf(made?.id ?? '')).toEqual([{ kind: 'tenant', outcome: 'success' }]);
    expect((await entriesOf(acme.id))[0]).toEqual({ kind: 'snapshot', outcome: 'success' });
    await expect(resume()).rejects.toMatchObject({ code: 'NOT_FOUND', data: { kind: 'restore' } });
    expect(await tenants()).toHaveLength(2);
  });
});
