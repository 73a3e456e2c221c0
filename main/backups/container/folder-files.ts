import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../storage/durable-file.ts';
import { fileError, systemCode } from './file-errors.ts';
import {
  type ByteRange,
  contentNamePattern,
  cutShort,
  type FileKind,
  fileExists,
  fileKinds,
  fileLabel,
  type Leftovers,
  leftoverFolders,
  leftoverPattern,
  pathWithin,
  type RepositoryFiles,
  type StoredFile,
  sha256Hex,
} from './repository-files.ts';

/**
 * A repository in a local folder, laid out as restic's local backend does. Files are written under a
 * temporary name, synced, renamed to a new name, and the folder is synced. A folder that has vanished is
 * never made again by a write: it is NOT_FOUND.
 */
export class FolderFiles implements RepositoryFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async prepare(): Promise<void> {
    try {
      await mkdir(this.#root, { recursive: true, mode: 0o700 });
      for (const kind of fileKinds) {
        if (kind !== 'config') await mkdir(join(this.#root, kind), { recursive: true, mode: 0o700 });
      }
      await syncFolder(this.#root);
      await syncFolder(join(this.#root, '..'));
    } catch (error) {
      throw fileError(error, 'the repository folder');
    }
  }

  async list(kind: FileKind): Promise<readonly StoredFile[]> {
    const what = `the folder ${kind}`;
    try {
      if (kind === 'config') {
        const size = await this.size('config', '');
        return size === undefined ? [] : [{ name: '', size }];
      }
      await stat(this.#root);
      const folder = join(this.#root, kind);
      const names = await namesIn(folder);
      if (kind !== 'data') return await sizesIn(folder, names);
      const found: StoredFile[] = [];
      for (const name of names.filter((entry) => /^[0-9a-f]{2}$/.test(entry))) {
        found.push(...(await sizesIn(join(folder, name), await namesIn(join(folder, name)))));
      }
      return found;
    } catch (error) {
      throw fileError(error, what);
    }
  }

  async read(kind: FileKind, name: string, range?: ByteRange): Promise<Uint8Array> {
    const label = fileLabel(kind, name);
    let handle: FileHandle | undefined;
    try {
      handle = await open(this.#path(kind, name), 'r');
      const { offset, length } = range ?? { offset: 0, length: (await handle.stat()).size };
      const bytes = Buffer.allocUnsafeSlow(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) {
          throw cutShort(label);
        }
        filled += bytesRead;
      }
      return bytes;
    } catch (error) {
      throw fileError(error, label);
    } finally {
      await handle?.close();
    }
  }

  async write(kind: FileKind, name: string, parts: readonly Uint8Array[]): Promise<void> {
    const label = fileLabel(kind, name);
    const path = this.#path(kind, name);
    const folder = join(path, '..');
    const temporary = join(folder, `${name === '' ? 'config' : name}-tmp-${randomBytes(6).toString('hex')}`);
    try {
      if (kind === 'data') await this.#ensureDataFolder(folder);
      if ((await this.size(kind, name)) !== undefined) {
        throw fileExists(label);
      }
      const handle = await open(temporary, 'wx', 0o400);
      let placed = temporary;
      try {
        await writeAll(handle, parts);
        await handle.sync();
        await handle.close();
        await rename(temporary, path);
        placed = path;
        await syncFolder(folder);
      } catch (error) {
        await handle.close().catch(() => undefined);
        // a file that was reported as not written must not be there; the first error is the one that counts
        await unlink(placed).catch(() => undefined);
        throw error;
      }
    } catch (error) {
      throw fileError(error, label);
    }
  }

  async remove(kind: FileKind, name: string): Promise<undefined> {
    const path = this.#path(kind, name);
    try {
      await unlink(path);
      await syncFolder(join(path, '..'));
    } catch (error) {
      throw fileError(error, fileLabel(kind, name));
    }
  }

  async size(kind: FileKind, name: string): Promise<number | undefined> {
    try {
      return (await stat(this.#path(kind, name))).size;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw fileError(error, fileLabel(kind, name));
    }
  }

  async storedHash(kind: FileKind, name: string): Promise<string> {
    return sha256Hex(await this.read(kind, name));
  }

  async removeLeftovers(): Promise<Leftovers> {
    try {
      const data = await namesIn(join(this.#root, 'data'));
      let left: Leftovers = { files: 0, bytes: 0 };
      for (const folder of [...leftoverFolders, ...data.map((name) => join('data', name))]) {
        left = await removeLeftIn(join(this.#root, folder), left);
      }
      return left;
    } catch (error) {
      throw fileError(error, 'a temporary file');
    }
  }

  #path(kind: FileKind, name: string): string {
    return join(this.#root, pathWithin(kind, name));
  }

  async #ensureDataFolder(folder: string): Promise<void> {
    try {
      await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return;
      throw error;
    }
    await syncFolder(join(folder, '..'));
  }
}

/**
 * So much is given to the disk at once: whoever else waits for it, as a commit does, waits behind that and not behind a whole
 * pack.
 */
const flushedBytes = 2 ** 20;

async function writeAll(handle: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  const batch = 512; // below IOV_MAX everywhere
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for (const [at, part] of parts.entries()) {
    waiting.push(part);
    bytes += part.length;
    const isLast = at === parts.length - 1;
    if (waiting.length < batch && bytes < flushedBytes && !isLast) continue;
    await writeBatch(handle, waiting);
    waiting = [];
    if (bytes < flushedBytes || isLast) continue;
    await handle.datasync();
    bytes = 0;
  }
}

async function writeBatch(handle: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  let rest = parts;
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev(rest);
    const left: Uint8Array[] = [];
    for (const part of rest) {
      if (bytesWritten >= part.length) bytesWritten -= part.length;
      else {
        left.push(part.subarray(bytesWritten));
        bytesWritten = 0;
      }
    }
    rest = left;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function removeLeftIn(folder: string, { files, bytes }: Leftovers): Promise<Leftovers> {
  let sum = { files, bytes };
  for (const name of await namesIn(folder)) {
    if (!leftoverPattern.test(name)) continue;
    const path = join(folder, name);
    const { size } = await stat(path);
    await unlink(path);
    sum = { files: sum.files + 1, bytes: sum.bytes + size };
  }
  if (sum.files > files) await syncFolder(folder);
  return sum;
}

async function sizesIn(folder: string, names: readonly string[]): Promise<readonly StoredFile[]> {
  const found: StoredFile[] = [];
  for (const name of names.filter((entry) => contentNamePattern.test(entry))) {
    try {
      const { size, mtimeMs: modifiedMs } = await stat(join(folder, name));
      found.push({ name, size, modifiedMs });
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error; // removed since the folder was listed
    }
  }
  return found;
}
