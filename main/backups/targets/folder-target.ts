import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Uuid } from '../../../shared/ids.ts';
import { replaceDurably, syncFolder } from '../../storage/durable-file.ts';
import { fileError, systemCode } from '../container/file-errors.ts';
import type { FirstTarget } from './target.ts';

/** The default: inside the data folder, `repositories/<id>`. What recovers it lies in the data folder already. */
export function dataFolderTarget(dataFolder: string): FirstTarget {
  return {
    isInDataFolder: true,
    repository: (id) => folder(join(dataFolder, 'repositories', id)),
    publishRecovery: () => Promise.resolve(undefined),
    readCopies: () => Promise.resolve(undefined),
    prepare: () => Promise.resolve(),
    isReachable: () => isFolder(dataFolder),
    sharesDeviceWith: (other) => sameDevice(dataFolder, other),
  };
}

/** A folder of the operator's choice: `<root>/<installation id>/...` as in docs/formats. */
export function folderTarget(root: string, installationId: Uuid): FirstTarget {
  const own = join(root, installationId);
  return {
    isInDataFolder: false,
    repository: (id) => folder(join(own, 'repositories', id)),
    publishRecovery: async ({ recoveryJson, keyring, keysDb }) => {
      try {
        await mkdir(own, { recursive: true, mode: 0o700 });
        await replace(join(own, 'recovery.json'), recoveryJson);
        await replace(join(own, 'keyring.enc'), keyring);
        await replace(join(own, 'keys.db.enc'), keysDb);
        return undefined;
      } catch (error) {
        throw fileError(error, 'the recovery files');
      }
    },
    readCopies: async () => {
      try {
        return {
          keyring: await readFile(join(own, 'keyring.enc')),
          keysDb: await readFile(join(own, 'keys.db.enc')),
        };
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw fileError(error, 'the recovery files');
      }
    },
    async prepare() {
      try {
        await stat(root);
        await mkdir(join(own, 'repositories'), { recursive: true, mode: 0o700 });
        await replace(join(own, markName), mark);
        await syncFolder(root);
      } catch (error) {
        throw fileError(error, 'the backup folder');
      }
    },
    isReachable: () => isFile(join(own, markName)),
    sharesDeviceWith: (other) => sameDevice(root, other),
  };
}

/** Says that the place was prepared; its bytes are for people. */
const markName = 'holdfast.txt';
const mark = Buffer.from('Backups of a Holdfast installation. Leave this file: by it the place is known.\n');

/** Always under the same temporary name, so that no older keyring is left beside the newest. */
const replace = (file: string, bytes: Uint8Array) => replaceDurably(file, bytes, `${file}.partial`);

function folder(path: string) {
  return { location: { kind: 'folder', path } as const, url: path };
}

async function sameDevice(left: string, right: string): Promise<boolean> {
  return (await device(left)) === (await device(right));
}

/** The device of a folder, or of the nearest one above it that exists. */
async function device(path: string): Promise<number> {
  try {
    return (await stat(path)).dev;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw fileError(error, 'the backup folder');
    return await device(dirname(path));
  }
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // away, whatever the reason
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false; // away, whatever the reason
  }
}
