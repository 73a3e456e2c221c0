import { systemClock } from '../../../shared/clock.ts';
import { serveTasks } from '../../jobs/serve-tasks.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import type { Reading } from '../../storage/store.ts';
import { openWorkerStore, type WorkerStore } from '../../storage/worker-store.ts';
import { tenantIdOf } from '../owner.ts';
import { type DatabaseState, databaseState } from '../snapshot/database-state.ts';
import type { ManifestTable } from '../snapshot/manifest.ts';
import { packContents } from '../snapshot/packed-contents.ts';
import { hashTablesBetween, schemaHash } from '../snapshot/table-hash.ts';
import { contentsRemovedAfter } from '../snapshot/tenant-files.ts';
import type { RepositoryId } from '../targets/target.ts';
import { Capture } from './capture.ts';
import type { Commits } from './chain-file.ts';
import { doubt } from './doubt.ts';
import { LocalSegments } from './local-segments.ts';

/** One database at the state that was captured. */
export interface CapturedDatabase {
  readonly name: string;
  readonly commit: { readonly seq: number; readonly time: number };
  readonly schemaHash: string;
  /** Of the installation's: every ordinary table, unless the database is larger than `mostHashedBytes`. */
  readonly tables?: readonly ManifestTable[] | undefined;
  /** Segments with commits after the one that was asked from, in order. */
  readonly segments: readonly string[];
}

/** What an owner's databases say of themselves at the state that was captured, all at one moment. */
export interface CapturedState extends Omit<DatabaseState, 'contents'> {
  readonly databases: readonly CapturedDatabase[];
  /** What entries name now, or named at a commit since: sizes by SHA-256, as `packContents` packs them. */
  readonly contents: Uint8Array;
}

export interface SharedDatabase {
  readonly name: string;
  readonly shared: SharedStore;
  /** Where its segments wait. */
  readonly folder: string;
}

export type PageLogTask =
  | {
      readonly kind: 'begin' | 'resume';
      readonly owner: RepositoryId;
      readonly chain: string;
      readonly databases: readonly SharedDatabase[];
    }
  | { readonly kind: 'flush'; readonly owner: RepositoryId; readonly after: Commits }
  | { readonly kind: 'trim'; readonly owner: RepositoryId; readonly through: Commits }
  | { readonly kind: 'capture' | 'checkpoint' | 'finish' | 'end'; readonly owner: RepositoryId };

interface Followed {
  readonly name: string;
  readonly store: WorkerStore;
  readonly capture: Capture;
  readonly segments: LocalSegments;
}

const followed = new Map<RepositoryId, readonly Followed[]>();

serveTasks<PageLogTask, CapturedState | null>(async (task) => {
  const { kind, owner } = task;
  switch (kind) {
    case 'begin':
    case 'resume':
      await follow(task);
      return null;
    case 'capture':
      await captureNow(databasesOf(owner));
      await checkpointWhereDue(databasesOf(owner));
      for (const { segments } of databasesOf(owner)) segments.merge();
      return null;
    case 'flush':
      return await flush(owner, task.after);
    case 'checkpoint':
      await checkpointWhereDue(databasesOf(owner));
      return null;
    case 'trim':
      for (const { name, segments } of databasesOf(owner)) segments.removeThrough(task.through[name] ?? 0);
      return null;
    case 'finish':
      await leave(owner, (capture) => capture.finish());
      return null;
    case 'end':
      if (followed.has(owner)) await leave(owner, (capture) => capture.end());
      return null;
  }
});

async function follow({ kind, owner, chain, databases }: PageLogTask & { kind: 'begin' | 'resume' }) {
  const stores: WorkerStore[] = [];
  const begun: Followed[] = [];
  try {
    for (const { name, shared, folder } of databases) {
      const store = openWorkerStore(shared, { clock: systemClock });
      stores.push(store);
      const capture = await Capture[kind]({ store, folder, chain });
      begun.push({ name, store, capture, segments: new LocalSegments(folder) });
    }
    followed.set(owner, begun);
  } catch (error) {
    for (const { capture } of begun) capture.end();
    for (const store of stores) await store.close();
    // whoever shares a store waits until each share is closed
    for (const { shared } of databases.slice(stores.length)) shared.port.close();
    throw error;
  }
}

async function captureNow(databases: readonly Followed[]): Promise<void> {
  await Capture.together(databases.map(({ capture }) => capture));
}

async function checkpointWhereDue(databases: readonly Followed[]): Promise<void> {
  for (const { capture } of databases) await capture.checkpointWhereDue();
}

async function flush(owner: RepositoryId, after: Commits): Promise<CapturedState> {
  const databases = databasesOf(owner);
  await captureNow(databases);
  const [first] = databases;
  if (first === undefined) throw new RangeError('an owner has a database');
  const { reading } = first.capture;
  const { contents, ...state } = databaseState(reading, tenantIdOf(owner));
  const removed =
    owner === 'installation' ? new Map() : contentsRemovedAfter(reading, after[first.name] ?? 0);
  const captured: CapturedDatabase[] = [];
  for (const { name, capture, segments } of databases) {
    const { seq, time } = capture.captured;
    captured.push({
      name,
      commit: { seq, time },
      schemaHash: schemaHash(capture.reading),
      ...(owner === 'installation' ? { tables: await tablesOf(capture.reading) } : {}),
      segments: segments.handOut(after[name] ?? 0, seq),
    });
  }
  return {
    ...state,
    contents: packContents(new Map([...removed, ...contents])),
    databases: captured,
  };
}

/** A row takes some ten microseconds; the log cannot begin anew meanwhile. */
const mostHashedBytes = 128 * 2 ** 20;

async function tablesOf(reading: Reading): Promise<ManifestTable[] | undefined> {
  const size = reading
    .sql<{ bytes: number }>('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')
    .get();
  return (size?.bytes ?? 0) > mostHashedBytes ? undefined : await hashTablesBetween(reading);
}

async function leave(owner: RepositoryId, how: (capture: Capture) => void): Promise<void> {
  const databases = databasesOf(owner);
  followed.delete(owner);
  const failures: unknown[] = [];
  for (const { store, capture } of databases) {
    try {
      how(capture);
    } catch (error) {
      failures.push(error);
    }
    capture.end();
    await store.close();
  }
  if (failures.length > 0) throw failures[0];
}

function databasesOf(owner: RepositoryId): readonly Followed[] {
  const found = followed.get(owner);
  if (found === undefined) throw doubt('the thread that followed the database has ended');
  return found;
}
