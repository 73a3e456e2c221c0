import { openSync } from 'node:fs';
import { HoldfastError } from '../../shared/errors.ts';
import { storageError } from './sqlite-errors.ts';

/**
 * Opens the one descriptor through which a database file is read past SQLite, before the first connection;
 * it is closed after the last. In POSIX any close() of a file drops all the process's locks on it
 * (sqlite.org/howtocorrupt.html, 2.2), so nothing else may open the file. Errors: NOT_FOUND, READ_ONLY, IO, STORAGE_FULL.
 */
export function openRawDescriptor(file: string, name: string, createIfMissing: boolean): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (!isMissing(error)) throw storageError(error, name);
    if (!createIfMissing) {
      throw new HoldfastError(
        'NOT_FOUND',
        `The ${name} database is missing. Bring its file back, or restore it from a backup; no empty one is made in its place.`,
        { kind: 'database', id: name },
      );
    }
  }
  try {
    return openSync(file, 'ax+', 0o600);
  } catch (error) {
    throw storageError(error, name);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
