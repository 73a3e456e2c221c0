import { createHash } from 'node:crypto';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import type { Repository } from '../container/repository.ts';
import type { SnapshotWriter } from '../container/snapshot-writer.ts';
import { directoryNode, fileNode, type TreeNode } from '../container/tree.ts';
import { mergedBytes, mergeSegments } from '../pagelog/merge.ts';
import type { Delta } from '../pagelog/page-log.ts';
import type { CapturedDatabase } from '../pagelog/page-log-worker.ts';
import { segmentFormat } from '../pagelog/segment.ts';
import { segmentName } from '../pagelog/segment-file.ts';
import { type CommitBlock, packCommits } from '../timeline/commit-blocks.ts';
import { commitSnapshot, type SnapshotMade } from './commit-snapshot.ts';
import type { ManifestDatabase } from './manifest.ts';
import { type OpenSnapshot, openSnapshot } from './open-snapshot.ts';
import { unpackContents } from './packed-contents.ts';
import { manifestOf, type SnapshotFacts } from './snapshot-facts.ts';
import { saveTenantFiles } from './tenant-files.ts';

export interface IncrementalPlan {
  readonly facts: SnapshotFacts;
  readonly delta: Delta;
  /** Null: the installation, which has none. */
  readonly filesFolder: string | null;
}

/**
 * Makes a snapshot that is as whole as any, from an earlier one and what the page log has since: nothing of the
 * databases is read. Errors: CANCELLED, STORAGE_FULL, READ_ONLY, IO, NOT_FOUND and INTEGRITY (the earlier one, a segment).
 */
export async function buildIncremental(
  repository: Repository,
  plan: IncrementalPlan,
  context: WorkerContext,
): Promise<SnapshotMade> {
  const previous = await openSnapshot(repository, plan.delta.previous);
  const writer = await repository.begin({ signal: context.signal });
  try {
    return await write(writer, plan, previous, context);
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

async function write(
  writer: SnapshotWriter,
  { facts, delta, filesFolder }: IncrementalPlan,
  previous: OpenSnapshot,
  context: WorkerContext,
): Promise<SnapshotMade> {
  const state = { ...delta.state, contents: unpackContents(delta.state.contents) };
  const time = Math.max(facts.startedAt, ...state.databases.map(({ commit }) => commit.time));
  context.progress.phase('Saving changes', null, 'bytes');
  const saved: SavedDatabase[] = [];
  for (const base of previous.bases) {
    const captured = state.databases.find(({ name }) => name === base.database.name);
    if (captured === undefined) throw new RangeError(`${base.database.name} is not followed`);
    const after = delta.after[base.database.name] ?? 0;
    saved.push(await saveDatabase(writer, base, { ...captured, after }, time));
  }
  // each snapshot has what any commit of its log names, whichever of those before it are removed
  const earlier = [...previous.files].map(([sha256, { size = 0 }]) => [sha256, size] as const);
  const files = await saveTenantFiles(
    writer,
    new Map([...earlier, ...state.contents]),
    { filesFolder: filesFolder ?? '', known: previous.files },
    context,
  );
  const manifest = manifestOf(facts, { time, state, databases: saved.map(({ entry }) => entry), files });
  const databases = saved.map(({ node }) => node);
  const made = await commitSnapshot(writer, manifest, { databases, files: files.nodes });
  return { ...made, recorded: saved[0]?.recorded ?? [] };
}

interface SavedDatabase {
  readonly entry: ManifestDatabase;
  readonly node: TreeNode;
  readonly recorded: readonly CommitBlock[];
}

/** The base as it was, and behind it the log, longer by what was captured. */
async function saveDatabase(
  writer: SnapshotWriter,
  base: OpenSnapshot['bases'][number],
  { name, commit, schemaHash, tables, segments, after }: CapturedDatabase & { readonly after: number },
  mtimeMs: number,
): Promise<SavedDatabase> {
  const added = await saveSegments(writer, segments, mtimeMs);
  const log = await writer.saveTree([...base.segments, ...added.map(({ node }) => node)]);
  const subtree = await writer.saveTree([base.node, directoryNode({ name: 'log', subtree: log, mtimeMs })]);
  const { lastTables: _, ...unchanged } = base.database;
  const entry: ManifestDatabase = {
    ...unchanged,
    ...(tables === undefined ? {} : { lastTables: [...tables] }),
    schemaHash,
    commits: { ...base.database.commits, last: commit.seq, lastTime: commit.time },
    segments: [...base.database.segments, ...added.map(({ entry }) => entry)],
  };
  const recorded = packCommits(added.flatMap(({ commits }) => commits.filter(([seq]) => seq > after)));
  return { entry, node: directoryNode({ name, subtree, mtimeMs }), recorded };
}

interface SavedSegment {
  readonly entry: ManifestDatabase['segments'][number];
  readonly node: TreeNode;
  /** Number and time of each. */
  readonly commits: readonly (readonly [number, number])[];
}

/** All of them as few; none where there was no commit. */
async function saveSegments(
  writer: SnapshotWriter,
  paths: readonly string[],
  mtimeMs: number,
): Promise<SavedSegment[]> {
  const saved: SavedSegment[] = [];
  for (const merged of mergeSegments(paths)) {
    const hash = createHash('sha256');
    const { content, size } = await writer.saveFile(hashed(mergedBytes(merged), hash));
    const { seq, commits } = merged.header;
    const entry = { format: segmentFormat, seq, bytes: size, sha256: hash.digest('hex') };
    const node = fileNode({ name: segmentName(seq), content, size, mtimeMs });
    saved.push({ entry, node, commits: commits.map(([number, time]) => [number, time]) });
  }
  return saved;
}

function* hashed(pieces: Iterable<Uint8Array>, hash: ReturnType<typeof createHash>): Generator<Uint8Array> {
  for (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}
