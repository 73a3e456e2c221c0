import { readSync } from 'node:fs';
import { storageError } from './sqlite-errors.ts';

/**
 * Reads part of a database file through its one raw descriptor. What is past the end of the file was never
 * written, and reads as zeros, as in SQLite. Errors: IO. `where` names the database.
 */
export function readDatabaseFile(
  rawDescriptor: number,
  target: Uint8Array,
  position: number,
  where: string,
): void {
  let done = 0;
  while (done < target.byteLength) {
    let read: number;
    try {
      read = readSync(rawDescriptor, target, done, target.byteLength - done, position + done);
    } catch (error) {
      throw storageError(error, where);
    }
    if (read === 0) {
      target.fill(0, done);
      return;
    }
    done += read;
  }
}
