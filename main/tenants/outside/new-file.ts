import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import { syncFolderNow } from '../../storage/durable-file.ts';
import { outside } from './outside-error.ts';

/**
 * Makes a file that was not there before, whole and durable or not at all: written beside, then given its name.
 * Errors: CONFLICT (there is one), STORAGE_FULL, IO, and what `write` throws.
 */
export function writeNewFile<Result>(
  path: string,
  write: (append: (bytes: Uint8Array) => void) => Result,
): Result {
  const folder = dirname(path);
  const partial = join(folder, `.holdfast-${randomBytes(8).toString('hex')}.partial`);
  if (existsSync(path)) throw exists();
  try {
    const descriptor = outside(() => openSync(partial, 'wx', 0o600));
    let result: Result;
    try {
      result = write((bytes) => outside(() => writeAll(descriptor, bytes)));
      outside(() => fsyncSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
    outside(() => giveName(partial, path));
    syncFolderNow(folder);
    return result;
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Writes all of `bytes`, however few the system takes at a time. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

function giveName(partial: string, path: string): void {
  try {
    linkSync(partial, path); // unlike rename, refuses a name that exists
  } catch (error) {
    const linkable = !(error instanceof Error && 'code' in error && withoutLinks.has(String(error.code)));
    if (linkable) throw error;
    if (existsSync(path)) throw exists();
    renameSync(partial, path);
  }
}

function exists(): HoldfastError {
  return new HoldfastError('CONFLICT', 'There is a file of this name already: choose another one.', {
    reason: 'file-exists',
  });
}
