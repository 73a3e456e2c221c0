import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';
import { damaged } from './damage.ts';
import { goObject, goString, goTime, goTimePattern } from './go-text.ts';
import { fileLabel, type RepositoryFiles } from './repository-files.ts';
import { loadSealedJson, saveSealedJson } from './sealed-json.ts';
import type { SealingKeys } from './sealing.ts';

/** Who holds a lock, as restic writes it. */
export interface LockHolder {
  readonly hostname: string;
  readonly username: string;
  readonly pid: number;
}

export interface LockOptions {
  readonly exclusive: boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly holder?: LockHolder;
  /** Between writing the lock and looking again for others. */
  readonly settleMs: number;
  readonly refreshMs?: number;
}

/** A held lock, refreshed until it is released. */
export interface RepositoryLock {
  /** Aborts when the lock could not be refreshed in time: whoever works under it must stop. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

interface StoredLock extends LockHolder {
  readonly name: string;
  readonly timeMs: number;
  readonly exclusive: boolean;
}

/** A lock file that is damaged, of another key, or no lock. */
interface UnreadableLock {
  readonly name: string;
  readonly modifiedMs: number | undefined;
}

interface Locks {
  readonly readable: readonly StoredLock[];
  readonly unreadable: readonly UnreadableLock[];
}

const staleAfterMs = 30 * 60_000;
/** Beyond this age of the lock file another program may soon call it stale. */
const unsafeAfterMs = staleAfterMs - 8 * 60_000;

export function thisProcess(): LockHolder {
  return { hostname: hostname(), username: userInfo().username, pid: process.pid };
}

/**
 * Locks the repository as restic does: look for others, create, wait, look again; refreshed every five
 * minutes. Stale locks (30 minutes old, or of a process of this host that is gone) are removed first. An
 * exclusive lock goes with no other, a shared one with other shared ones. Throws LOCKED naming the holder.
 *
 * A lock file without content, left by a write that was cut off, counts for nothing, as in restic. One that cannot be read
 * counts until it is 30 minutes old: whoever lives has written another one by then.
 */
export async function acquireLock(
  files: RepositoryFiles,
  keys: SealingKeys,
  options: LockOptions,
): Promise<RepositoryLock> {
  const { exclusive, now, settleMs, refreshMs = 5 * 60_000 } = options;
  const holder = options.holder ?? thisProcess();
  const write = async () =>
    (await saveSealedJson(files, keys, 'locks', encodeLock(holder, exclusive, now()))).name;
  await removeStaleLocks(files, keys, { now, holder });
  await refuseConflicts(files, keys, exclusive, undefined);
  let name = await write();
  try {
    await sleep(settleMs);
    await refuseConflicts(files, keys, exclusive, name);
  } catch (error) {
    await removeIfThere(files, name);
    throw error;
  }

  const lost = new AbortController();
  let writtenAt = now();
  let refreshing: Promise<void> = Promise.resolve();
  const refresh = async () => {
    try {
      // a lock that someone removed protects nothing any more
      if ((await files.size('locks', name)) === undefined) return lost.abort(lostLock());
      const old = name;
      name = await write();
      writtenAt = now();
      await removeIfThere(files, old);
    } catch (error) {
      if (now() - writtenAt > unsafeAfterMs) lost.abort(lostLock(error));
    }
  };
  const timer = setInterval(() => {
    refreshing = refreshing.then(refresh);
  }, refreshMs);
  timer.unref();
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(timer);
      await refreshing;
      await removeIfThere(files, name);
    },
  };
}

async function removeStaleLocks(
  files: RepositoryFiles,
  keys: SealingKeys,
  options: { readonly now: () => number; readonly holder?: LockHolder },
): Promise<void> {
  const here = options.holder ?? thisProcess();
  const { readable, unreadable } = await readLocks(files, keys);
  for (const { name, modifiedMs } of unreadable) {
    if (modifiedMs !== undefined && options.now() - modifiedMs > staleAfterMs)
      await removeIfThere(files, name);
  }
  for (const lock of readable) {
    const old = options.now() - lock.timeMs > staleAfterMs;
    if (!old && (lock.hostname !== here.hostname || processExists(lock.pid))) continue;
    await removeIfThere(files, lock.name);
  }
}

async function refuseConflicts(
  files: RepositoryFiles,
  keys: SealingKeys,
  exclusive: boolean,
  own: string | undefined,
): Promise<void> {
  const { readable, unreadable } = await readLocks(files, keys);
  const unknown = unreadable.find(({ modifiedMs }) => modifiedMs !== undefined);
  if (unknown?.modifiedMs !== undefined) throw lockedByUnknown(unknown.modifiedMs);
  const other = readable.find((lock) => lock.name !== own && (exclusive || lock.exclusive));
  if (other === undefined) return;
  const since = new Date(other.timeMs).toISOString();
  throw new HoldfastError(
    'LOCKED',
    `The repository is in use${other.exclusive ? ' exclusively' : ''} by process ${other.pid} of ${other.username} on ${other.hostname} since ${since}.`,
    {
      holder: {
        host: other.hostname,
        username: other.username,
        pid: other.pid,
        since,
        exclusive: other.exclusive,
      },
    },
  );
}

const storedLock = z.object({
  time: z.string().regex(goTimePattern),
  exclusive: z.boolean(),
  hostname: z.string(),
  username: z.string(),
  pid: z.int(),
});

async function readLocks(files: RepositoryFiles, keys: SealingKeys): Promise<Locks> {
  const locks: StoredLock[] = [];
  const unreadable: UnreadableLock[] = [];
  for (const { name, size, modifiedMs } of await files.list('locks')) {
    if (size === 0) continue;
    try {
      const parsed = storedLock.safeParse(await loadSealedJson(files, keys, 'locks', name));
      if (!parsed.success) throw damaged(fileLabel('locks', name), 'it is not a lock', parsed.error);
      locks.push({ name, ...parsed.data, timeMs: Date.parse(parsed.data.time) });
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      if (error.code === 'NOT_FOUND') continue; // released between listing and reading
      if (error.code !== 'INTEGRITY') throw error;
      unreadable.push({ name, modifiedMs });
    }
  }
  return { readable: locks, unreadable };
}

function lockedByUnknown(modifiedMs: number): HoldfastError {
  const since = new Date(modifiedMs).toISOString();
  return new HoldfastError(
    'LOCKED',
    `A lock on the repository of ${since} cannot be read, so who holds it is not known. It counts for nothing once it is 30 minutes old; try again then.`,
    { holder: { since } },
  );
}

function encodeLock(holder: LockHolder, exclusive: boolean, nowMs: number): string {
  return goObject([
    ['time', goString(goTime(nowMs))],
    ['exclusive', String(exclusive)],
    ['hostname', goString(holder.hostname)],
    ['username', goString(holder.username)],
    ['pid', String(holder.pid)],
  ]);
}

async function removeIfThere(files: RepositoryFiles, name: string): Promise<void> {
  try {
    await files.remove('locks', name);
  } catch (error) {
    if (!(error instanceof HoldfastError && error.code === 'NOT_FOUND')) throw error;
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function lostLock(cause?: unknown): HoldfastError {
  return new HoldfastError(
    'INTERRUPTED',
    'The lock on the repository was lost, so the work under it had to stop; start it again.',
    { what: 'repository-lock' },
    { cause },
  );
}
