import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { OpenedSuite, told } from './opened-suite.ts';
import { mayAttach, type Outcome, SuiteProcess } from './suite-process.ts';
import {
  backUp,
  fullSweep,
  judgeBackups,
  judgeInstallation,
  look,
  sweepErrors,
  sweepKills,
  type Work,
} from './suite-sweep.ts';

const limit = { timeout: fullSweep ? 7_200_000 : 120_000 };
const kills = 2;
const errors = 2;

let base: string;
let folder: string;
let recoveryKey: string;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-suite-'));
  folder = join(base, 'data');
  const made = await OpenedSuite.create(folder);
  recoveryKey = made.recoveryKey;
  for (const slug of ['stream', 'restore', 'import', 'backup']) {
    await told(made.opened.client.tenants.createTenant({ name: slug, slug, tier: 'enterprise' }));
  }
  await made.opened.stop();
  const lines = Array.from({ length: 2000 }, (_, n) => `{"id":"d${n}","text":"number ${n}"}`);
  writeFileSync(join(base, 'import.jsonl'), lines.join('\n'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Puts a few documents, each acknowledged or refused, and drains their events. */
const commit: Work<{ collection: string; acknowledged: string[] }> = {
  async prepare(_process, round) {
    return { collection: `c${round}-${Date.now()}`, acknowledged: [] };
  },
  async act(process, { collection, acknowledged }) {
    let last: Outcome = { end: 'died', stderr: '' };
    for (let n = 0; n < 4; n += 1) {
      const id = `d${n}`;
      const input = { tenant: 'stream', collection, id, value: { n, text: 'x'.repeat(n * 9000) } };
      const outcome = await process.call('tenants', 'putDocument', input);
      if (outcome.end === 'done') acknowledged.push(`${collection}/${id}`);
      if (last.end !== 'refused') last = outcome;
      if (outcome.end === 'died') return outcome;
    }
    return last;
  },
  async judge(process, { collection, acknowledged }) {
    await judgeKept(process, collection, acknowledged);
  },
};

/** Nothing acknowledged is lost, and each document of the collection has exactly one entry in the log. */
async function judgeKept(
  process: SuiteProcess,
  collection: string,
  acknowledged: readonly string[],
): Promise<void> {
  const { documents, logged } = await look(process, 'stream');
  const mine = (name: string) => name.startsWith(`${collection}/`);
  const present = [...documents.keys()].filter(mine);
  expect(present).toEqual(expect.arrayContaining([...acknowledged]));
  const put = [...logged].filter(([key]) => key.startsWith('data.put ') && mine(key.slice(9)));
  expect(new Map(put)).toEqual(new Map(present.map((name) => [`data.put ${name}`, 1])));
  await judgeInstallation(process, folder);
}

const snapshots = z.object({ snapshots: z.tuple([z.object({ id: z.string() })]) });
const history = z.object({ items: z.array(z.object({ id: z.string(), safety: z.boolean() })) });

/** A backup of a tenant. An acknowledged one is listed, logged once and proves row by row. */
const backup: Work<null> = {
  async prepare(process, round) {
    await putMark(process, 'backup', round);
    return null;
  },
  act: (process) => process.call('backups', 'createBackup', { scope: { tenant: 'backup' } }),
  async judge(process, _, outcome) {
    const listed = history.parse(await process.calls('backups', 'getBackupHistory', { tenant: 'backup' }));
    if (outcome.end === 'done') {
      const { id } = snapshots.parse(outcome.result).snapshots[0];
      expect(listed.items.map((item) => item.id)).toContain(id);
      const { logged } = await look(process, 'backup');
      expect(logged.get(`backup.create ${id}`)).toBe(1);
      const verify = { snapshotId: id, level: 4 };
      expect(await process.calls('backups', 'verifyBackupIntegrity', verify)).toMatchObject({ ok: true });
    }
    await judgeInstallation(process, folder);
  },
};

async function putMark(process: SuiteProcess, tenant: string, round: number): Promise<void> {
  const value = { round, text: 'y'.repeat(5000) };
  await process.calls('tenants', 'putDocument', { tenant, collection: 'marks', id: `mark${round}`, value });
}

interface Sides {
  readonly input: object;
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

const restored = z.object({ undoId: z.string() });
let marks = 0;

/** A restore in place over changes made since, and its undo. The state is all of one side or all of the other. */
const restore: Work<Sides> = {
  async prepare(process) {
    const after = (await look(process, 'restore')).documents;
    const { id } = await backUp(process, 'restore');
    marks += 1;
    await putMark(process, 'restore', marks);
    const before = (await look(process, 'restore')).documents;
    const input = {
      tenant: 'restore',
      snapshotId: id,
      destination: { kind: 'in-place' },
      reason: 'lost by a fault',
    };
    return { input, before, after };
  },
  async act(process, { input }) {
    const outcome = await process.call('backups', 'restoreBackup', input);
    if (outcome.end !== 'done') return outcome;
    const { undoId } = restored.parse(outcome.result);
    return await process.call('backups', 'undoRestore', { undoId, reason: 'it was the wrong one' });
  },
  async judge(process, { before, after }, outcome) {
    const { documents } = await look(process, 'restore');
    const side = (state: ReadonlyMap<string, string>) => JSON.stringify([...state]);
    const allowed = outcome.end === 'done' ? [side(before)] : [side(before), side(after)];
    expect(allowed).toContain(side(documents));
    await judgeInstallation(process, folder);
  },
};

const imports = z.object({
  items: z.array(
    z.object({ id: z.string(), collection: z.string(), state: z.string(), imported: z.number() }),
  ),
});

/** An import; whatever it reached, it can be undone and then nothing of it is there. */
const importing: Work<{ collection: string }> = {
  async prepare(_process, round) {
    return { collection: `i${round}-${Date.now()}` };
  },
  act: (process, { collection }) =>
    process.call('tenants', 'importDocuments', {
      tenant: 'import',
      collection,
      file: join(base, 'import.jsonl'),
    }),
  async judge(process, { collection }, outcome) {
    const { documents } = await look(process, 'import');
    const here = [...documents.keys()].filter((name) => name.startsWith(`${collection}/`)).length;
    const { items } = imports.parse(await process.calls('tenants', 'listImports', { tenant: 'import' }));
    const mine = items.find((item) => item.collection === collection);
    if (outcome.end === 'done') expect({ here, state: mine?.state }).toEqual({ here: 2000, state: 'done' });
    // one that was being taken back when the next fault came has fewer documents than it once wrote
    if (mine?.state === 'interrupted') expect(here).toBeLessThanOrEqual(mine.imported);
    else expect(here).toBe(mine?.state === 'done' ? mine.imported : 0);
    if (mine !== undefined && mine.state !== 'undone') {
      await process.calls('tenants', 'undoImport', { tenant: 'import', importId: mine.id });
    }
    const { documents: left } = await look(process, 'import');
    expect([...left.keys()].filter((name) => name.startsWith(`${collection}/`))).toEqual([]);
    await judgeInstallation(process, folder);
  },
};

const tenantsListed = z.object({ items: z.array(z.object({ id: z.string(), slug: z.string() })) });

/** A new tenant: its key in the keyring, folder, database and repository, then its row. */
const creating: Work<{ slug: string }> = {
  async prepare(_process, round) {
    return { slug: `t${round}-${Date.now()}` };
  },
  act: (process, { slug }) =>
    process.call('tenants', 'createTenant', { name: `Tenant ${slug}`, slug, tier: 'free' }),
  async judge(process, { slug }, outcome) {
    const { items } = tenantsListed.parse(await process.calls('tenants', 'listTenants', { limit: 1000 }));
    const made = items.find((item) => item.slug === slug);
    if (outcome.end === 'done') expect(made).toBeDefined();
    if (made !== undefined) {
      await process.calls('tenants', 'putDocument', {
        tenant: slug,
        collection: 'c',
        id: 'd',
        value: {},
      });
      expect((await look(process, slug)).logged.get(`tenant.create ${made.id}`)).toBe(1);
    }
    expect(readdirSync(join(folder, 'tenants')).sort()).toEqual(items.map(({ id }) => id).sort());
    await judgeInstallation(process, folder);
  },
};

const trials = <State>(work: Work<State>) => ({
  kill: () => sweepKills(folder, work, kills),
  fail: () => sweepErrors(folder, work, errors),
});
const works = [
  ['documents put and their events drained', trials(commit)],
  ['a backup', trials(backup)],
  ['a restore in place and its undo', trials(restore)],
  ['an import', trials(importing)],
  ['a new tenant', trials(creating)],
] as const;

describe.runIf(process.platform === 'linux' && (await mayAttach()))('the suite under faults in', () => {
  test.each(works)(
    '%s: killed at a system call, it opens with all it acknowledged',
    limit,
    async (_, { kill }) => {
      expect(await kill()).toBeGreaterThan(0);
    },
  );

  test.each(works)(
    '%s: a refusal of the disk is told, and the process goes on',
    limit,
    async (_, { fail }) => {
      await fail();
    },
  );
});

describe('at the end of all this', () => {
  test('killed at any moment of a stream of documents, nothing acknowledged is lost', limit, async () => {
    let current = SuiteProcess.start(folder);
    await current.open();
    for (let round = 0; round < 2; round += 1) {
      const collection = `s${round}`;
      const next = SuiteProcess.start(folder);
      const stream = current.ask({ do: 'put', tenant: 'stream', collection });
      await current.untilKept(10 + Math.floor(Math.random() * 40));
      await sleep(Math.random() * 20);
      await current.kill();
      expect(await stream).toMatchObject({ end: 'died' });
      const acknowledged = [...current.kept];
      expect(acknowledged.length).toBeGreaterThanOrEqual(10);
      current = next;
      await current.open();
      await judgeKept(current, collection, acknowledged);
    }
    await current.stop();
  });

  test('every repository is sound, and the first and the last snapshot prove row by row', limit, async () => {
    const current = SuiteProcess.start(folder);
    await current.open();
    for (const tenant of ['backup', 'restore']) {
      const { items } = history.parse(await current.calls('backups', 'getBackupHistory', { tenant }));
      const first = items.at(-1);
      await judgeBackups(current, { tenant, recoveryKey, older: first ? [first.id] : [] });
    }
    await current.stop();
  });
});
