import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../../../shared/clock.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import { contentPath, incomingFolder } from '../../row-hash/tenant-rows.ts';
import { syncFolderNow } from '../../storage/durable-file.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { storageError } from '../../storage/sqlite-errors.ts';
import { openWorkerStore, type WorkerStore } from '../../storage/worker-store.ts';
import { systemCode } from '../container/file-errors.ts';

export interface RemoveContentsInput {
  readonly shared: SharedStore;
  readonly filesFolder: string;
  /** Of contents that commits up to this number removed, none is needed any more. */
  readonly through: number;
  /** Also those that are in no list. */
  readonly leftovers: boolean;
}

/** Writers wait while so many are moved away: a few milliseconds. */
const atOnce = 32;

serveCall<RemoveContentsInput, null>(async (input, context) => {
  const store = openWorkerStore(input.shared, { clock: systemClock });
  try {
    await removeListed(store, input, context);
    if (input.leftovers) await removeLeftovers(store, input, context);
    return null;
  } catch (error) {
    throw storageError(error, 'tenant');
  } finally {
    await store.close();
  }
});

/** The contents first, durably, and then what is known of them: after a kill the next run goes on. */
async function removeListed(
  store: WorkerStore,
  { filesFolder, through }: RemoveContentsInput,
  { check }: WorkerContext,
): Promise<void> {
  for (;;) {
    check();
    const due = store
      .sql<{ sha256: Uint8Array }>('SELECT sha256 FROM removed_contents WHERE seq <= ? LIMIT ?')
      .all(through, atOnce);
    if (due.length === 0) return;
    await removeUnnamed(
      store,
      filesFolder,
      due.map(({ sha256 }) => sha256),
    );
    await store.write((transaction) => {
      const forget = transaction.sql('DELETE FROM removed_contents WHERE sha256 = ? AND seq <= ?');
      for (const { sha256 } of due) forget.run(sha256, through);
    });
  }
}

/** What an addition or a restore that was cut off or refused has left. What is listed is needed, or goes by the list. */
async function removeLeftovers(
  store: WorkerStore,
  { filesFolder }: RemoveContentsInput,
  { check }: WorkerContext,
): Promise<void> {
  const folders = readdirSync(filesFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name: group } of folders) {
    const names = readdirSync(join(filesFolder, group)).filter((name) => /^[0-9a-f]{64}$/.test(name));
    for (let at = 0; at < names.length; at += atOnce) {
      check();
      const some = names.slice(at, at + atOnce).map((name) => Buffer.from(name, 'hex'));
      if (some.every((sha256) => isNamed(store, sha256) || isListed(store, sha256))) continue;
      await removeUnnamed(store, filesFolder, some, (sha256) => !isListed(store, sha256));
    }
  }
}

/**
 * Writers wait while it is looked at what is named and the rest moved out of the way: whoever adds the same content again
 * comes before, and it is named, or after, and finds in its transaction that it is not there.
 */
async function removeUnnamed(
  store: WorkerStore,
  filesFolder: string,
  contents: readonly Uint8Array[],
  mayGo: (sha256: Uint8Array) => boolean = () => true,
): Promise<void> {
  const aside = incomingFolder(dirname(filesFolder));
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  const moved: string[] = [];
  const changed = new Set<string>();
  const lease = await store.lease('contents');
  try {
    for (const sha256 of contents) {
      if (isNamed(store, sha256) || !mayGo(sha256)) continue;
      const path = contentPath(filesFolder, Buffer.from(sha256).toString('hex'));
      const away = join(aside, randomBytes(16).toString('hex'));
      changed.add(dirname(path));
      if (moveAway(path, away)) moved.push(away);
    }
  } finally {
    lease.release();
  }
  for (const folder of changed) if (existsSync(folder)) syncFolderNow(folder);
  for (const path of moved) rmSync(path);
  if (moved.length > 0) syncFolderNow(aside);
}

/** Whether there was one. */
function moveAway(path: string, away: string): boolean {
  try {
    renameSync(path, away);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function isNamed(store: WorkerStore, sha256: Uint8Array): boolean {
  return store.sql('SELECT 1 FROM files WHERE sha256 = ?').get(sha256) !== undefined;
}

function isListed(store: WorkerStore, sha256: Uint8Array): boolean {
  return store.sql('SELECT 1 FROM removed_contents WHERE sha256 = ?').get(sha256) !== undefined;
}
