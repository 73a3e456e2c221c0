import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import { replaceDurably } from '../storage/durable-file.ts';
import { systemError } from '../storage/system-error.ts';

const temporaryEnd = /^\.[0-9a-f]{16}\.partial$/;

/** What an operator is told when the operating system refuses; `what` names the file without its folder. */
function refused(error: unknown, what: string): unknown {
  const system = systemError(error);
  if (system === undefined) return error;
  const { errno, means } = system;
  const syscall = system.syscall ?? 'an operation';
  const options = { cause: error };
  if (means === 'STORAGE_FULL') {
    const message = `There is no space left to write ${what}. Free some and try again.`;
    return new HoldfastError('STORAGE_FULL', message, { where: what }, options);
  }
  if (means === 'READ_ONLY' && (errno === 'EROFS' || syscall !== 'read')) {
    const message = `The installation folder does not let ${what} be opened or replaced. Check its owner and permissions.`;
    return new HoldfastError('READ_ONLY', message, { where: what }, options);
  }
  const message = `The operating system refused ${syscall} on ${what} (${errno}). Check the disk and try again.`;
  return new HoldfastError('IO', message, { syscall, errno, where: what }, options);
}

/** `replaceDurably` for a file of secrets. Throws STORAGE_FULL, READ_ONLY, IO. */
export async function replaceFile(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await replaceDurably(file, bytes, `${file}.${randomBytes(8).toString('hex')}.partial`);
  } catch (error) {
    throw refused(error, basename(file));
  }
}

/** The bytes of `file`, or null when there is none. More than `limit` bytes is INTEGRITY. Throws IO. */
export async function readWhole(file: string, limit: number): Promise<Buffer | null> {
  try {
    const handle = await open(file, 'r');
    try {
      if ((await handle.stat()).size <= limit) return await readFile(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemError(error)?.errno === 'ENOENT') return null;
    throw refused(error, basename(file));
  }
  const problems = [{ kind: 'size', file: basename(file) }];
  throw new HoldfastError('INTEGRITY', `${basename(file)} is larger than it can be.`, { problems });
}

/** Removes what interrupted `replaceFile` calls left beside `file`. */
export async function sweepTemporaries(file: string): Promise<void> {
  const folder = dirname(file);
  const name = basename(file);
  try {
    for (const entry of await readdir(folder)) {
      if (!entry.startsWith(name) || !temporaryEnd.test(entry.slice(name.length))) continue;
      await rm(join(folder, entry), { force: true });
    }
  } catch (error) {
    throw refused(error, name);
  }
}
