import { hostname } from 'node:os';
import type { Clock } from '../../shared/clock.ts';
import { systemClock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import { PageLog } from '../backups/pagelog/page-log.ts';
import { type Installation, readInstallation } from '../secrets/installation.ts';
import { type Keychain, systemKeychain } from '../secrets/keychain.ts';
import { Keyring } from '../secrets/keyring.ts';
import { unlockMasterKey } from '../secrets/master-key.ts';
import { type Checkpointer, createCheckpointer } from '../storage/checkpointer.ts';
import { isMarkedDamaged, removeDerived } from '../storage/damaged-mark.ts';
import { prepareFolder } from '../storage/folder.ts';
import { type FolderLock, lockFolder } from '../storage/folder-lock.ts';
import { auditMigrations } from '../storage/migrations/audit.ts';
import { controlMigrations } from '../storage/migrations/control.ts';
import { keysMigrations } from '../storage/migrations/keys.ts';
import { searchMigrations } from '../storage/migrations/search.ts';
import { type OpenStore, openStore } from '../storage/open-store.ts';
import { SpaceReserve } from '../storage/space-reserve.ts';
import { type Layout, layout } from './layout.ts';
import { processLog } from './log.ts';
import { systemIds } from './system.ts';

/** What an installation stands on: its folder held, its secrets unlocked, its databases open. */
export interface Foundation {
  readonly installation: Installation;
  readonly layout: Layout;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keychain: Keychain;
  readonly keyring: Keyring;
  readonly checkpointer: Checkpointer;
  readonly control: OpenStore;
  /** audit.db is opened apart: without it the rest still works. */
  readonly openAudit: () => Promise<OpenStore>;
  readonly search: OpenStore;
  readonly keys: OpenStore;
  readonly reserve: SpaceReserve;
  /** Follows databases that have a backup; what it follows only it may checkpoint, from their opening on. */
  readonly pageLog: PageLog;
  close(): Promise<void>;
}

export interface HoldOptions {
  readonly dataFolder: string;
  /** Where this process answers other commands. */
  readonly socketPath?: string | undefined;
  /** How long to wait for another process to let go of the folder. */
  readonly waitMs?: number | undefined;
}

/** A folder that this process owns, before anything in it is unlocked. */
export interface HeldFolder {
  readonly layout: Layout;
  readonly lock: FolderLock;
}

/** What lies in a folder that was only just locked, or that a host serves before there is an installation. */
export const ofTheLock: ReadonlySet<string> = new Set([
  'lock.db',
  'lock.db-journal',
  'holder',
  'socket-token',
]);

/** Makes or checks the folder and takes its lock. Throws UNSUITABLE_FOLDER, READ_ONLY, LOCKED, IO. */
export async function holdFolder({ dataFolder, socketPath, waitMs = 0 }: HoldOptions): Promise<HeldFolder> {
  const folder = await prepareFolder(dataFolder);
  const holder = {
    pid: process.pid,
    host: hostname(),
    since: systemClock.now(),
    ...(socketPath === undefined ? {} : { socket: socketPath }),
  };
  return { layout: layout(folder), lock: await lockFolder({ folder, holder, waitMs }) };
}

/** What lies in installation.json. Throws NOT_FOUND, and leaves nothing in a folder that is none. */
export async function requireInstallation(folder: string): Promise<Installation> {
  const installation = await readInstallation(folder);
  if (installation !== null) return installation;
  throw new HoldfastError(
    'NOT_FOUND',
    'There is no installation in this folder. Make one with `holdfast init`, or name another with --data.',
    { kind: 'installation', id: 'none' },
  );
}

/** Unlocks the keyring with the keychain, or with a passphrase or unlock file where there is none. */
export async function unlock(
  { layout: { folder } }: HeldFolder,
  keychain: Keychain,
  secret: string | undefined,
): Promise<{ installation: Installation; keyring: Keyring }> {
  const installation = await requireInstallation(folder);
  const masterKey = await unlockMasterKey(folder, keychain, secret);
  try {
    return { installation, keyring: await Keyring.open(folder, masterKey) };
  } finally {
    masterKey.fill(0);
  }
}

/** Opens every database, in the order in which the others need them; on failure what was opened is closed. */
export async function layFoundation(
  { layout: places, lock }: HeldFolder,
  { installation, keyring, keychain = systemKeychain(), create = false }: FoundationOptions,
): Promise<Foundation> {
  const clock = systemClock;
  const checkpointer = createCheckpointer();
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => {
    await pageLog.closing('installation');
    for (const part of opened.reverse().splice(0)) await part.close();
    await pageLog.close();
    await checkpointer.close();
    await keyring.close();
    lock.release();
  };
  const ids = systemIds(clock);
  const pageLog = new PageLog({
    folder: places.pageLog,
    clock,
    ids,
    report: (error) => processLog.report(error, 'page-log'),
  });
  const followed = {
    mayCheckpoint: () => !pageLog.follows('installation'),
    onGrown: () => pageLog.grown('installation'),
  };
  type Given = Pick<
    Parameters<typeof openStore>[0],
    'file' | 'name' | 'migrations' | 'erasable' | 'mayCheckpoint' | 'onGrown'
  >;
  const openAt = (options: Given) => openStore({ ...options, clock, checkpointer, createIfMissing: create });
  const open = async (options: Given) => {
    const store = await openAt(options);
    opened.push(store);
    return store;
  };
  try {
    const keys = await open({ file: places.keys, name: 'keys', migrations: keysMigrations, erasable: true });
    const control = await open({
      file: places.control,
      name: 'control',
      migrations: controlMigrations,
      ...followed,
    });
    const search = await openSearch(places.search, { clock, checkpointer });
    opened.push(search);
    return {
      installation,
      layout: places,
      clock,
      ids,
      keychain,
      keyring,
      checkpointer,
      control,
      openAudit: () =>
        openAt({ file: places.audit, name: 'audit', migrations: auditMigrations, ...followed }),
      search,
      keys,
      reserve: new SpaceReserve(places.folder),
      pageLog,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface FoundationOptions {
  readonly installation: Installation;
  readonly keyring: Keyring;
  readonly keychain?: Keychain;
  /** Makes missing databases: at init only, since a lost one must never be taken for an empty one. */
  readonly create?: boolean;
}

/** The index of the log is derived: one that is damaged, or was found so while it was open, is made again, and the log fills it. */
async function openSearch(
  file: string,
  { clock, checkpointer }: { clock: Clock; checkpointer: Checkpointer },
): Promise<OpenStore> {
  const options = {
    file,
    name: 'search',
    migrations: searchMigrations,
    derived: true,
    clock,
    checkpointer,
    createIfMissing: true,
  };
  if (isMarkedDamaged(file)) await removeDerived(file);
  try {
    return await openStore(options);
  } catch (error) {
    const derived =
      error instanceof HoldfastError && (error.code === 'INTEGRITY' || error.code === 'NEWER_FORMAT');
    if (!derived) throw error;
    await removeDerived(file);
    return await openStore(options);
  }
}

/** Everyone whose key is kept: operators, users and bots. */
export function subjectsIn(keys: OpenStore): Uuid[] {
  return keys
    .sql<{ subject_id: Uuid }>('SELECT subject_id FROM subject_keys')
    .all()
    .map(({ subject_id }) => subject_id);
}
