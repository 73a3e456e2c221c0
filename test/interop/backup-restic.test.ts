import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liveRows } from '../../main/row-hash/tenant-rows.ts';
import { Connection, reading } from '../../main/storage/connection.ts';
import type { BackupResult, BackupVerification, RestoreResult } from '../../shared/contract/backups.ts';
import { makeProtected, type Protected, recoveryKey } from '../doubles/protected-installation.ts';
import { restic } from './restic-program.ts';

let place: Protected;
let scratch: string;
let repository: string;
let snapshotId: string;
let contents: string[];

const large = Buffer.alloc(3_500_000, 'files of more than one chunk; ');
const verify = () =>
  place.finished<BackupVerification>(
    place.manager.verifyBackupIntegrity({ level: 4 }, place.operation('backup.verify')),
  );
const rowsOfFile = (file: string) => {
  const connection = new Connection(file, { name: 'restored' });
  try {
    return [...liveRows(reading(connection))];
  } finally {
    connection.close();
  }
};

beforeAll(async () => {
  place = await makeProtected();
  scratch = mkdtempSync(join(tmpdir(), 'holdfast-interop-'));
  for (let at = 0; at < 300; at += 1) {
    await place.put('orders', `order-${at}`, { at, text: '<&> ü \u2028 '.repeat(at % 50) });
  }
  contents = [
    await place.addFile('odd \'names\' "here" <&>/日本.bin', large),
    await place.addFile('empty', Buffer.alloc(0)),
    await place.addFile('small', Buffer.from('small')),
  ];
  const made = (await place.backUp('full', { all: true })).snapshots.find(
    ({ tenantId }) => tenantId === place.tenantId,
  );
  repository = made?.repository ?? '';
  snapshotId = made?.id ?? '';
});
afterAll(async () => {
  await place.close();
  rmSync(scratch, { recursive: true, force: true });
});

describe('restic, with the recovery key as its password', () => {
  test('checks both repositories to the last byte', () => {
    for (const of of [repository, join(repository, '..', 'installation')]) {
      expect(restic(of, recoveryKey, 'check', '--read-data')).toContain('no errors were found');
    }
  });

  test('restores a base that sqlite3 opens, and replay.mjs makes the same rows of it', () => {
    const target = join(scratch, 'restored');
    restic(repository, recoveryKey, 'restore', snapshotId, '--target', target);
    for (const sha256 of contents) {
      const content = readFileSync(join(target, 'files', sha256.slice(0, 2), sha256));
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
    const sqlite = (file: string, sql: string) =>
      execFileSync('sqlite3', [file, sql], { encoding: 'utf8' }).trim();
    const out = join(scratch, 'replayed');
    const report = JSON.parse(
      execFileSync(process.execPath, ['replay.mjs', out], { cwd: target, encoding: 'utf8' }),
    );
    expect(report.databases).toMatchObject([{ name: 'data', file: 'data.sqlite' }]);
    expect(report.files).toEqual({ count: 3, bytes: large.length + 5, damaged: 0 });
    expect(report.collections.map(({ name, rows }: { name: string; rows: number }) => [name, rows])).toEqual([
      ['$files', 3],
      ['orders', 300],
    ]);
    expect(readFileSync(join(out, 'data.sqlite')).equals(readFileSync(join(target, 'data/base')))).toBe(true);
    expect(sqlite(join(target, 'data/base'), 'PRAGMA integrity_check')).toBe('ok');
    expect(sqlite(join(out, 'data.sqlite'), 'SELECT count(*) FROM documents')).toBe('300');
    expect(rowsOfFile(join(out, 'data.sqlite'))).toEqual([...liveRows(place.tenant)]);
  });

  test('restores control.db and audit.db as of one moment', () => {
    const target = join(scratch, 'installation');
    restic(join(repository, '..', 'installation'), recoveryKey, 'restore', 'latest', '--target', target);
    for (const name of ['control', 'audit']) {
      const check = execFileSync('sqlite3', [join(target, name, 'base'), 'PRAGMA integrity_check']);
      expect(check.toString().trim()).toBe('ok');
    }
  });

  test('adds to it and prunes it, and ours stay whole', async () => {
    const other = join(scratch, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'theirs'), Buffer.alloc(2_000_000, 'theirs '));
    restic(repository, recoveryKey, 'backup', other);
    await place.put('orders', 'order-1', { at: 'second' });
    await place.backUp('full', { all: true });
    restic(repository, recoveryKey, 'forget', '--prune', '--keep-tag', 'holdfast', '--max-unused', '0');
    expect(restic(repository, recoveryKey, 'check', '--read-data')).toContain('no errors were found');
    expect(await verify()).toMatchObject({ ok: true, problems: [] });
    const result = await place.finished<RestoreResult>(
      place.manager.restoreBackup(
        { snapshotId, destination: { kind: 'in-place' }, reason: 'after a prune' },
        place.operation('backup.restore'),
      ),
    );
    expect(result.verifiedLevel).toBe(4);
    expect(restic(repository, recoveryKey, 'check', '--read-data')).toContain('no errors were found');
  });
});

describe('replay.mjs', () => {
  const restored = (name: string) => {
    const target = join(scratch, name);
    restic(repository, recoveryKey, 'restore', snapshotId, '--target', target);
    return target;
  };
  const replay = (folder: string, ...given: string[]) =>
    spawnSync(process.execPath, ['replay.mjs', ...given], { cwd: folder, encoding: 'utf8' });

  test('goes through the log to any commit and time, to the very pages that our restore makes', async () => {
    const moments: { seq: number; time: number; rows: unknown }[] = [];
    for (let at = 0; at < 12; at += 1) {
      await place.put('orders', `order-${at % 5}`, { at, text: 'x'.repeat(at * 300) });
      const clock = place.tenant
        .sql<{ seq: number; time: number }>('SELECT seq, time FROM commit_clock')
        .get();
      moments.push({ ...(clock ?? { seq: 0, time: 0 }), rows: [...liveRows(place.tenant)] });
      await setTimeout(3);
    }
    const { snapshots } = await place.finished<BackupResult>(
      place.manager.createBackup({ scope: { tenant: 'acme' }, kind: 'incremental' }, place.operation()),
    );
    const [{ id, kind } = { id: '', kind: '' }] = snapshots;
    expect(kind).toBe('incremental');
    const target = join(scratch, 'incremental');
    restic(repository, recoveryKey, 'restore', id, '--target', target);
    for (const { seq, time, rows } of moments) {
      const byNumber = join(scratch, `commit-${seq}`);
      expect(replay(target, '--commit', String(seq), byNumber)).toMatchObject({ status: 0, stderr: '' });
      expect(rowsOfFile(join(byNumber, 'data.sqlite'))).toEqual(rows);
      const byTime = join(scratch, `time-${seq}`);
      expect(replay(target, '--at', new Date(time).toISOString(), byTime).status).toBe(0);
      const file = readFileSync(join(byTime, 'data.sqlite'));
      expect(file.equals(readFileSync(join(byNumber, 'data.sqlite')))).toBe(true);
    }
    const ours = join(scratch, 'ours');
    await place.finished(
      place.manager.restoreBackup(
        { snapshotId: id, destination: { kind: 'folder', path: ours }, reason: 'to compare' },
        place.operation('backup.restore'),
      ),
    );
    expect(replay(target, join(scratch, 'whole')).status).toBe(0);
    expect(rowsOfFile(join(scratch, 'whole/data.sqlite'))).toEqual(rowsOfFile(join(ours, 'data.db')));
    const log = join(target, 'data/log');
    const [segment = ''] = readdirSync(log);
    const bytes = readFileSync(join(log, segment));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    rmSync(join(log, segment));
    writeFileSync(join(log, segment), bytes);
    expect(replay(target, join(scratch, 'cut'))).toMatchObject({
      status: 2,
      stderr: `data/log/${segment} is not what the manifest says\n`,
    });
    expect(restic(repository, recoveryKey, 'check', '--read-data')).toContain('no errors were found');
  }, 120_000);

  test('refuses a base with one changed byte, and leaves no database', () => {
    const folder = restored('damaged');
    const base = readFileSync(join(folder, 'data/base'));
    base[5000] = (base[5000] ?? 0) ^ 1;
    rmSync(join(folder, 'data/base'));
    writeFileSync(join(folder, 'data/base'), base);
    const ended = replay(folder, join(scratch, 'damaged-out'));
    expect(ended).toMatchObject({ status: 2, stderr: 'data/base does not match its page-map root\n' });
    expect(readdirSync(join(scratch, 'damaged-out'))).toEqual([]);
  });

  test('refuses times and commits that the snapshot does not hold, and segments it does not know', () => {
    const folder = restored('choosing');
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    const { last, lastTime } = manifest.databases[0].commits;
    const out = (name: string) => join(scratch, name);
    expect(replay(folder, '--commit', String(last), out('c1')).status).toBe(0);
    expect(replay(folder, '--commit', String(last + 1), out('c2')).status).toBe(1);
    expect(replay(folder, '--at', new Date(lastTime).toISOString(), out('c3')).status).toBe(0);
    expect(replay(folder, '--at', new Date(lastTime - 1000).toISOString(), out('c4')).status).toBe(1);
    expect(replay(folder).status).toBe(64);
    manifest.databases[0].segments.push({ format: 7, seq: 1, bytes: 1, sha256: '0'.repeat(64) });
    rmSync(join(folder, 'manifest.json'));
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    const ended = replay(folder, out('c5'));
    expect(ended).toMatchObject({
      status: 1,
      stderr: 'data/log/1 has segment format 7, which is not known here\n',
    });
  });
});
