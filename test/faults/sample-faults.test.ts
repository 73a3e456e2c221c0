import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { restic } from '../interop/restic-program.ts';
import { OpenedSuite, told } from './opened-suite.ts';
import { mayAttach, SuiteProcess } from './suite-process.ts';
import { fullSweep, judgeInstallation, look, sweepErrors, sweepKills, type Work } from './suite-sweep.ts';

const limit = { timeout: fullSweep ? 7_200_000 : 240_000 };

let base: string;
let folder: string;
let recoveryKey: string;
let neighbour: string;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-samples-'));
  folder = join(base, 'data');
  const made = await OpenedSuite.create(folder, join(base, 'target'));
  recoveryKey = made.recoveryKey;
  const { opened } = made;
  const { id } = await opened.finished<{ id: string }>(told(opened.client.tenants.createSampleTenant({})));
  neighbour = id;
  await opened.finished(told(opened.client.backups.createBackup({ scope: { tenant: id } })));
  await opened.stop();
}, 60_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

const sample = z.object({ id: z.string(), slug: z.string() });
type Sample = z.output<typeof sample>;
const tenants = z.object({ items: z.array(sample) });
const snapshots = z.object({ snapshots: z.tuple([z.object({ repository: z.string() })]) });

async function listed(process: SuiteProcess): Promise<Sample[]> {
  return tenants.parse(await process.calls('tenants', 'listTenants', { limit: 1000 })).items;
}

/** What of a tenant lies outside its log: names of folders, and rows of the databases that name it. */
function tracesOf(id: string, repository: string): string[] {
  const rows = ['control', 'keys'].flatMap((name) => {
    const database = new Database(join(folder, `${name}.db`), { readonly: true });
    const names = database
      .prepare(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('outbox', 'job', 'notices', 'slugs', 'protection_marks')`,
      )
      .pluck()
      .all()
      .map(String);
    const naming = names.filter((table) =>
      database
        .prepare(`SELECT * FROM "${table}"`)
        .raw()
        .all()
        .some((row) => JSON.stringify(row).includes(id)),
    );
    database.close();
    return naming;
  });
  const folders = [join(folder, 'tenants', id), repository].filter((path) => existsSync(path));
  return [...rows, ...folders];
}

/** The neighbour's contents and backups as they lie on the disk. */
function neighbourOnDisk(): string[] {
  const [installation = ''] = readdirSync(join(base, 'target'));
  return [join(folder, 'tenants', neighbour, 'files'), repositoryOf(installation, neighbour)].flatMap(
    (root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .sort()
        .map((name) => join(root, name))
        .filter((path) => statSync(path).isFile())
        .map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`),
  );
}

const repositoryOf = (installation: string, id: string) =>
  join(base, 'target', installation, 'repositories', id);

interface Beside {
  /** The neighbour before. */
  readonly onDisk: readonly string[];
  readonly documents: ReadonlyMap<string, string>;
}

async function neighbourNow(process: SuiteProcess): Promise<Beside> {
  return { onDisk: neighbourOnDisk(), documents: (await look(process, neighbour)).documents };
}

async function judgeNeighbour(process: SuiteProcess, before: Beside): Promise<void> {
  expect(await neighbourNow(process)).toEqual(before);
  await judgeInstallation(process, folder);
}

interface Doomed extends Beside, Sample {
  readonly repository: string;
}

/** A sample with a backup is deleted: wherever it is cut off, it is whole or there is nothing of it. */
const deleting: Work<Doomed> = {
  async prepare(process) {
    // one that the fault before this left whole serves again
    const [left] = (await listed(process)).filter(({ id }) => id !== neighbour);
    const made = left ?? sample.parse(await process.calls('tenants', 'createSampleTenant', {}));
    const scope = { tenant: made.id };
    const backup = snapshots.parse(await process.calls('backups', 'createBackup', { scope }));
    const [{ repository }] = backup.snapshots;
    return { ...made, repository, ...(await neighbourNow(process)) };
  },
  act: (process, { id }) => process.call('tenants', 'deleteSampleTenant', { tenant: id }),
  async judge(process, { id, slug, repository, onDisk, documents }, outcome) {
    const there = (await listed(process)).some((other) => other.id === id);
    if (outcome.end === 'done') expect(there).toBe(false);
    if (there) {
      expect((await look(process, id)).documents.size).toBe(documents.size);
      const verify = { tenant: id, level: 4 };
      expect(await process.calls('backups', 'verifyBackupIntegrity', verify)).toMatchObject({ ok: true });
    } else if (outcome.end !== 'refused') {
      expect(tracesOf(id, repository)).toEqual([]);
    }
    await judgeDeletionsTold(process, id, there ? 0 : 1);
    const again = await process.call('tenants', 'createTenant', { name: 'Again', slug, tier: 'free' });
    expect(again).toMatchObject({ end: 'refused', code: 'CONFLICT' });
    await judgeNeighbour(process, { onDisk, documents });
  },
};

const trail = z.object({ items: z.array(z.object({ phase: z.string() })) });

/** As often as it came to pass the log tells of it, in the log of the tenant that is no more. */
async function judgeDeletionsTold(process: SuiteProcess, tenant: string, times: number): Promise<void> {
  const asked = { tenant, action: 'tenant.sample.delete', outcome: 'success' };
  const { items } = trail.parse(await process.calls('audit', 'getAuditTrail', asked));
  expect(items.map(({ phase }) => phase)).toEqual(Array.from({ length: times }, () => 'outcome'));
}

/** A sample is made: wherever it is cut off, it is whole or there is nothing of it. */
const making: Work<Beside & { readonly known: readonly string[] }> = {
  async prepare(process) {
    const known = (await listed(process)).map(({ id }) => id);
    return { ...(await neighbourNow(process)), known };
  },
  act: (process) => process.call('tenants', 'createSampleTenant', {}),
  async judge(process, { known, ...before }, outcome) {
    const made = (await listed(process)).filter(({ id }) => !known.includes(id));
    if (outcome.end === 'done') expect(made).toMatchObject([sample.parse(outcome.result)]);
    for (const { id } of made) {
      expect((await look(process, id)).documents.size).toBe(before.documents.size);
      expect(await process.call('tenants', 'deleteSampleTenant', { tenant: id })).toMatchObject({
        end: 'done',
      });
    }
    expect(readdirSync(join(folder, 'tenants')).sort()).toEqual([...known].sort());
    await judgeNeighbour(process, before);
  },
};

describe.runIf(process.platform === 'linux' && (await mayAttach()))('samples under faults', () => {
  test('killed while one is deleted, it is whole or gone at the next start', limit, async () => {
    expect(await sweepKills(folder, deleting, 6)).toBeGreaterThan(0);
  });

  test('killed while one is made, it is whole or gone at the next start', limit, async () => {
    expect(await sweepKills(folder, making, 3)).toBeGreaterThan(0);
  });

  test('refused by the disk while one is made, it is whole or gone at once', limit, async () => {
    await sweepErrors(folder, making, 3);
  });

  test(
    'refused by the disk while one is deleted, it is whole, or gone at the next start',
    limit,
    async () => {
      await sweepErrors(folder, deleting, 3);
      const next = SuiteProcess.start(folder);
      await next.open();
      const ids = (await listed(next)).map(({ id }) => id).sort();
      expect(readdirSync(join(folder, 'tenants')).sort()).toEqual(ids);
      const [installation = ''] = readdirSync(join(base, 'target'));
      expect(readdirSync(join(repositoryOf(installation, neighbour), '..')).sort()).toEqual(ids);
      await next.stop();
    },
  );

  test('the neighbour’s repository is sound after all this', limit, () => {
    const [installation = ''] = readdirSync(join(base, 'target'));
    const repository = repositoryOf(installation, neighbour);
    expect(restic(repository, recoveryKey, 'check', '--read-data')).toContain('no errors were found');
  });
});
