import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveRows } from '../../main/row-hash/tenant-rows.ts';
import type { RestoreDestination } from '../../shared/contract/backups/destination.ts';
import type { BackupResult, RestoreResult } from '../../shared/contract/backups.ts';
import type { Uuid } from '../../shared/ids.ts';
import { openCutOff } from '../doubles/cut-off-installation.ts';
import { makeProtected, type Protected, type ProtectedOptions } from '../doubles/protected-installation.ts';
import { mayAttach } from './suite-process.ts';

const files = 60;
let folder: string;
let options: ProtectedOptions;
let snapshotId: string;
let repository: string;
let rowsThen: number;
const stateOf = (place: Protected) => JSON.stringify([...liveRows(place.tenant)]);
let stateThen: string;

beforeAll(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'holdfast-resume-')), 'installation');
  const prefix = randomBytes(32);
  const place = await makeProtected({ folder, prefix, keep: true });
  options = {
    folder,
    prefix,
    tenantId: place.tenantId,
    installationId: place.parts.sources.installationId,
    keep: true,
  };
  await place.putAll(
    'orders',
    Array.from({ length: 4000 }, (_, at) => ({ id: `order-${at}`, value: randomBytes(400).toString('hex') })),
  );
  for (let at = 0; at < files; at += 1) await place.addFile(`scans/${at}.bin`, randomBytes(400_000));
  const { snapshots } = await place.finished<BackupResult>(
    place.manager.createBackup({ scope: { tenant: 'acme' }, kind: 'full' }, place.operation()),
  );
  snapshotId = snapshots[0]?.id ?? '';
  repository = snapshots[0]?.repository ?? '';
  stateThen = stateOf(place);
  rowsThen = [...liveRows(place.tenant)].length;
  await place.putAll('orders', [{ id: 'order-1', value: 'changed since' }]);
  await place.close();
}, 60_000);
afterAll(() => rmSync(dirname(folder), { recursive: true, force: true }));

/** Starts a restore in a process of its own and kills it as soon as `until` says so; answers the id of its job. */
async function killed(destination: RestoreDestination, until: (phase: string) => boolean): Promise<Uuid> {
  const subject = spawn(process.execPath, subjectOf(destination), { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(subject, 'exit');
  let jobId: string | undefined;
  let phase = '';
  createInterface(subject.stdout).on('line', (line) => {
    if (jobId === undefined) jobId = line;
    else phase = line;
  });
  while (!until(phase)) {
    expect(phase).not.toBe('ended');
    await setTimeout(2);
  }
  subject.kill('SIGKILL');
  await ended;
  return (jobId ?? '') as Uuid;
}

function subjectOf(destination: RestoreDestination): readonly string[] {
  const { prefix, keep: _, ...rest } = options;
  const given = { ...rest, prefix: Buffer.from(prefix ?? []).toString('hex'), snapshotId, destination };
  return [join(import.meta.dirname, 'restore-resume-subject.ts'), JSON.stringify(given)];
}

/** Whether the restore has come to its files, with most of them still to come: told phases come too late for that. */
const hasSome = (scans: string) => existsSync(scans) && readdirSync(scans).length >= 5;

/** Whether a database is written that is to take the place of the live one. */
const isRebuilding = (work: string) =>
  existsSync(work) && readdirSync(work).some((name) => existsSync(join(work, name, 'data.db')));

async function resumed(place: Protected, jobId: Uuid) {
  const operation = place.operation('backup.restore.resume');
  const started = await place.manager.resumeRestore({ jobId, reason: 'go on' }, operation);
  const result = await place.finished<RestoreResult>(Promise.resolve(started));
  return { result };
}

function rowsIn(file: string): number {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare('SELECT count(*) FROM documents').pluck().get() as number;
  } finally {
    database.close();
  }
}

test('a restore to a folder that was killed goes on, and reads nothing again that is there', async () => {
  const path = join(folder, '..', 'restored');
  const partial = `${path}.holdfast-partial`;
  const scans = join(partial, 'files', 'scans');
  const jobId = await killed({ kind: 'folder', path }, () => hasSome(scans));
  const before = new Map(readdirSync(scans).map((name) => [name, statSync(join(scans, name))]));
  const database = statSync(join(partial, 'data.db'));
  expect(before.size).toBeLessThan(files);
  expect(JSON.parse(readFileSync(join(partial, 'restore-not-finished'), 'utf8'))).toMatchObject({
    snapshotId,
    rebuilt: ['data'],
  });

  const place = await openCutOff(options);
  try {
    expect(place.jobs.getJob({ jobId })).toMatchObject({ state: 'interrupted' });
    const { result } = await resumed(place, jobId);
    expect(result).toMatchObject({ to: 'folder', files, verifiedLevel: 4, folder: path });
    expect(existsSync(partial)).toBe(false);
    for (const [name, { mtimeMs }] of before)
      expect(statSync(join(path, 'files', 'scans', name)).mtimeMs).toBe(mtimeMs);
    expect(statSync(join(path, 'data.db')).mtimeMs).toBe(database.mtimeMs);
    expect(readdirSync(join(path, 'files', 'scans'))).toHaveLength(files);
    expect(rowsIn(join(path, 'data.db'))).toBe(4000);
    await expect(resumed(place, jobId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  } finally {
    await place.close();
  }
}, 60_000);

test.runIf(process.platform === 'linux' && (await mayAttach()))(
  'a folder that got its name just before the process was killed is whole, and a start says so',
  async () => {
    const path = join(folder, '..', 'named');
    // the folder above is made durable between the new name and the removal of the mark
    const killing = ['-P', dirname(path), '-e', 'trace=fsync', '-e', 'inject=fsync:signal=KILL:when=1'];
    const { stdout } = spawnSync(
      'strace',
      ['-f', '-qq', '-o', '/dev/null', ...killing, process.execPath, ...subjectOf({ kind: 'folder', path })],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 50_000 },
    );
    const jobId = stdout.split('\n')[0] as Uuid;
    expect(existsSync(`${path}.holdfast-partial`)).toBe(false);
    expect(existsSync(join(path, 'restore-not-finished'))).toBe(true);

    const place = await openCutOff(options);
    try {
      expect(existsSync(join(path, 'restore-not-finished'))).toBe(false);
      expect(rowsIn(join(path, 'data.db'))).toBe(4000);
      expect(readdirSync(join(path, 'files', 'scans'))).toHaveLength(files);
      await expect(resumed(place, jobId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    } finally {
      await place.close();
    }
  },
  60_000,
);

test('what was changed meanwhile in the folder is noticed, and read anew', async () => {
  const path = join(folder, '..', 'changed');
  const partial = `${path}.holdfast-partial`;
  const jobId = await killed({ kind: 'folder', path }, (phase) => phase === 'Restoring files');
  const database = new Database(join(partial, 'data.db'));
  const guards = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'documents'")
    .all() as { name: string; sql: string }[];
  for (const { name } of guards) database.exec(`DROP TRIGGER ${name}`);
  database.exec("UPDATE documents SET content = '\"forged\"' WHERE id = 'order-7'");
  for (const { sql } of guards) database.exec(sql);
  database.close();
  const place = await openCutOff(options);
  try {
    const { result } = await resumed(place, jobId);
    expect(result).toMatchObject({ files, verifiedLevel: 4 });
  } finally {
    await place.close();
  }
  const restored = new Database(join(path, 'data.db'), { readonly: true });
  expect(restored.prepare("SELECT count(*) FROM documents WHERE content LIKE '%forged%'").pluck().get()).toBe(
    0,
  );
  restored.close();
}, 60_000);

test('one whose target went away keeps what it has, and goes on when it is back', async () => {
  const path = join(folder, '..', 'away');
  const partial = `${path}.holdfast-partial`;
  const jobId = await killed({ kind: 'folder', path }, () => hasSome(join(partial, 'files', 'scans')));
  const { mtimeMs } = statSync(join(partial, 'data.db'));
  renameSync(repository, `${repository}-away`);
  let place = await openCutOff(options);
  let failed: Uuid;
  try {
    const started = await place.manager.resumeRestore(
      { jobId, reason: 'go on' },
      place.operation('backup.restore.resume'),
    );
    failed = started.jobId as Uuid;
    await expect(place.finished(Promise.resolve(started))).rejects.toThrow();
    expect(statSync(join(partial, 'data.db')).mtimeMs).toBe(mtimeMs);
  } finally {
    await place.close();
    renameSync(`${repository}-away`, repository);
  }
  place = await openCutOff(options);
  try {
    const { result } = await resumed(place, failed);
    expect(result).toMatchObject({ files, verifiedLevel: 4 });
    expect(statSync(join(path, 'data.db')).mtimeMs).toBe(mtimeMs);
  } finally {
    await place.close();
  }
}, 60_000);

test('a restore in place that was killed changed nothing, and is done when it is resumed', async () => {
  const jobId = await killed({ kind: 'in-place' }, () =>
    isRebuilding(join(folder, 'temporary', 'restoring')),
  );
  const place = await openCutOff(options);
  try {
    const now = stateOf(place);
    expect(now).not.toBe(stateThen);
    const { result } = await resumed(place, jobId);
    expect(result).toMatchObject({ to: 'in-place', rows: rowsThen, undoId: expect.any(String) });
    expect(stateOf(place)).toBe(stateThen);
  } finally {
    await place.close();
  }
}, 60_000);
