import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { HoldfastError } from '../../shared/errors.ts';
import { markDamaged } from './damaged-mark.ts';
import { systemError } from './system-error.ts';

/**
 * A constraint of the schema refused a row. `message` is SQLite's (`UNIQUE constraint failed: tenants.slug`),
 * or the text of the trigger that raised it (`quota:users`), so that a manager can tell which one it was.
 */
export class ConstraintError extends Error {
  override readonly name = 'ConstraintError';
  /** `unique`, `primarykey`, `foreignkey`, `check`, `notnull`, `trigger`, ... */
  readonly kind: string;

  constructor(kind: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/**
 * What an error of SQLite or of the file system means to whoever asked, by SQLite's extended result code
 * (sqlite.org/rescode.html); errors of other kinds are answered as they are. `where` names the part, such as
 * `control`; with `file`, the disk is asked what was behind an input/output error that SQLite does not explain.
 */
export function storageError(error: unknown, where: string, file?: string): unknown {
  if (error instanceof HoldfastError || error instanceof ConstraintError) return error;
  if (error instanceof Database.SqliteError) {
    const meant = fromSqlite(error.code, error, where);
    const unclear = file !== undefined && meant instanceof HoldfastError && meant.code === 'IO';
    return unclear ? (fromDisk(dirname(file), error, where) ?? meant) : meant;
  }
  const system = systemError(error);
  if (system === undefined || system.syscall === null) return error;
  const { errno, syscall, means } = system;
  if (means === 'STORAGE_FULL') return full(where, error);
  if (means === 'READ_ONLY') return readOnly(where, error);
  return new HoldfastError(
    'IO',
    `The operating system refused ${syscall} on the ${where} database (${errno}). Check the disk.`,
    { where, syscall, errno },
    { cause: error },
  );
}

function fromSqlite(code: string, cause: Error, where: string): unknown {
  if (code.startsWith('SQLITE_CONSTRAINT')) {
    return new ConstraintError(code.slice('SQLITE_CONSTRAINT_'.length).toLowerCase(), cause.message, {
      cause,
    });
  }
  if (code === 'SQLITE_FULL') return full(where, cause);
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM') return readOnly(where, cause);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code === 'SQLITE_IOERR_CORRUPTFS') {
    return new HoldfastError(
      'INTEGRITY',
      `The ${where} database is damaged. Stop changing it and restore it from a backup.`,
      { where, problems: [code] },
      { cause },
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') || code === 'SQLITE_PROTOCOL') {
    return new HoldfastError(
      'LOCKED',
      `The ${where} database is in use by another program. Close it and try again.`,
      { where, holder: null },
      { cause },
    );
  }
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_NOMEM') {
    return new HoldfastError(
      'IO',
      `The operating system refused to read or write the ${where} database (${code}). Check the disk.`,
      { where, syscall: code, errno: '' },
      { cause },
    );
  }
  return cause;
}

const leastFreeBytes = 128 * 1024;

function fromDisk(folder: string, cause: Error, where: string): HoldfastError | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < leastFreeBytes) return full(where, cause);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EROFS' || error.code === 'EACCES')) {
      return readOnly(where, cause);
    }
  }
  return undefined;
}

function full(where: string, cause: unknown): HoldfastError {
  return new HoldfastError(
    'STORAGE_FULL',
    `No space is left for the ${where} database. Free some space and try again.`,
    { where },
    { cause },
  );
}

function readOnly(where: string, cause: unknown): HoldfastError {
  return new HoldfastError(
    'READ_ONLY',
    `The ${where} database cannot be written. Check the folder's permissions and that its disk is writable.`,
    { where },
    { cause },
  );
}

/**
 * A damaged database that is made anew from others: the mark for that is left, and the cure is no backup. Other errors are
 * answered as they are. Throws where no mark can be left.
 */
export function derivedError(error: unknown, where: string, file: string): unknown {
  if (!(error instanceof HoldfastError) || error.code !== 'INTEGRITY') return error;
  guarded(where, () => markDamaged(file));
  return new HoldfastError(
    'INTEGRITY',
    `The ${where} database is damaged. Nothing is lost by that: restart Holdfast, which makes it anew.`,
    error.data,
    { cause: error },
  );
}

/** Runs `action`, with its errors turned by `storageError`. */
export function guarded<Result>(where: string, action: () => Result, file?: string): Result {
  try {
    return action();
  } catch (error) {
    throw storageError(error, where, file);
  }
}
