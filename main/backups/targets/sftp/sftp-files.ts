import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
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
} from '../../container/repository-files.ts';
import type { SftpLocation } from '../location.ts';
import { missingFile, remoteFull, tooLarge } from '../remote-errors.ts';
import type { RemoteTiming } from '../remote-timing.ts';
import { SftpConnection } from './sftp-connection.ts';
import { SftpRefusal, type SftpSession, sftpStatus } from './sftp-session.ts';

/** No file of a repository is larger; restic's packs go to 128 MiB. */
const largestFile = 2 ** 29;

/**
 * A repository on an SFTP server, laid out as restic's sftp backend does. Files are written under a temporary name, synced
 * where the server can, and renamed to a new name.
 */
export class SftpFiles implements RepositoryFiles {
  readonly #connection: SftpConnection;
  readonly #root: string;

  constructor(location: SftpLocation, timing: RemoteTiming = {}) {
    this.#connection = new SftpConnection(location, timing);
    this.#root = location.path;
  }

  /** The target's own folder of the installation has to be there; it is never made again. */
  async prepare(): Promise<void> {
    await this.#connection.use('the repository folder', async (session) => {
      await session.makeFolder(posix.dirname(this.#root));
      await session.makeFolder(this.#root);
      for (const kind of fileKinds) if (kind !== 'config') await session.makeFolder(`${this.#root}/${kind}`);
    });
  }

  async list(kind: FileKind): Promise<readonly StoredFile[]> {
    if (kind === 'config') {
      const size = await this.size('config', '');
      return size === undefined ? [] : [{ name: '', size }];
    }
    return await this.#connection.use(`the folder ${kind}`, async (session) => {
      if ((await session.stat(this.#root)) === undefined) throw missingFile(`the folder ${kind}`);
      const folder = `${this.#root}/${kind}`;
      if (kind !== 'data') return await filesIn(session, folder);
      const found: StoredFile[] = [];
      for (const { filename } of await session.entries(folder)) {
        if (/^[0-9a-f]{2}$/.test(filename)) found.push(...(await filesIn(session, `${folder}/${filename}`)));
      }
      return found;
    });
  }

  async read(kind: FileKind, name: string, range?: ByteRange): Promise<Uint8Array> {
    const label = fileLabel(kind, name);
    const bytes = await this.#connection.use(label, (session) =>
      session.read(this.#path(kind, name), range, range?.length ?? largestFile),
    );
    if (bytes === undefined) throw tooLarge(this.#connection.server, label);
    if (range !== undefined && bytes.length < range.length) throw cutShort(label);
    return bytes;
  }

  async write(kind: FileKind, name: string, parts: readonly Uint8Array[]): Promise<void> {
    const label = fileLabel(kind, name);
    const path = this.#path(kind, name);
    const bytes = Buffer.concat(parts);
    await this.#connection.use(label, async (session, attempt) => {
      if ((await session.stat(path)) !== undefined) {
        // the rename of an earlier attempt may have been carried out without our hearing of it
        const there = attempt > 1 ? await session.read(path, undefined, largestFile) : undefined;
        if (there?.equals(bytes)) return;
        throw fileExists(label);
      }
      const temporary = `${path}-tmp-${randomBytes(6).toString('hex')}`;
      try {
        await writeMakingFolder(session, temporary, bytes, kind);
        await session.rename(temporary, path);
      } catch (error) {
        // asked while what was written still takes its space
        const isFull = error instanceof SftpRefusal && (await lacksSpace(session, path, bytes.length));
        await session.unlink(temporary).catch(() => undefined); // the first error is the one to tell
        throw isFull ? remoteFull(this.#connection.server, label) : error;
      }
    });
  }

  async remove(kind: FileKind, name: string): Promise<undefined> {
    await this.#connection.use(fileLabel(kind, name), async (session, attempt) => {
      try {
        await session.unlink(this.#path(kind, name));
      } catch (error) {
        const isGone = error instanceof SftpRefusal && error.status === sftpStatus.noSuchFile;
        if (!isGone || attempt === 1) throw error;
      }
    });
  }

  async size(kind: FileKind, name: string): Promise<number | undefined> {
    return await this.#connection.use(
      fileLabel(kind, name),
      async (session) => (await session.stat(this.#path(kind, name)))?.size,
    );
  }

  async storedHash(kind: FileKind, name: string): Promise<string> {
    return sha256Hex(await this.read(kind, name));
  }

  async removeLeftovers(): Promise<Leftovers> {
    return await this.#connection.use('a temporary file', async (session) => {
      const data = await session.entries(`${this.#root}/data`);
      let [files, bytes] = [0, 0];
      for (const folder of [...leftoverFolders, ...data.map(({ filename }) => `data/${filename}`)]) {
        const at = posix.join(this.#root, folder);
        for (const { filename, attrs } of await session.entries(at)) {
          if (!leftoverPattern.test(filename) || !attrs.isFile()) continue;
          await session.unlink(`${at}/${filename}`);
          files += 1;
          bytes += attrs.size;
        }
      }
      return { files, bytes };
    });
  }

  #path(kind: FileKind, name: string): string {
    return `${this.#root}/${pathWithin(kind, name)}`;
  }
}

async function writeMakingFolder(
  session: SftpSession,
  path: string,
  bytes: Buffer,
  kind: FileKind,
): Promise<void> {
  try {
    await session.writeNew(path, bytes);
  } catch (error) {
    const isMissing = error instanceof SftpRefusal && error.status === sftpStatus.noSuchFile;
    if (!isMissing || kind !== 'data') throw error;
    await session.makeFolder(posix.dirname(path));
    await session.writeNew(path, bytes);
  }
}

async function lacksSpace(session: SftpSession, path: string, bytes: number): Promise<boolean> {
  const space = await session.space(posix.dirname(path)).catch(() => undefined); // then it is not known
  return space !== undefined && !space.readOnly && space.freeBytes < bytes;
}

async function filesIn(session: SftpSession, folder: string): Promise<readonly StoredFile[]> {
  const entries = await session.entries(folder);
  return entries
    .filter(({ filename, attrs }) => contentNamePattern.test(filename) && attrs.isFile())
    .map(({ filename: name, attrs: { size, mtime } }) => ({ name, size, modifiedMs: mtime * 1000 }));
}
