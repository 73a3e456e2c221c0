import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { controlMigrations } from '../../../main/storage/migrations/control.ts';
import { openStore } from '../../../main/storage/open-store.ts';
import { systemClock } from '../../../shared/clock.ts';
import { temporaryFolder } from '../../doubles/temporary-folder.ts';

test('notices of an earlier format stay as they are, one open of each trouble, and other kinds may join', async () => {
  const file = join(temporaryFolder(), 'control.db');
  const before = controlMigrations.findIndex(({ name }) => name === 'drills');
  const open = (migrations: typeof controlMigrations) =>
    openStore({ file, name: 'control', migrations, clock: systemClock, createIfMissing: true });
  await (await open(controlMigrations.slice(0, before))).close();
  const insert = (id: string, kind: string) => {
    const database = new Database(file);
    try {
      database
        .prepare(
          `INSERT INTO notices (id, fold, time, kind, severity, error, due_at) VALUES (?, ?, 5, ?, 'warning', '{}', 4)`,
        )
        .run(id, kind, kind);
    } finally {
      database.close();
    }
  };
  insert('one', 'backup-missed');
  expect(() => insert('two', 'drill-overdue')).toThrow('CHECK');
  await (await open(controlMigrations)).close();
  insert('two', 'drill-overdue');
  expect(() => insert('three', 'backup-missed')).toThrow('UNIQUE');
  const database = new Database(file, { readonly: true });
  const rows = database.prepare('SELECT id, kind, time, error, due_at FROM notices ORDER BY id').raw().all();
  database.close();
  expect(rows).toEqual([
    ['one', 'backup-missed', 5, '{}', 4],
    ['two', 'drill-overdue', 5, '{}', 4],
  ]);
});
