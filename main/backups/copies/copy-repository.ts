import { HoldfastError } from '../../../shared/errors.ts';
import { throwIfCancelled } from '../container/cancelling.ts';
import { damaged } from '../container/damage.ts';
import type { RepositoryLock } from '../container/locks.ts';
import {
  type FileKind,
  fileLabel,
  type Kept,
  keptTogether,
  type Leftovers,
  type RepositoryFiles,
  type StoredFile,
  sha256Hex,
} from '../container/repository-files.ts';

export interface CopyOptions {
  /** Locks the copy exclusively while something is removed from it. */
  lock(): Promise<RepositoryLock>;
  /** Removes packs that no snapshot of the copy uses, but for `spared`: they were just copied. */
  makeRoom(spared: ReadonlySet<string>): Promise<Leftovers>;
  readonly signal: AbortSignal;
  /** Waits as long as so many bytes may take. */
  pace(bytes: number): Promise<void>;
  /** Told once, before anything is written. */
  onPlan(bytes: number): void;
  onCopied(bytes: number): void;
}

export interface CopyReport {
  readonly copied: { readonly files: number; readonly bytes: number };
  readonly removed: number;
  /** What killed writes had left in the copy; looked for when something is removed. */
  readonly leftovers: Leftovers;
  /** What the copy's place keeps of what was removed. */
  readonly kept: Kept | undefined;
  /** Ids of the snapshots that the copy holds now. */
  readonly snapshots: readonly string[];
}

/** What is named is there before what names it: whoever opens the copy in between finds it sound. */
const copyOrder = ['keys', 'data', 'index', 'snapshots'] as const;
const removalOrder = ['snapshots', 'index', 'data', 'keys'] as const;

/**
 * Makes `copy` hold what `primary` holds: copies the missing files, each proved by its SHA-256 before and after, and then
 * removes those the primary has no more; where there is no room for both, what no snapshot needs any more goes first. Cut off
 * anywhere, the copy is a sound repository and the next call goes on from there. The last snapshots of a copy stay where the
 * primary has none left. Errors: CONFLICT (another repository lies there), INTEGRITY (a file of the primary is damaged),
 * LOCKED, CANCELLED, those of `RepositoryFiles`.
 */
export async function copyRepository(
  primary: RepositoryFiles,
  copy: RepositoryFiles,
  options: CopyOptions,
): Promise<CopyReport> {
  const config = await primary.read('config', '');
  const begun = await isBegun(copy, config);
  // what a snapshot needs is listed after it, so nothing that came in between can be missed
  const snapshots = await primary.list('snapshots');
  const index = await primary.list('index');
  const data = await primary.list('data');
  const keys = await primary.list('keys');
  const wanted = { keys, data, index, snapshots };
  const places = { primary, copy, wanted, config };

  if (!begun) await copy.prepare();
  const work = await missingFiles(copy, wanted);
  options.onPlan(work.reduce((sum, { file }) => sum + file.size, 0));
  if (!begun && keys.length === 0) throw damaged('keys', 'the repository has no key');
  const done: Done = { files: 0, bytes: 0, kept: [], hasConfig: begun };
  let room = nothingRemoved;
  try {
    await copyFiles(places, work, options, done);
  } catch (error) {
    const isFull = error instanceof HoldfastError && error.code === 'STORAGE_FULL';
    if (!isFull || !done.hasConfig) throw error;
    room = await makeRoom(copy, wanted, options);
    await copyFiles(places, await missingFiles(copy, wanted), options, done);
  }
  const removed = await removeSuperfluous(copy, wanted, options);
  return {
    copied: { files: done.files, bytes: done.bytes },
    removed: room.count + removed.count,
    leftovers: {
      files: room.leftovers.files + removed.leftovers.files,
      bytes: room.leftovers.bytes + removed.leftovers.bytes,
    },
    kept: keptTogether([...done.kept, room.kept, removed.kept]),
    snapshots: (await copy.list('snapshots')).map(({ name }) => name),
  };
}

type Wanted = Readonly<Record<(typeof removalOrder)[number], readonly StoredFile[]>>;

interface Missing {
  readonly kind: FileKind;
  readonly file: StoredFile;
  readonly replaces: boolean;
}

/** What was copied so far. */
interface Done {
  files: number;
  bytes: number;
  hasConfig: boolean;
  readonly kept: (Kept | undefined)[];
}

/** What `copy` lacks of `wanted`, in the order in which it is written. */
export async function missingFiles(copy: RepositoryFiles, wanted: Wanted): Promise<readonly Missing[]> {
  const work: Missing[] = [];
  for (const kind of copyOrder) {
    const there = sizesOf(await copy.list(kind));
    for (const file of wanted[kind]) {
      const size = there.get(file.name);
      if (size !== file.size) work.push({ kind, file, replaces: size !== undefined });
    }
  }
  return work;
}

/** Copies files, each proved before and after. Errors: those of `copyRepository`. */
export async function copyFiles(
  {
    primary,
    copy,
    config,
  }: { readonly primary: RepositoryFiles; readonly copy: RepositoryFiles; readonly config: Uint8Array },
  work: readonly Missing[],
  options: Pick<CopyOptions, 'signal' | 'pace' | 'onCopied'>,
  done: Done,
): Promise<void> {
  const writeConfig = async () => {
    if (!done.hasConfig) await copy.write('config', '', [config]);
    done.hasConfig = true;
  };
  for (const { kind, file, replaces } of work) {
    if (kind !== 'keys') await writeConfig();
    throwIfCancelled(options.signal);
    await options.pace(file.size);
    const content = await primary.read(kind, file.name);
    if (sha256Hex(content) !== file.name)
      throw damaged(fileLabel(kind, file.name), 'its bytes are not those of its name');
    if (replaces) done.kept.push(await copy.remove(kind, file.name)); // cut off or swollen: of no use to anybody
    await copy.write(kind, file.name, [content]);
    if ((await copy.storedHash(kind, file.name)) !== file.name) {
      await copy.remove(kind, file.name);
      throw new HoldfastError(
        'IO',
        `The copy gave back other bytes of ${fileLabel(kind, file.name)} than were written. Check its disk and synchronise again.`,
        { syscall: 'read', errno: 'EIO', file: fileLabel(kind, file.name) },
      );
    }
    done.files += 1;
    done.bytes += file.size;
    options.onCopied(file.size);
  }
  await writeConfig();
}

/** The config of a repository that lies in both places. Errors: NOT_FOUND, CONFLICT. */
export async function repositoryOfBoth(primary: RepositoryFiles, copy: RepositoryFiles): Promise<Uint8Array> {
  const config = await primary.read('config', '');
  if (await isBegun(copy, config)) return config;
  throw damaged('config', 'the repository has none');
}

/** Whether the copy has its config already. Errors: CONFLICT where it is that of another repository. */
async function isBegun(copy: RepositoryFiles, config: Uint8Array): Promise<boolean> {
  if ((await copy.size('config', '')) === undefined) return false;
  if (Buffer.compare(await copy.read('config', ''), config) === 0) return true;
  throw new HoldfastError(
    'CONFLICT',
    'Another repository lies where the copy is to go, so nothing was written there. Choose an empty folder.',
    { reason: 'another-repository' },
  );
}

interface Removed extends Pick<CopyReport, 'leftovers' | 'kept'> {
  readonly count: number;
}

const nothingRemoved: Removed = { count: 0, leftovers: { files: 0, bytes: 0 }, kept: undefined };

/**
 * On a full copy: away with the snapshots that the primary has no more, and with the packs that only they used. A pack that
 * another snapshot uses stays, though the primary may have gathered it into another.
 */
async function makeRoom(copy: RepositoryFiles, wanted: Wanted, options: CopyOptions): Promise<Removed> {
  if (wanted.snapshots.length === 0) return nothingRemoved;
  const stays = new Set(wanted.snapshots.map(({ name }) => name));
  const superfluous = (await copy.list('snapshots')).filter(({ name }) => !stays.has(name));
  const before = await countFiles(copy);
  const kept: (Kept | undefined)[] = [];
  // without the lock, whose file may find no room: whoever reads one of them has its name already
  for (const { name } of superfluous) {
    throwIfCancelled(options.signal);
    kept.push(await copy.remove('snapshots', name));
  }
  const leftovers = await options.makeRoom(new Set(wanted.data.map(({ name }) => name)));
  return { count: Math.max(0, before - (await countFiles(copy))), leftovers, kept: keptTogether(kept) };
}

async function countFiles(copy: RepositoryFiles): Promise<number> {
  return (await copy.list('snapshots')).length + (await copy.list('data')).length;
}

async function removeSuperfluous(
  copy: RepositoryFiles,
  wanted: Wanted,
  { lock, signal }: CopyOptions,
): Promise<Removed> {
  // an emptied primary is more likely an accident or an attack than anybody's wish
  if (wanted.snapshots.length === 0) return nothingRemoved;
  const work: { readonly kind: FileKind; readonly name: string }[] = [];
  for (const kind of removalOrder) {
    const stays = new Set(wanted[kind].map(({ name }) => name));
    for (const { name } of await copy.list(kind)) if (!stays.has(name)) work.push({ kind, name });
  }
  if (work.length === 0) return nothingRemoved;
  const kept: (Kept | undefined)[] = [];
  const held = await lock();
  try {
    for (const { kind, name } of work) {
      throwIfCancelled(signal);
      throwIfCancelled(held.lost);
      kept.push(await copy.remove(kind, name));
    }
    const leftovers = await copy.removeLeftovers();
    return { count: work.length, leftovers, kept: keptTogether(kept) };
  } finally {
    await held.release();
  }
}

const sizesOf = (files: readonly StoredFile[]) => new Map(files.map(({ name, size }) => [name, size]));
