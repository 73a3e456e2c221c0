import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sampleContent, sampleDocuments, sampleFile } from '../../../main/suite/sample-content.ts';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import { tenant as tenantForm } from '../../../shared/contract/tenants.ts';
import { everyPage, OpenedSuite, told } from '../../faults/opened-suite.ts';
import { restic } from '../../interop/restic-program.ts';

let base: string;
let folder: string;
let target: string;
let opened: OpenedSuite;
let recoveryKey: string;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-samples-'));
  [folder, target] = [join(base, 'data'), join(base, 'target')];
  ({ opened, recoveryKey } = await OpenedSuite.create(folder, target));
});
afterEach(async () => {
  await opened.stop();
  rmSync(base, { recursive: true });
});

const makeSample = () => opened.finished<Tenant>(opened.client.tenants.createSampleTenant({}));
const deleteSample = (tenant: string) =>
  opened.finished(opened.client.tenants.deleteSampleTenant({ tenant }));
const backUp = (tenant: string) => opened.finished(opened.client.backups.createBackup({ scope: { tenant } }));

const entriesOf = async (tenant: string) =>
  (
    await everyPage((cursor) =>
      opened.client.audit.getAuditTrail({ tenant, order: 'oldest', ...(cursor ? { cursor } : {}) }),
    )
  )
    .filter(({ action }) => action !== 'audit.read')
    .map(({ action, phase, outcome }) => `${action} ${phase} ${outcome}`);

/** Every row of control.db and keys.db that names one of these ids, by table. */
function rowsNaming(ids: readonly string[]): { [table: string]: number } {
  const found: { [table: string]: number } = {};
  for (const name of ['control', 'keys']) {
    const database = new Database(join(folder, `${name}.db`), { readonly: true });
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
    for (const table of tables.map(String)) {
      const rows = database
        .prepare(`SELECT * FROM "${table}"`)
        .raw()
        .all()
        .map((row) => JSON.stringify(row));
      const naming = rows.filter((row) => ids.some((id) => row.includes(id))).length;
      if (naming > 0) found[table] = naming;
    }
    database.close();
  }
  return found;
}

/** Path and content of every file below, but for what SQLite shares between processes. */
function bytesBelow(root: string): Map<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(root, name)).isFile() && !name.endsWith('-shm'));
  return new Map(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(root, name)))
        .digest('hex'),
    ]),
  );
}

const repositoryOf = ({ id }: Pick<Tenant, 'id'>) => {
  const [installation = ''] = readdirSync(target);
  return join(target, installation, 'repositories', id);
};

async function principalsOf({ id }: Tenant) {
  return await everyPage((cursor) =>
    opened.client.tenants.listPrincipals({ tenant: id, ...(cursor ? { cursor } : {}) }),
  );
}

describe('a sample', () => {
  test('is a whole tenant, and each step of its making is in the log by its own name', async () => {
    const started = await opened.client.tenants.createSampleTenant({});
    const phases: string[] = [];
    for await (const { phase } of await opened.client.jobs.watchJob(started)) phases.push(phase);
    const made = tenantForm.parse((await opened.client.jobs.getJob(started)).result);
    expect(made).toMatchObject({
      slug: 'chinook-sample',
      name: 'Chinook Music (sample)',
      tier: 'professional',
      state: 'active',
      sample: true,
    });
    // one who watches sees the newest, not what was over before it looked
    const steps = [
      'Making the tenant',
      'Adding users and bots',
      ...sampleContent.collections.map((name, at) => `Importing ${name} ${at + 1} of 3`),
      ...sampleContent.files.map((_, at) => `Adding file ${at + 1} of ${sampleContent.files.length}`),
    ];
    const seen = [...new Set(phases)].filter((phase) => phase !== '');
    expect(seen).not.toEqual([]);
    expect(seen).toEqual(steps.filter((step) => seen.includes(step)));
    const { items } = await opened.client.tenants.listCollections({ tenant: made.id });
    expect(items.map(({ collection, documents }) => [collection, documents])).toEqual([
      ['customers', 59],
      ['invoices', 412],
      ['tracks', 3503],
    ]);
    const kinds = (await principalsOf(made)).map(({ kind, name }) => `${kind} ${name}`);
    expect(kinds).toEqual(sampleContent.principals.map(({ kind, name }) => `${kind} ${name}`));
    const files = (await opened.client.tenants.listFiles({ tenant: made.id })).items;
    expect(files.map(({ name, sha256 }) => [name, sha256])).toEqual(
      [...sampleContent.files].sort().map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(sampleFile(name)))
          .digest('hex'),
      ]),
    );
    const imported = ['data.import intent unknown', 'data.import outcome success'];
    expect(await entriesOf(made.id)).toEqual([
      'tenant.create outcome success',
      ...sampleContent.principals.map(() => 'principal.create outcome success'),
      ...sampleContent.collections.flatMap(() => imported),
      ...sampleContent.files.map(() => 'file.add outcome success'),
      'tenant.sample.create outcome success',
    ]);
    expect(readdirSync(join(folder, 'tenants', made.id)).sort()).not.toContain('filling');
  });

  test('has data that an import by hand takes as well', async () => {
    const { id: tenant } = await opened.client.tenants.createTenant({
      name: 'By hand',
      tier: 'professional',
    });
    for (const collection of sampleContent.collections) {
      const file = sampleDocuments(collection);
      await opened.finished(opened.client.tenants.importDocuments({ tenant, collection, file }));
    }
  });

  test('is deleted with all that was kept of it; its log and its slug stay', async () => {
    const made = await makeSample();
    const principals = await principalsOf(made);
    const bot = principals.find(({ kind }) => kind === 'bot')?.id ?? '';
    const { key } = await opened.client.auth.generateApiKey({ principalId: bot });
    await backUp(made.slug);
    expect(readdirSync(join(repositoryOf(made), 'snapshots'))).toHaveLength(1);
    await opened.finished(
      opened.client.backups.restoreBackup({
        tenant: made.id,
        destination: { kind: 'in-place' },
        reason: 'to leave a line',
      }),
    );
    const ids = [made.id, ...principals.map(({ id }) => id)];
    expect(Object.keys(rowsNaming(ids))).toEqual(
      expect.arrayContaining(['tenants', 'principals', 'api_key', 'snapshots', 'restores', 'subject_keys']),
    );
    const before = await entriesOf(made.id);

    expect(await deleteSample(made.slug)).toEqual({ id: made.id });

    expect(
      Object.keys(rowsNaming(ids))
        .filter((table) => table !== 'outbox')
        .sort(),
    ).toEqual(['job', 'protection_marks', 'slugs']);
    expect(existsSync(join(folder, 'tenants', made.id))).toBe(false);
    expect(existsSync(repositoryOf(made))).toBe(false);
    expect(await opened.client.auth.verifyApiKey({ key })).toMatchObject({
      valid: false,
      reason: 'not-valid',
    });
    expect(await entriesOf(made.slug)).toEqual([
      ...before,
      'tenant.sample.delete intent unknown',
      'tenant.sample.delete outcome success',
    ]);
    expect(await opened.finished(opened.client.audit.verifyAuditLog({}))).toMatchObject({
      verdict: 'verified',
    });
    await expect(told(opened.client.tenants.getTenant({ tenant: made.slug }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await makeSample()).slug).toBe('chinook-sample-2');
  });

  test('that was suspended is deleted as well; any other tenant is not, nor one that never was', async () => {
    const made = await makeSample();
    await opened.client.tenants.suspendTenant({ tenant: made.id });
    await deleteSample(made.id);
    const other = await opened.client.tenants.createTenant({ name: 'Not a sample', tier: 'free' });
    await expect(deleteSample(other.slug)).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { reason: 'not-a-sample', tenant: other.slug },
    });
    await expect(deleteSample('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await opened.client.tenants.getTenant({ tenant: other.id })).toMatchObject(other);
  });

  test('is not deleted while a job is at work on it or on all tenants', async () => {
    const made = await makeSample();
    const lines = Array.from({ length: 60_000 }, (_, n) => `{"id":"n${n}","n":${n}}`);
    writeFileSync(join(base, 'many.jsonl'), lines.join('\n'));
    const { tenants, backups, jobs } = opened.client;
    const works = [
      () => tenants.importDocuments({ tenant: made.id, collection: 'many', file: join(base, 'many.jsonl') }),
      () => backups.createBackup({ scope: { tenant: made.id } }),
      () => backups.createBackup({ scope: { all: true } }),
      () => backups.verifyBackupIntegrity({ level: 4 }),
      () => backups.planRestore({ tenant: made.id, destination: { kind: 'in-place' } }),
    ];
    for (const start of works) {
      const { jobId } = await start();
      await expect(deleteSample(made.id)).rejects.toMatchObject({
        code: 'LOCKED',
        data: { holder: { jobId } },
      });
      for await (const _ of await jobs.watchJob({ jobId }));
    }
    await deleteSample(made.id);
  });

  test('cancelled at any moment leaves nothing, and two are made side by side', async () => {
    const left = () => ({
      folders: readdirSync(join(folder, 'tenants')),
      repositories: readdirSync(dirname(repositoryOf(made))),
      keys: rowsNaming([made.id]).subject_keys,
    });
    const made = await makeSample();
    const before = left();
    const startedAt = performance.now();
    const { id } = await makeSample();
    const wholeMs = performance.now() - startedAt;
    await deleteSample(id);
    for (const part of [0, 0.3, 0.6]) {
      // one that was faster than the first is over before it is cancelled
      for (let afterMs = part * wholeMs, last = ''; last !== 'cancelled'; afterMs *= 0.7) {
        const { jobId } = await opened.client.tenants.createSampleTenant({});
        await setTimeout(afterMs);
        await opened.client.jobs.cancelJob({ jobId }).catch(() => undefined);
        for await (const { state } of await opened.client.jobs.watchJob({ jobId })) last = state;
        if (last === 'cancelled') break;
        expect({ part, last }).toEqual({ part, last: 'succeeded' });
        const { result } = await opened.client.jobs.getJob({ jobId });
        await deleteSample(tenantForm.parse(result).id);
      }
      expect(left()).toEqual(before);
    }
    expect((await opened.client.tenants.listTenants({})).items).toEqual([made]);
    const [one, two] = await Promise.all([makeSample(), makeSample()]);
    expect(one.slug).not.toBe(two.slug);
  });

  test('deleted while the backup folder is away: refused before anything is changed', async () => {
    const made = await makeSample();
    renameSync(target, `${target}-away`);
    await expect(deleteSample(made.id)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    renameSync(`${target}-away`, target);
    expect(await opened.client.tenants.getTenant({ tenant: made.id })).toMatchObject(made);
    await deleteSample(made.id);
  });
});

describe('another sample', () => {
  test('is left as it was, bit for bit', async () => {
    const [first, second] = [await makeSample(), await makeSample()];
    const [{ id: user = '' } = {}] = await principalsOf(second);
    await opened.client.auth.generateApiKey({ principalId: user });
    for (const { slug } of [first, second]) await backUp(slug);
    const look = () => ({
      data: bytesBelow(join(folder, 'tenants', second.id)),
      backups: bytesBelow(repositoryOf(second)),
      rows: rowsNaming([second.id]),
    });
    // what was written last is captured, and copied from the log into the file, a moment later
    let before = look();
    for (let same = 0; same < 3; ) {
      await setTimeout(700);
      const now = look();
      same = isDeepStrictEqual(now, before) ? same + 1 : 0;
      before = now;
    }
    const principals = await principalsOf(second);
    await deleteSample(first.id);
    expect(look()).toEqual(before);
    expect(await principalsOf(second)).toEqual(principals);
    expect(restic(repositoryOf(second), recoveryKey, 'check', '--read-data')).toContain(
      'no errors were found',
    );
    expect(
      await opened.finished(opened.client.backups.verifyBackupIntegrity({ tenant: second.id, level: 4 })),
    ).toMatchObject({ ok: true, problems: [] });
  });
});

describe('the next start', () => {
  const reopen = async () => {
    await opened.stop();
    opened = await OpenedSuite.open(folder);
  };

  test('deletes a sample whose making was cut off, in its own name', async () => {
    const made = await makeSample();
    await opened.stop();
    writeFileSync(join(folder, 'tenants', made.id, 'filling'), '');
    opened = await OpenedSuite.open(folder);
    expect((await opened.client.tenants.listTenants({})).items).toEqual([]);
    expect(readdirSync(join(folder, 'tenants'))).toEqual([]);
    const trail = await opened.client.audit.getAuditTrail({
      tenant: made.id,
      action: 'tenant.sample.delete',
    });
    expect(trail.items.map(({ actor, phase, outcome }) => [actor.kind, phase, outcome]).sort()).toEqual([
      ['system', 'intent', 'unknown'],
      ['system', 'outcome', 'success'],
    ]);
  });

  test('leaves a tenant whose deletion had not come to remove it', async () => {
    const made = await makeSample();
    await opened.stop();
    writeFileSync(join(folder, 'tenants', made.id, 'deleted'), '');
    opened = await OpenedSuite.open(folder);
    expect(await opened.client.tenants.getTenant({ tenant: made.id })).toMatchObject(made);
    expect(readdirSync(join(folder, 'tenants', made.id))).not.toContain('deleted');
  });

  test('ends a deletion whose backup folder was away, once it is back', async () => {
    const made = await makeSample();
    await backUp(made.id);
    const { tenants, backups } = opened.suite;
    const erase = backups.eraseRepository.bind(backups);
    backups.eraseRepository = async (id) => {
      renameSync(target, `${target}-away`);
      await erase(id);
    };
    await expect(deleteSample(made.id)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('goes at the next start'),
    });
    expect(tenants.endings.exists(made.id)).toBe(false);
    await reopen();
    expect(readdirSync(join(folder, 'tenants'))).toEqual([made.id]);
    renameSync(`${target}-away`, target);
    expect(existsSync(repositoryOf(made))).toBe(true);
    await reopen();
    expect(readdirSync(join(folder, 'tenants'))).toEqual([]);
    expect(existsSync(repositoryOf(made))).toBe(false);
  });
});
