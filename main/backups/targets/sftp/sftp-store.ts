import { posix } from 'node:path';
import { HoldfastError } from '../../../../shared/errors.ts';
import { addressOf } from '../../../../shared/target-place.ts';
import type { SftpLocation } from '../location.ts';
import { tooLarge } from '../remote-errors.ts';
import type { RemoteStore } from '../remote-target.ts';
import type { RemoteTiming } from '../remote-timing.ts';
import { SftpConnection } from './sftp-connection.ts';
import { SftpRefusal, type SftpSession, sftpStatus } from './sftp-session.ts';

/** The single copies are no larger. */
const largestCopy = 2 ** 28;

/** A folder of an SFTP server as a target. */
export function sftpStore(place: SftpLocation, timing: RemoteTiming = {}): RemoteStore {
  const connection = new SftpConnection(place, timing);
  const at = (path: string) => posix.join(place.path, path);
  return {
    server: connection.server,
    async read(path) {
      const what = posix.basename(path);
      return await connection.use(what, async (session) => {
        if ((await session.stat(at(path))) === undefined) return undefined;
        const bytes = await session.read(at(path), undefined, largestCopy);
        if (bytes === undefined) throw tooLarge(connection.server, what);
        return bytes;
      });
    },
    async replace(path, bytes) {
      await connection.use(posix.basename(path), async (session) => {
        // always under the same temporary name, so that no older keyring is left beside the newest
        const temporary = `${at(path)}.partial`;
        await removeFile(session, temporary);
        await session.writeNew(temporary, Buffer.from(bytes));
        await session.renameOver(temporary, at(path));
      });
      return undefined;
    },
    async remove(path) {
      await connection.use(posix.basename(path), (session) => removeFile(session, at(path)));
      return undefined;
    },
    async folders(path) {
      const entries = await connection.use('the folder', (session) => session.entries(at(path)));
      return entries.filter(({ attrs }) => attrs.isDirectory()).map(({ filename }) => filename);
    },
    async prepare(folder) {
      await connection.use('the folder', async (session) => {
        if (!(await session.stat(place.path))?.isDirectory()) throw noFolder(connection.server, place.path);
        await session.makeFolder(at(folder));
      });
    },
    async removeFolder(path) {
      await connection.use('the repository', async (session) => {
        if ((await session.stat(at(path))) !== undefined) await removeTree(session, at(path));
      });
      return undefined;
    },
    kept: () => Promise.resolve(undefined), // a removed file is gone
    async freeBytes() {
      return (await connection.use('the folder', (session) => session.space(place.path)))?.freeBytes ?? null;
    },
    location: (path) => ({ ...place, path: at(path) }),
    url: (path) => addressOf({ ...place, path: at(path) }),
  };
}

/** Links are removed, never followed. */
async function removeTree(session: SftpSession, folder: string): Promise<void> {
  for (const { filename, attrs } of await session.entries(folder)) {
    const path = `${folder}/${filename}`;
    if (attrs.isDirectory()) await removeTree(session, path);
    else await removeFile(session, path);
  }
  await session.removeFolder(folder);
}

async function removeFile(session: SftpSession, path: string): Promise<void> {
  try {
    await session.unlink(path);
  } catch (error) {
    if (!(error instanceof SftpRefusal && error.status === sftpStatus.noSuchFile)) throw error;
  }
}

function noFolder(server: string, path: string): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    `There is no folder ${path} on ${server}. Make it there, or connect its disk.`,
    { kind: 'target-folder', id: path },
  );
}
