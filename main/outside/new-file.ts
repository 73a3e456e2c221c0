import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import { syncFolderNow } from '../storage/durable-file.ts';
import { outside } from './outside-error.ts';

/** A file that comes to be: written beside, then given its name. One of `keep` and `abandon` ends it. */
export interface FileToBe {
  /** Errors: STORAGE_FULL, IO. */
  append(bytes: Uint8Array): void;
  /** Makes it durable under its name. Errors: CONFLICT (there is one meanwhile), STORAGE_FULL, IO. */
  keep(): void;
  /** Leaves nothing behind; does nothing after `keep`. */
  abandon(): void;
}

/**
 * Begins a file that was not there before. `partial`: its path until then, in the same folder, for whoever has to find what a
 * kill left. Errors: CONFLICT (there is one), STORAGE_FULL, IO.
 */
export function beginNewFile(path: string, partial = partialBeside(path)): FileToBe {
  const folder = dirname(path);
  if (existsSync(path)) throw exists();
  const descriptor = outside(() => openSync(partial, 'wx', 0o600));
  let open = true;
  const close = () => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return {
    append: (bytes) => outside(() => writeAll(descriptor, bytes)),
    keep() {
      outside(() => fsyncSync(descriptor));
      close();
      outside(() => giveName(partial, path));
      syncFolderNow(folder);
    },
    abandon() {
      close();
      rmSync(partial, { force: true });
    },
  };
}

function partialBeside(path: string): string {
  return join(dirname(path), `.holdfast-${randomBytes(8).toString('hex')}.partial`);
}

/**
 * Makes a file that was not there before, whole and durable or not at all: written beside, then given its name.
 * Errors: CONFLICT (there is one), STORAGE_FULL, IO, and what `write` throws.
 */
export function writeNewFile<Result>(
  path: string,
  write: (append: (bytes: Uint8Array) => void) => Result,
): Result {
  const file = beginNewFile(path);
  try {
    const result = write(file.append);
    file.keep();
    return result;
  } finally {
    file.abandon();
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
