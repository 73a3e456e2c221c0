import { setTimeout } from 'node:timers/promises';
import { HoldfastError } from '../../shared/errors.ts';
import { Connection } from './connection.ts';

/** Bytes at the beginning of a file that tell whether it is an SQLite database, and how it keeps its journal. */
export const sqliteHeaderBytes = 20;

/** What SQLite keeps beside a database. */
export const companionEndings = ['-wal', '-shm', '-journal'] as const;

/** How a database keeps its journal; undefined: no SQLite database (sqlite.org/fileformat.html section 1.3). */
export function journalOf(header: Uint8Array): 'log' | 'rollback' | undefined {
  if (header.length < sqliteHeaderBytes) return undefined;
  if (Buffer.from(header.subarray(0, 16)).toString('latin1') !== 'SQLite format 3\0') return undefined;
  return header[18] === 2 ? 'log' : 'rollback';
}

const pagesAtOnce = 2048;
const waitMs = 100;

/**
 * Copies somebody else's database to a new file as of one moment, while others write to it: SQLite's online backup
 * inside a read transaction of the same connection, without which it would begin anew at each of their commits. Opens it
 * for reading only; where it keeps a log, its `-shm` must be there, or SQLite would make one. `waits`: milliseconds to
 * wait for a lock. Errors: LOCKED, INTEGRITY, IO, STORAGE_FULL, READ_ONLY, and what `check` throws.
 */
export async function copyForeignDatabase(
  file: string,
  into: string,
  { waits, check, onBytes }: { waits: number; check: () => void; onBytes: (bytes: number) => void },
): Promise<void> {
  const connection = new Connection(file, { name: 'foreign', readOnly: true, bare: true });
  try {
    await beginReading(connection, waits, check);
    const pageSize = Number(connection.pragma('page_size'));
    let copied = 0;
    await connection.copyTo(into, (done) => {
      check();
      onBytes((done - copied) * pageSize);
      copied = done;
      return pagesAtOnce;
    });
  } finally {
    connection.rollback();
    connection.close();
  }
}

/** Brings what a log beside our own copy of a database holds into it. Errors: INTEGRITY, IO, STORAGE_FULL. */
export function absorbLog(copy: string): void {
  const connection = new Connection(copy, { name: 'foreign', bare: true });
  try {
    connection.walCheckpoint('TRUNCATE');
  } finally {
    connection.close();
  }
}

/** What SQLite's integrity_check finds in a copy of our own; empty where it is sound. Errors: INTEGRITY, IO. */
export function checkForeignDatabase(copy: string): string | undefined {
  const connection = new Connection(copy, { name: 'foreign', bare: true });
  try {
    connection.pragma('trusted_schema = OFF');
    const found = connection.pragma('integrity_check(1)');
    return found === 'ok' ? undefined : String(found);
  } finally {
    connection.close();
  }
}

async function beginReading(connection: Connection, waits: number, check: () => void): Promise<void> {
  for (let waited = 0; ; waited += waitMs) {
    check();
    try {
      connection.exec('BEGIN');
      connection.sql('SELECT count(*) FROM sqlite_schema', false).get();
      return;
    } catch (error) {
      connection.rollback();
      if (!(error instanceof HoldfastError && error.code === 'LOCKED') || waited >= waits) throw error;
    }
    await setTimeout(waitMs);
  }
}
