import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BackupVerification, RestoreResult } from '../../shared/contract/backups.ts';
import { makeProtected, type Protected, recoveryKey } from '../doubles/protected-installation.ts';
import { ShiftedClock } from '../doubles/shifted-clock.ts';
import { restic } from '../interop/restic-program.ts';

let clock: ShiftedClock;
let place: Protected;
beforeEach(async () => {
  clock = new ShiftedClock();
  place = await makeProtected({ clock });
  await place.putAll(
    'orders',
    Array.from({ length: 400 }, (_, at) => ({ id: `order-${at}`, value: { at, text: 'x'.repeat(500) } })),
  );
});
afterEach(() => place.close());

const foreign = (sql: string) => execFileSync('sqlite3', ['-batch', place.tenant.file, sql]);
const live = () =>
  place.tenant.sql('SELECT id, revision, content FROM documents ORDER BY id, revision').all();

/** The newest snapshot restored into a folder, every row proved. */
async function restored(): Promise<readonly unknown[]> {
  const path = join(place.folder, '..', `restored-${place.tenantId}`);
  const job = place.manager.restoreBackup(
    { tenant: 'acme', destination: { kind: 'folder', path }, reason: 'a test' },
    place.operation('backup.restore'),
  );
  expect((await place.finished<RestoreResult>(job)).verifiedLevel).toBe(4);
  const database = new DatabaseSync(join(path, 'data.db'), { readOnly: true });
  try {
    return database.prepare('SELECT id, revision, content FROM documents ORDER BY id, revision').all();
  } finally {
    database.close();
    execFileSync('rm', ['-rf', path]);
  }
}

const deeds = {
  'checkpoints and empties the log': 'PRAGMA wal_checkpoint(TRUNCATE)',
  'copies a part of the log': 'PRAGMA wal_checkpoint(PASSIVE)',
  'vacuums the database': 'VACUUM',
  'makes a table': 'CREATE TABLE foreign_table (a TEXT); INSERT INTO foreign_table VALUES (1)',
  'makes an index': 'CREATE INDEX foreign_index ON documents (updated_at)',
  'deletes what it can and shortens the file':
    'DELETE FROM imports; PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(PASSIVE)',
  'only reads': 'SELECT count(*) FROM documents',
  'begins a change and takes it back': 'BEGIN IMMEDIATE; DELETE FROM imports; ROLLBACK',
} as const;

/** By default those that differ most; HOLDFAST_SWEEP=all tries each. */
const few: readonly string[] = [
  'checkpoints and empties the log',
  'vacuums the database',
  'makes a table',
  'only reads',
];
const tried = Object.entries(deeds).filter(
  ([what]) => process.env.HOLDFAST_SWEEP === 'all' || few.includes(what),
);

describe('another program, while a tenant is followed,', () => {
  for (const [what, sql] of tried) {
    test(`${what}: the next backups are whole, and nothing is guessed`, async () => {
      await place.snapshot();
      await place.put('orders', 'order-1', { total: 1 });
      foreign(sql);
      await place.put('orders', 'order-2', { total: 2 });
      await place.snapshot();
      expect(await restored()).toEqual(live());
      await place.put('orders', 'order-3', { total: 3 });
      expect((await place.snapshot())?.kind).toBe('incremental');
      expect(await restored()).toEqual(live());
      const verified = await place.finished<BackupVerification>(
        place.manager.verifyBackupIntegrity({ tenant: 'acme', level: 4 }, place.operation('backup.verify')),
      );
      expect(verified.problems).toEqual([]);
      restic(
        place.parts.target.repository(place.tenantId).location.path,
        recoveryKey,
        'check',
        '--read-data',
      );
    });
  }

  test('cannot change the page size under it', () => {
    foreign('PRAGMA page_size = 8192; VACUUM');
    expect(place.tenant.sql<{ page_size: number }>('PRAGMA page_size').get()?.page_size).toBe(4096);
  });
});

describe('the clock', () => {
  test('that goes back by a day costs no commit, and a time never goes back', async () => {
    await place.snapshot();
    await place.put('orders', 'order-1', { total: 1 });
    clock.pass(-86_400_000);
    await place.put('orders', 'order-2', { total: 2 });
    await place.snapshot();
    expect(await restored()).toEqual(live());
    await place.put('orders', 'order-3', { total: 3 });
    expect((await place.snapshot())?.kind).toBe('incremental');
    expect(await restored()).toEqual(live());
  });

  test('that goes ahead by years is followed, and back again', async () => {
    await place.snapshot();
    clock.pass(5 * 365 * 86_400_000);
    await place.put('orders', 'order-1', { total: 1 });
    await place.snapshot();
    clock.pass(-5 * 365 * 86_400_000);
    await place.put('orders', 'order-2', { total: 2 });
    await place.snapshot();
    expect(await restored()).toEqual(live());
  });
});
