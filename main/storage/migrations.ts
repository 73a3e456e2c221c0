import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';
import { syncFolder } from './durable-file.ts';
import { storageError } from './sqlite-errors.ts';
import { tickCommitClock } from './writer.ts';

/** One step of a database's schema; steps are numbered from 1 without gaps and never change once released. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** `HFDT`: SQLite's application id (sqlite.org/fileformat2.html, 1.3.13) of every database of an installation. */
const applicationId = 0x48464454;

/**
 * Refuses a file that is not ours before anything is written to it. Answers its format number, 0 for an empty
 * file. Errors: INTEGRITY (another program's database, or none), NEWER_FORMAT.
 */
export function checkFormat(connection: Connection, migrations: readonly Migration[]): number {
  const known = migrations.length;
  const found = Number(connection.pragma('user_version'));
  const owner = Number(connection.pragma('application_id'));
  const objects =
    connection.sql<{ n: number }>('SELECT count(*) AS n FROM sqlite_schema', false).get()?.n ?? 0;
  const empty = found === 0 && owner === 0 && objects === 0;
  if (!empty && owner !== applicationId) {
    throw new HoldfastError(
      'INTEGRITY',
      `The file of the ${connection.name} database was not made by Holdfast. Move it away or choose another folder.`,
      { where: connection.name, problems: ['foreign database'] },
    );
  }
  if (found > known) {
    throw new HoldfastError(
      'NEWER_FORMAT',
      `The ${connection.name} database was written by a newer Holdfast (format ${found}, this version knows ${known}). Install the newer version.`,
      { what: connection.name, found, known },
    );
  }
  return found;
}

export interface MigrateOptions {
  readonly connection: Connection;
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  /** False where an old copy would keep what must be erasable: it is removed once the migration is done. */
  readonly keepCopy: boolean;
}

/**
 * Brings the schema up to date, each step in one transaction, after a copy of a file that has data
 * (`control.before-4.db` beside it, the newest one kept). A step that fails leaves the file as it was before it.
 */
export async function migrate({ connection, migrations, clock, keepCopy }: MigrateOptions): Promise<void> {
  migrations.forEach(({ number, name }, index) => {
    if (number !== index + 1)
      throw new TypeError(`migration ${name} has number ${number}, expected ${index + 1}`);
  });
  const found = checkFormat(connection, migrations);
  const missing = migrations.slice(found);
  if (missing.length === 0) return;
  const copy = found > 0 ? await copyBefore(connection, found + 1) : undefined;
  connection.pragma('foreign_keys = OFF');
  try {
    for (const migration of missing) apply(connection, migration, clock);
  } finally {
    connection.pragma('foreign_keys = ON');
  }
  if (copy !== undefined) removeCopies(connection.file, keepCopy ? copy : undefined);
}

function apply(connection: Connection, migration: Migration, clock: Clock): void {
  try {
    connection.exec('BEGIN IMMEDIATE');
    connection.exec(migration.sql);
    const broken = connection.rows('foreign_key_check');
    if (Array.isArray(broken) && broken.length > 0) {
      throw new HoldfastError(
        'INTEGRITY',
        `The ${connection.name} database has rows that refer to missing ones, so it was not brought up to date. Restore it from a backup.`,
        { where: connection.name, problems: [`foreign_key_check: ${broken.length}`] },
      );
    }
    connection.pragma(`application_id = ${applicationId}`);
    connection.pragma(`user_version = ${migration.number}`);
    tickCommitClock(connection, clock.now());
    connection.exec('COMMIT');
  } catch (error) {
    connection.rollback();
    throw error;
  }
}

const copyName = (file: string) => `${basename(file, '.db')}.before-`;

async function copyBefore(connection: Connection, number: number): Promise<string> {
  const copy = join(dirname(connection.file), `${copyName(connection.file)}${number}.db`);
  const partial = `${copy}.partial`;
  try {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${partial}${end}`, { force: true });
    await connection.copyTo(partial);
    renameSync(partial, copy);
    await syncFolder(dirname(copy));
  } catch (error) {
    rmSync(partial, { force: true });
    throw storageError(error, connection.name);
  }
  return copy;
}

function removeCopies(file: string, keep: string | undefined): void {
  const folder = dirname(file);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.startsWith(copyName(file)) && path !== keep) rmSync(path, { force: true });
  }
}
