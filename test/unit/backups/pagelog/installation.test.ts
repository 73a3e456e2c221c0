import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withRepository } from '../../../../main/backups/repository-access.ts';
import { rebuildDatabases, rebuiltFile } from '../../../../main/backups/restore/rebuild.ts';
import { openSnapshot } from '../../../../main/backups/snapshot/open-snapshot.ts';
import { proveDatabases } from '../../../../main/backups/verify/prove-databases.ts';
import type { WorkerContext } from '../../../../main/jobs/serve-call.ts';
import type { BackupVerification, RestoreResult } from '../../../../shared/contract/backups.ts';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';
import { restic } from '../../../interop/restic-program.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
});
afterEach(() => place.close());

const installation = { installation: true } as const;
interface Moment {
  readonly time: string;
  readonly setting: number;
  readonly logs: number;
}

let count = 0;

/** One commit in each of the two databases, and a moment after both that no later commit shares. */
async function moment(): Promise<Moment> {
  count += 1;
  const n = count;
  await place.control.write((transaction) =>
    transaction.sql(`INSERT OR REPLACE INTO settings (name, value) VALUES ('moment', ?)`).run(String(n)),
  );
  await place.audit.write((transaction) =>
    transaction
      .sql(
        `INSERT INTO logs (log, origin, size, root, note, committed_size) VALUES (?, ?, 0, x'00', x'00', 0)`,
      )
      .run(n, `log ${n}`),
  );
  const time = new Date().toISOString();
  await setTimeout(3);
  return { time, setting: n, logs: n };
}

async function expectMoment({ time, setting, logs }: Moment): Promise<void> {
  const path = join(place.folder, '..', `restored-${randomInt(2 ** 40)}`);
  const read = (name: string, sql: string) =>
    execFileSync('sqlite3', ['-batch', join(path, `${name}.db`), sql], { encoding: 'utf8' }).trim();
  try {
    const restored = await place.finished<RestoreResult>(
      place.manager.restoreBackup(
        { ...installation, at: time, destination: { kind: 'folder', path }, reason: 'a test' },
        place.operation('backup.restore'),
      ),
    );
    expect(restored.verifiedLevel).toBe(4);
    expect(read('control', `SELECT value FROM settings WHERE name = 'moment'`)).toBe(String(setting));
    expect(read('audit', 'SELECT count(*) FROM logs')).toBe(String(logs));
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

test('the second backup of the installation takes what changed in both databases, and is proved like the first', async () => {
  count = 0;
  expect(await place.snapshot('incremental', installation)).toMatchObject({ kind: 'full' });
  await moment();
  const second = await place.snapshot('incremental', installation);
  expect(second.kind).toBe('incremental');
  const started = place.manager.verifyBackupIntegrity(
    { ...installation, level: 4 },
    place.operation('backup.verify'),
  );
  const verified = await place.finished<BackupVerification>(started);
  expect(verified).toMatchObject({ ok: true, problems: [] });
  expect(verified.snapshots).toHaveLength(2);
  expect(restic(second.repository, 'the machine keeps this', 'check', '--read-data')).toContain('no errors');
});

test('a row that is another one after the log was gone through is found at level 4', async () => {
  count = 0;
  await place.snapshot('incremental', installation);
  await moment();
  const { id } = await place.snapshot('incremental', installation);
  const folder = join(place.folder, 'proved');
  const context: WorkerContext = {
    signal: new AbortController().signal,
    check: () => undefined,
    progress: { phase: () => undefined, advance: () => undefined },
  };
  const { keys, target } = place.parts;
  const access = {
    location: target.repository('installation').location,
    password: keys.password('installation'),
    recovery: keys.recovery(),
  };
  await withRepository(access, async (repository) => {
    const snapshot = await openSnapshot(repository, id);
    await rebuildDatabases(repository, snapshot, folder, context);
    const prove = () => proveDatabases(snapshot, folder, { level: 4, prefix: null }, context);
    expect(await prove()).toMatchObject({ problems: [], rows: expect.any(Number) });
    const file = rebuiltFile(folder, 'control');
    execFileSync('sqlite3', ['-batch', file, `UPDATE settings SET value = 'other' WHERE name = 'moment'`]);
    expect((await prove()).problems).toEqual(['control: rows of table settings were changed']);
  });
});

test('every moment of both databases together comes back, over a new base too', async () => {
  count = 0;
  await place.snapshot('incremental', installation);
  const moments: Moment[] = [];
  for (let n = 0; n < 5; n += 1) moments.push(await moment());
  await place.snapshot('incremental', installation);
  for (let n = 0; n < 3; n += 1) moments.push(await moment());
  expect((await place.snapshot('full', installation)).kind).toBe('full');
  for (let n = 0; n < 3; n += 1) moments.push(await moment());
  for (const each of moments) await expectMoment(each);
}, 120_000);
