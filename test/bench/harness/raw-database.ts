import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** A folder of this bench's own, removed at its end. */
export async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The yardstick: a bare SQLite connection with the product's durability settings and nothing of the product. */
export function rawDatabase(file: string, schema: readonly { readonly sql: string }[]): Database.Database {
  const database = new Database(file, { timeout: 0 });
  for (const setting of ['journal_mode = WAL', 'synchronous = FULL', 'wal_autocheckpoint = 0']) {
    database.pragma(setting);
  }
  for (const { sql } of schema) database.exec(sql);
  return database;
}
