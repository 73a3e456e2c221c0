import type { WorkerContext } from '../../jobs/serve-call.ts';
import { leaseAll, type PinnedImage, pinUnder, type RawStore } from '../../storage/page-reader.ts';
import type { Lease } from '../../storage/store.ts';
import type { Repository } from '../container/repository.ts';
import type { SnapshotWriter } from '../container/snapshot-writer.ts';
import { directoryNode, fileNode, type TreeNode } from '../container/tree.ts';
import { commitSnapshot, type SnapshotMade } from './commit-snapshot.ts';
import { databaseState } from './database-state.ts';
import type { ManifestDatabase } from './manifest.ts';
import { chunkBytes, pageMapRoot } from './page-map.ts';
import { manifestOf, type SnapshotFacts } from './snapshot-facts.ts';
import { hashTables, schemaHash } from './table-hash.ts';
import { saveTenantFiles } from './tenant-files.ts';

export interface SnapshotPlan {
  readonly facts: SnapshotFacts;
  readonly databases: readonly { readonly name: string; readonly store: RawStore }[];
  /** A tenant's contents; null for the installation. */
  readonly filesFolder: string | null;
  /** Contents that the repository is known to hold, by SHA-256. */
  readonly saved?: ReadonlyMap<string, TreeNode> | undefined;
}

/**
 * Makes one full snapshot: pins all databases at one barrier, then reads them while writers go on. Files that
 * are missing or changed are left out and listed as `damaged`: what is left is still saved. Errors: CANCELLED, STORAGE_FULL, READ_ONLY, IO, NOT_FOUND, INTEGRITY (a database), LOCKED.
 */
export async function buildSnapshot(
  repository: Repository,
  plan: SnapshotPlan,
  context: WorkerContext,
): Promise<SnapshotMade> {
  const images = await pinAll(plan.databases.map(({ store }) => store));
  try {
    const writer = await repository.begin({ signal: context.signal });
    try {
      return await write(writer, plan, images, context);
    } catch (error) {
      await writer.abort();
      throw error;
    }
  } finally {
    for (const image of images) image.end();
  }
}

/** One point in time over all stores: each is pinned while the writers of all of them wait. */
async function pinAll(stores: readonly RawStore[]): Promise<PinnedImage[]> {
  const leases = await leaseAll(stores, 'backup');
  const images: PinnedImage[] = [];
  try {
    for (const store of stores) images.push(pinUnder(store, leases.get(store) as Lease));
    return images;
  } catch (error) {
    for (const image of images) image.end();
    throw error;
  } finally {
    for (const lease of leases.values()) lease.release();
  }
}

async function write(
  writer: SnapshotWriter,
  { facts, databases, filesFolder, saved: known = new Map() }: SnapshotPlan,
  images: readonly PinnedImage[],
  context: WorkerContext,
): Promise<SnapshotMade> {
  const time = Math.max(facts.startedAt, ...images.map(({ commit }) => commit.time));
  const saved: { readonly entry: ManifestDatabase; readonly node: TreeNode }[] = [];
  for (const [at, { name }] of databases.entries()) {
    const image = images[at];
    if (image === undefined) throw new RangeError('every database has its image');
    saved.push(
      await saveDatabase(writer, { name, image, time, withTables: facts.tenantId === null }, context),
    );
  }
  const [first] = images;
  if (first === undefined) throw new RangeError('a snapshot has a database');
  const state = databaseState(first.reading, facts.tenantId);
  // contents never change: no write-ahead log has to grow while hours of them are read
  for (const image of images) image.end();
  const files = await saveTenantFiles(
    writer,
    state.contents,
    { filesFolder: filesFolder ?? '', known },
    context,
  );
  const manifest = manifestOf(facts, { time, state, databases: saved.map(({ entry }) => entry), files });
  const made = await commitSnapshot(writer, manifest, {
    databases: saved.map(({ node }) => node),
    files: files.nodes,
  });
  return { ...made, recorded: [] };
}

async function saveDatabase(
  writer: SnapshotWriter,
  database: { name: string; image: PinnedImage; time: number; withTables: boolean },
  { progress, check }: WorkerContext,
): Promise<{ entry: ManifestDatabase; node: TreeNode }> {
  const { name, image, time, withTables } = database;
  const { reading, pageSize, commit } = image;
  const { page_count: pages } = reading.sql<{ page_count: number }>('PRAGMA page_count').get() ?? {
    page_count: 0,
  };
  progress.phase(`Reading pages of ${name}`, pages * pageSize, 'bytes');
  const { content, size } = await writer.saveFile(
    counted(image.chunks(chunkBytes), progress.advance),
    chunkBytes,
  );
  let tables: ManifestDatabase['tables'] = [];
  if (withTables) {
    progress.phase(`Counting rows of ${name}`, null, 'rows');
    tables = hashTables(reading, (rows) => {
      check();
      progress.advance(rows);
    });
  }
  const entry: ManifestDatabase = {
    name,
    base: `${name}/base`,
    log: `${name}/log`,
    pageSize,
    pages,
    bytes: size,
    pageMapRoot: pageMapRoot(content),
    schemaHash: schemaHash(reading),
    commits: { first: commit.seq, firstTime: commit.time, last: commit.seq, lastTime: commit.time },
    segments: [],
    tables,
  };
  const subtree = await writer.saveTree([
    fileNode({ name: 'base', content, size, mtimeMs: time }),
    directoryNode({ name: 'log', subtree: await writer.saveTree([]), mtimeMs: time }),
  ]);
  return { entry, node: directoryNode({ name, subtree, mtimeMs: time }) };
}

function* counted(chunks: Iterable<Uint8Array>, advance: (by: number) => void): Generator<Uint8Array> {
  for (const chunk of chunks) {
    yield chunk;
    advance(chunk.length);
  }
}
