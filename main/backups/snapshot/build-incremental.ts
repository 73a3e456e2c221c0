import { createHash } from 'node:crypto';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import type { Repository } from '../container/repository.ts';
import type { SnapshotWriter } from '../container/snapshot-writer.ts';
import { directoryNode, fileNode, type TreeNode } from '../container/tree.ts';
import { mergedBytes, mergeSegments } from '../pagelog/merge.ts';
import type { Delta } from '../pagelog/page-log.ts';
import { segmentFormat } from '../pagelog/segment.ts';
import { segmentName } from '../pagelog/segment-file.ts';
import { commitSnapshot, type SnapshotMade } from './commit-snapshot.ts';
import type { ManifestDatabase } from './manifest.ts';
import { type OpenSnapshot, openSnapshot } from './open-snapshot.ts';
import { unpackContents } from './packed-contents.ts';
import { manifestOf, type SnapshotFacts } from './snapshot-facts.ts';
import { saveTenantFiles } from './tenant-files.ts';

export interface IncrementalPlan {
  readonly facts: SnapshotFacts;
  readonly delta: Delta;
  readonly filesFolder: string;
}

/**
 * Makes a tenant's snapshot that is as whole as any, from an earlier one and what the page log has since: nothing of
 * the database is read. Errors: CANCELLED, STORAGE_FULL, READ_ONLY, IO, NOT_FOUND and INTEGRITY (the earlier one, a segment).
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
  const time = Math.max(facts.startedAt, state.commit.time);
  const [base] = previous.bases;
  if (base === undefined) throw new RangeError('a snapshot has a database');
  context.progress.phase('Saving changes', null, 'bytes');
  const added = await saveSegments(writer, state.segments, time);
  const log = await writer.saveTree([...base.segments, ...added.map(({ node }) => node)]);
  const folder = await writer.saveTree([
    base.node,
    directoryNode({ name: 'log', subtree: log, mtimeMs: time }),
  ]);
  const files = await saveTenantFiles(
    writer,
    state.contents,
    { filesFolder, known: previous.files },
    context,
  );
  const database: ManifestDatabase = {
    ...base.database,
    schemaHash: state.schemaHash,
    commits: { first: base.database.commits.first, last: state.commit.seq, lastTime: state.commit.time },
    segments: [...base.database.segments, ...added.map(({ entry }) => entry)],
  };
  const manifest = manifestOf(facts, { time, state, databases: [database], files });
  const data = directoryNode({ name: database.name, subtree: folder, mtimeMs: time });
  return await commitSnapshot(writer, manifest, { databases: [data], files: files.nodes });
}

interface SavedSegment {
  readonly entry: ManifestDatabase['segments'][number];
  readonly node: TreeNode;
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
    const { seq } = merged.header;
    const entry = { format: segmentFormat, seq, bytes: size, sha256: hash.digest('hex') };
    saved.push({ entry, node: fileNode({ name: segmentName(seq), content, size, mtimeMs }) });
  }
  return saved;
}

function* hashed(pieces: Iterable<Uint8Array>, hash: ReturnType<typeof createHash>): Generator<Uint8Array> {
  for (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}
