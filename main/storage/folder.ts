import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import { type FileSystemKind, fileSystemKind } from './file-system-kind.ts';
import { storageError } from './sqlite-errors.ts';
import { syncService } from './synced-folder.ts';

export interface FolderOptions {
  /** What holds the folder; the running system is asked by default. */
  readonly kindOf?: (folder: string) => Promise<FileSystemKind>;
}

/**
 * Makes the installation folder (mode 0700) or checks the one that is there. Answers its real path, links
 * followed. Errors: UNSUITABLE_FOLDER (not a folder, network, synced), READ_ONLY, STORAGE_FULL, IO.
 */
export async function prepareFolder(path: string, options: FolderOptions = {}): Promise<string> {
  makeFolder(resolve(path));
  const folder = realpathSync(path);
  const kind = await (options.kindOf ?? fileSystemKind)(folder);
  if (kind.network) {
    throw unsuitable(
      kind.type,
      `The folder is on a file system shared with other machines (${kind.type}), where SQLite's locks do not hold. Choose a folder on a local disk; a share can be a backup target.`,
    );
  }
  const service = syncService(folder);
  if (service !== undefined) {
    throw unsuitable(
      service,
      `The folder is copied by ${service}, which replaces files while they are in use. Choose a folder outside it; it can be a backup target.`,
    );
  }
  try {
    closeToOthers(folder);
    tryToWrite(folder);
  } catch (error) {
    throw storageError(error, 'installation');
  }
  return folder;
}

/** By hand: mkdir's own recursion says ENOENT on a read-only disk. */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) return;
    throw unsuitable('not a folder', 'The installation needs a folder, and there is a file in its place.');
  }
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    throw storageError(error, 'installation');
  }
}

/** Only a new folder or one that is an installation already: others may have their reasons. */
function closeToOthers(folder: string): void {
  if (process.platform === 'win32' || (statSync(folder).mode & 0o077) === 0) return;
  const names = readdirSync(folder);
  if (names.length === 0 || names.includes('lock.db')) chmodSync(folder, 0o700);
}

function tryToWrite(folder: string): void {
  const probe = join(folder, `.writable-${process.pid}`);
  try {
    writeFileSync(probe, 'x', { mode: 0o600, flush: true });
  } finally {
    rmSync(probe, { force: true });
  }
}

function unsuitable(fileSystem: string, message: string): HoldfastError {
  return new HoldfastError('UNSUITABLE_FOLDER', message, { fileSystem });
}
