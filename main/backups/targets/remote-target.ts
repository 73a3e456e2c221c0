import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../../../shared/errors.ts';
import { type Uuid, uuidPattern } from '../../../shared/ids.ts';
import { type Kept, keptTogether } from '../container/repository-files.ts';
import type { RepositoryLocation } from './location.ts';
import { remoteFailed } from './remote-errors.ts';
import type { FurtherTarget, RecoveryParts, RepositoryId } from './target.ts';

/** What a target on another machine is made of: whole files by their path below the target, and folders of them. */
export interface RemoteStore {
  readonly server: string;
  /** undefined: there is none. */
  read(path: string): Promise<Buffer | undefined>;
  /** Writes whole, in the place of what is there. */
  replace(path: string, bytes: Uint8Array): Promise<Kept | undefined>;
  remove(path: string): Promise<Kept | undefined>;
  /** Names of the folders right below a folder, '' for the target itself; none where there is no such folder. */
  folders(path: string): Promise<readonly string[]>;
  /** Makes a folder right below the target, which must be there; does nothing where it is. Errors: NOT_FOUND. */
  prepare(folder: string): Promise<void>;
  /** Removes a folder with all that is in it; does nothing where there is none. */
  removeFolder(path: string): Promise<Kept | undefined>;
  /** What the place keeps of removed files below a folder. */
  kept(path: string): Promise<Kept | undefined>;
  freeBytes(): Promise<number | null>;
  location(path: string): RepositoryLocation;
  url(path: string): string;
}

const copyNames = {
  recoveryJson: 'recovery.json',
  keyring: 'keyring.enc',
  keysDb: 'keys.db.enc',
} as const satisfies Record<keyof RecoveryParts, string>;

/** Says that the place was prepared; a mount that is not there on the server has none. Its bytes are for people. */
const markName = 'holdfast.txt';
const mark = Buffer.from(
  'Copies of backups of a Holdfast installation. Leave this file: by it the place is known.\n',
);

/** A target on another machine, laid out as a folder is: `<installation id>/...` (docs/formats). */
export function remoteTarget(store: RemoteStore, installationId: Uuid): FurtherTarget {
  const own = (name: string) => `${installationId}/${name}`;
  const repository = (id: RepositoryId) => own(`repositories/${id}`);
  const requireReady = async () => {
    if ((await store.read(own(markName))) === undefined) throw notPrepared(store.server);
  };
  return {
    isInDataFolder: false,
    repository: (id) => ({ location: store.location(repository(id)), url: store.url(repository(id)) }),
    async publishRecovery(parts) {
      const kept: (Kept | undefined)[] = [];
      for (const name of ['recoveryJson', 'keyring', 'keysDb'] as const) {
        kept.push(await store.replace(own(copyNames[name]), parts[name]));
      }
      return keptTogether(kept);
    },
    async readCopies() {
      const keyring = await store.read(own(copyNames.keyring));
      const keysDb = await store.read(own(copyNames.keysDb));
      return keyring === undefined || keysDb === undefined ? undefined : { keyring, keysDb };
    },
    requireReady,
    async isReachable() {
      try {
        await requireReady();
        return true;
      } catch (error) {
        if (error instanceof HoldfastError) return false;
        throw error;
      }
    },
    sharesDeviceWith: () => Promise.resolve(false),
    async prepare() {
      await store.prepare(installationId);
      for (const name of await store.folders('')) {
        if (!uuidPattern.test(name) || name === installationId) continue;
        if ((await store.read(`${name}/${copyNames.recoveryJson}`)) !== undefined)
          throw anotherInstallation(name);
      }
      await probe(store, installationId);
      await store.replace(own(markName), mark);
    },
    probe: () => probe(store, installationId),
    async keptOf(id) {
      const all = await store.kept(repository(id));
      return { all, keys: all && (await store.kept(`${repository(id)}/keys`)) };
    },
    async removeRepository(id) {
      // without its keys nobody reads what a removal that is cut off leaves
      const keys = await store.removeFolder(`${repository(id)}/keys`);
      return keptTogether([keys, await store.removeFolder(repository(id))]);
    },
  };
}

/** Reads what a lost installation is recovered with; undefined for each that is not there. */
export async function readRecoveryCopies(
  store: RemoteStore,
  id: Uuid,
): Promise<{ readonly [name in keyof RecoveryParts]: Buffer | undefined }> {
  return {
    recoveryJson: await store.read(`${id}/${copyNames.recoveryJson}`),
    keyring: await store.read(`${id}/${copyNames.keyring}`),
    keysDb: await store.read(`${id}/${copyNames.keysDb}`),
  };
}

async function probe(store: RemoteStore, installationId: Uuid): Promise<number | null> {
  const path = `${installationId}/holdfast-probe.partial`;
  const written = randomBytes(4096);
  await store.replace(path, written);
  const found = await store.read(path);
  await store.remove(path);
  if (found?.equals(written)) return await store.freeBytes();
  throw remoteFailed(store.server, 'the probe', 'other bytes than were written');
}

function notPrepared(server: string): HoldfastError {
  return new HoldfastError(
    'UNAVAILABLE',
    `${server} answers, but this installation's place on it is gone. Bring it back (a disk of the server may be away), or remove the target and add it again.`,
    { manager: 'backups', reason: 'target-gone', server },
  );
}

function anotherInstallation(id: string): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    `The backups of another installation (${id}) lie there. Choose another folder or prefix.`,
    { reason: 'another-installation' },
  );
}
