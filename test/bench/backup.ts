// A tenant's first backup, and the next one after a hundredth of it has changed, against Debian's restic on the same
// database file; the first against cp as well.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { tenantMigrations } from '../../main/storage/migrations/tenant.ts';
import { openStore } from '../../main/storage/open-store.ts';
import { systemIds } from '../../main/suite/system.ts';
import { systemClock } from '../../shared/clock.ts';
import type { BackupResult } from '../../shared/contract/backups.ts';
import { makeProtected, type Protected } from '../doubles/protected-installation.ts';
import { ledgerLine } from './harness/ledger.ts';
import { inFolder } from './harness/raw-database.ts';
import { type Bench, megabytesPerSecond, type Report } from './harness/report.ts';
import { inTurn, median, speedOf, timed } from './harness/rounds.ts';
import { StallWatch } from './harness/stalls.ts';

const databaseBytes = 500_000_000;
const rounds = 3;

const ids = systemIds(systemClock);

/** Fills a tenant's database with documents of 200 to 2,000 bytes until the file has the size wanted. */
async function fillDatabase(file: string): Promise<void> {
  const options = { file, name: 'tenant', migrations: tenantMigrations, clock: systemClock };
  await (await openStore({ ...options, createIfMissing: true })).close();
  const database = new Database(file);
  try {
    for (const setting of ['synchronous = OFF', 'cache_size = -200000']) database.pragma(setting);
    const insert = database.prepare(
      `INSERT INTO documents (collection, id, revision, state, content, content_hash, updated_at)
       VALUES ('ledger', ?, 1, 1, ?, ?, ?)`,
    );
    const size = () => Number(database.pragma('page_count', { simple: true })) * 4096;
    const add = database.transaction((from: number) => {
      for (let at = from; at < from + 10_000; at += 1) {
        const { id, text } = ledgerLine(at, 200 + ((at * 7919) % 1801));
        insert.run(id, text, createHash('sha256').update(text).digest(), systemClock.now());
      }
    });
    for (let at = 0; size() < databaseBytes; at += 10_000) add(at);
  } finally {
    database.close();
  }
}

function runProgram(program: string, ...args: readonly string[]): void {
  const { error, status, stderr } = spawnSync(program, args, {
    env: { ...process.env, RESTIC_PASSWORD: 'yardstick' },
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

/** What our repositories hold goes, so that each backup is a first one. */
function forgetRepositories({ folder }: Protected): void {
  rmSync(join(folder, 'repositories'), { recursive: true, force: true });
}

async function run(report: Report): Promise<void> {
  if (spawnSync('restic', ['version']).error !== undefined) {
    report.note('backup: left out, since the program restic is not installed (apt-get install restic)');
    return;
  }
  await inFolder(async (folder) => {
    const tenantId = ids.uuid();
    const tenantFolder = join(folder, 'installation', 'tenants', tenantId);
    mkdirSync(tenantFolder, { recursive: true });
    const file = join(tenantFolder, 'data.db');
    await fillDatabase(file);
    const subject = await makeProtected({ folder: join(folder, 'installation'), tenantId });
    try {
      await measure(report, subject, { file, folder });
    } finally {
      await subject.close();
    }
  });
}

async function measure(
  report: Report,
  subject: Protected,
  { file, folder }: { readonly file: string; readonly folder: string },
): Promise<void> {
  const { size } = statSync(file);
  const watch = new StallWatch();
  const repository = join(folder, 'restic');
  const copy = join(folder, 'copy.db');
  let stored = { ours: 0, restic: 0 };
  const times = await inTurn(
    {
      ours: async () => {
        forgetRepositories(subject);
        const took = await watch.during(() =>
          timed(() =>
            subject.finished(
              subject.manager.createBackup(
                { scope: { tenant: subject.tenantId }, kind: 'full' },
                subject.operation(),
              ),
            ),
          ),
        );
        stored = { ...stored, ours: folderBytes(join(subject.folder, 'repositories')) };
        return took;
      },
      restic: async () => {
        rmSync(repository, { recursive: true, force: true });
        runProgram('restic', '--no-cache', '-r', repository, 'init');
        const took = await timed(() => runProgram('restic', '--no-cache', '-r', repository, 'backup', file));
        stored = { ...stored, restic: folderBytes(repository) };
        return took;
      },
      copy: async () => {
        rmSync(copy, { force: true });
        return await timed(() => runProgram('sh', '-c', 'cp "$0" "$1" && sync "$1"', file, copy));
      },
    },
    { rounds },
  );
  const megabytes = Math.round(size / 1e6);
  const shared = { measured: megabytesPerSecond(size, median(times.ours)), stalls: watch.stalls };
  report.line({
    what: `backup: first of a tenant of ${megabytes} MB`,
    ratio: speedOf(times.restic, times.ours),
    aim: 1,
    yardstick: 'restic backup of the file',
    against: megabytesPerSecond(size, median(times.restic)),
    ...shared,
  });
  report.line({
    what: `backup: first of a tenant of ${megabytes} MB`,
    ratio: speedOf(times.copy, times.ours),
    yardstick: 'cp and sync of the file',
    against: megabytesPerSecond(size, median(times.copy)),
    ...shared,
  });
  const part = (bytes: number) => `${Math.round((bytes / size) * 100)} %`;
  report.note(`backup: stored are ${part(stored.ours)} of the file, restic stores ${part(stored.restic)}`);
  await measureNext(report, subject, { file, repository });
}

/** The same change for both: one document in a hundred, chosen at random, gets a new revision. */
async function measureNext(
  report: Report,
  subject: Protected,
  { file, repository }: { readonly file: string; readonly repository: string },
): Promise<void> {
  const backUp = (kind: 'full' | 'incremental' = 'incremental') =>
    subject.finished<BackupResult>(
      subject.manager.createBackup({ scope: { tenant: subject.tenantId }, kind }, subject.operation()),
    );
  forgetRepositories(subject);
  await backUp('full');
  const { documents } = subject.tenant
    .sql<{ documents: number }>('SELECT count(*) AS documents FROM documents WHERE state = 1')
    .get() ?? { documents: 0 };
  const watch = new StallWatch();
  let added = { ours: 0, restic: 0 };
  const times = await inTurn(
    {
      ours: async (round) => {
        await changeSome(subject, { documents, round });
        const before = folderBytes(join(subject.folder, 'repositories'));
        const took = await watch.during(() => timed(backUp));
        added = { ...added, ours: folderBytes(join(subject.folder, 'repositories')) - before };
        return took;
      },
      restic: async () => {
        const before = folderBytes(repository);
        const took = await timed(() =>
          runProgram('restic', '--no-cache', '-r', repository, 'backup', file, `${file}-wal`),
        );
        added = { ...added, restic: folderBytes(repository) - before };
        return took;
      },
    },
    { rounds },
  );
  const ms = (took: number) => `${took.toFixed(0)} ms`;
  report.line({
    what: 'backup: the next, after 1 % of the documents has changed',
    ratio: speedOf(times.restic, times.ours),
    aim: 5,
    yardstick: 'restic backup of the file',
    measured: ms(median(times.ours)),
    against: ms(median(times.restic)),
    stalls: watch.stalls,
  });
  report.line({
    what: 'backup: bytes that the next one adds',
    ratio: added.restic / added.ours,
    aim: 50,
    yardstick: 'restic backup of the file',
    measured: `${(added.ours / 1e6).toFixed(2)} MB`,
    against: `${(added.restic / 1e6).toFixed(1)} MB`,
  });
}

async function changeSome(
  subject: Protected,
  { documents, round }: { readonly documents: number; readonly round: number },
): Promise<void> {
  const atOnce = 500;
  for (let done = 0; done < documents / 100; done += atOnce) {
    const changed = Array.from({ length: atOnce }, (_, index) => {
      const at = (((round * 1_000_003 + done + index) * 48_271) >>> 0) % documents;
      const { id, text } = ledgerLine(at, 200 + ((at * 7919) % 1801));
      return { id, value: { ...JSON.parse(text), changed: `${round} ${done} ${index}` } };
    });
    await subject.putAll('ledger', changed);
  }
}

export const bench: Bench = { name: 'backup', run };
