import { toRfc3339 } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { Connection, reading } from '../../storage/connection.ts';
import type { Reading } from '../../storage/store.ts';
import type { Repository } from '../container/repository.ts';
import type { TreeNode } from '../container/tree.ts';
import { databaseState } from '../snapshot/database-state.ts';
import type { DamagedFile, Manifest, ManifestDatabase } from '../snapshot/manifest.ts';
import { type OpenSnapshot, openSnapshot } from '../snapshot/open-snapshot.ts';
import { schemaHash } from '../snapshot/table-hash.ts';
import { namedContents } from '../snapshot/tenant-files.ts';
import type { Rebuilt } from './partial-folder.ts';
import { rebuildDatabases, rebuiltFile } from './rebuild.ts';
import type { Settling } from './settling.ts';

/** What a worker restores. */
export interface PointInput {
  readonly snapshotId: string;
  /** Epoch milliseconds: only commits until then; null: all that the snapshot holds. */
  readonly until: number | null;
  /** An earlier snapshot, for contents that the other no longer holds. */
  readonly earlier: string | null;
  /** Only this one of its databases; all where it is left out. */
  readonly database?: string;
}

/**
 * Rebuilds the databases of a snapshot in `folder`. Answers the snapshot with the contents that its last state names; of a
 * point in time, what a snapshot of that commit would say, by the sums that the database keeps of its rows. Errors: NOT_FOUND, STORAGE_FULL, IO, INTEGRITY, CANCELLED.
 */
export async function rebuildPoint(
  repository: Repository,
  { snapshotId, until, earlier, database: only }: PointInput,
  folder: string,
  context: WorkerContext,
  keeping: { readonly rebuilt?: Rebuilt; readonly settling?: Settling } = {},
): Promise<OpenSnapshot> {
  const opened = await openSnapshot(repository, snapshotId);
  const bases = opened.bases.filter(({ database }) => only === undefined || database.name === only);
  const snapshot = { ...opened, bases };
  await rebuildDatabases(repository, snapshot, folder, context, { until, ...keeping });
  if (until === null) return snapshot.manifest.tenantId === null ? snapshot : ofLastState(snapshot, folder);
  const before = earlier === null ? undefined : (await openSnapshot(repository, earlier)).files;
  return snapshotAt(snapshot, folder, new Map([...(before ?? []), ...snapshot.files]));
}

/** Without contents that only earlier commits of its log name. */
function ofLastState(snapshot: OpenSnapshot, folder: string): OpenSnapshot {
  const named = readRebuilt(folder, 'data', namedContents);
  const { manifest } = snapshot;
  const files = new Map([...snapshot.files].filter(([sha256]) => named.has(sha256)));
  const damaged = manifest.damaged.filter(({ sha256 }) => named.has(sha256));
  return { ...snapshot, manifest: { ...manifest, files: sumOf(files), damaged }, files };
}

function snapshotAt(
  snapshot: OpenSnapshot,
  folder: string,
  known: ReadonlyMap<string, TreeNode>,
): OpenSnapshot {
  const bases = snapshot.bases.map((base) => ({ ...base, database: databaseAt(base.database, folder) }));
  const databases = bases.map(({ database }) => database);
  const { manifest } = snapshot;
  const time = toRfc3339(Math.max(...databases.map(({ commits }) => commits.lastTime)));
  if (manifest.tenantId === null) return { ...snapshot, manifest: { ...manifest, time, databases }, bases };
  const { timeline, collections, contents } = readRebuilt(folder, 'data', (state) =>
    databaseState(state, manifest.tenantId as Uuid),
  );
  const { files, damaged } = contentsAt(contents, known, manifest.damaged);
  const at: Manifest = {
    ...manifest,
    timeline: timeline ?? manifest.timeline,
    time,
    collections,
    databases,
    files: sumOf(files),
    damaged,
  };
  return { ...snapshot, manifest: at, bases, files };
}

function databaseAt(database: ManifestDatabase, folder: string): ManifestDatabase {
  return readRebuilt(folder, database.name, (state) => {
    const clock = state.sql<{ seq: number; time: number }>('SELECT seq, time FROM commit_clock').get();
    const { seq, time } = clock ?? { seq: 0, time: 0 };
    const commits = { ...database.commits, last: seq, lastTime: time };
    const { lastTables: _, ...known } = database; // those of another commit
    return { ...known, schemaHash: schemaHash(state), commits };
  });
}

function readRebuilt<Result>(folder: string, name: string, use: (state: Reading) => Result): Result {
  const connection = new Connection(rebuiltFile(folder, name), { name });
  try {
    return use(reading(connection));
  } finally {
    connection.close();
  }
}

function contentsAt(
  wanted: ReadonlyMap<string, number>,
  known: ReadonlyMap<string, TreeNode>,
  found: readonly DamagedFile[],
) {
  const problems = new Map(found.map(({ sha256, problem }) => [sha256, problem]));
  const files = new Map<string, TreeNode>();
  const damaged: DamagedFile[] = [];
  for (const sha256 of wanted.keys()) {
    const node = known.get(sha256);
    if (node === undefined) damaged.push({ sha256, problem: problems.get(sha256) ?? 'not-saved' });
    else files.set(sha256, node);
  }
  return { files, damaged };
}

function sumOf(files: ReadonlyMap<string, TreeNode>): Manifest['files'] {
  return { count: files.size, bytes: [...files.values()].reduce((sum, { size = 0 }) => sum + size, 0) };
}
