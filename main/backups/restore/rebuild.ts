import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { Connection, reading } from '../../storage/connection.ts';
import type { Repository } from '../container/repository.ts';
import type { TreeNode } from '../container/tree.ts';
import { replayFolder } from '../pagelog/replay-folder.ts';
import { logBytesOf, type ManifestDatabase } from '../snapshot/manifest.ts';
import type { OpenSnapshot } from '../snapshot/open-snapshot.ts';
import { proveTables } from '../verify/prove-tables.ts';
import { destinationError } from './destination-error.ts';
import { nothingRebuilt, type Rebuilt } from './partial-folder.ts';
import { Settling } from './settling.ts';

/** The file of a rebuilt database. */
export function rebuiltFile(folder: string, database: string): string {
  return join(folder, `${database}.db`);
}

/**
 * Writes the databases of a snapshot into `folder`: each base, brought forward over its segments to the snapshot's
 * commit, or to the last one until then (epoch ms). Durably, or once `settling` has settled, which the caller sees to.
 * Errors: STORAGE_FULL, IO, INTEGRITY, CANCELLED.
 */
export async function rebuildDatabases(
  repository: Repository,
  snapshot: OpenSnapshot,
  folder: string,
  context: WorkerContext,
  {
    until = null,
    rebuilt = nothingRebuilt,
    settling,
  }: {
    readonly until?: number | null;
    readonly rebuilt?: Rebuilt;
    readonly settling?: Settling | undefined;
  } = {},
): Promise<void> {
  for (const base of snapshot.bases) {
    const { name } = base.database;
    if (rebuilt.has(name)) continue;
    const file = rebuiltFile(folder, name);
    try {
      for (const left of filesOf(file)) await rm(left, { recursive: true, force: true });
      await rebuildDatabase(repository, base, file, context, until);
      const own = new Settling();
      await (settling ?? own).add(file, () => rebuilt.add(name));
      await own.settle();
    } catch (error) {
      throw destinationError(error, 'a database');
    }
  }
  // what comes next reads databases, in threads of its own
  await repository.rest();
}

/** A rebuilt database and what may lie beside it. */
export const filesOf = (file: string): string[] =>
  ['', '-wal', '-shm', '-journal', '.log'].map((end) => `${file}${end}`);

async function rebuildDatabase(
  repository: Repository,
  { database, node, segments }: OpenSnapshot['bases'][number],
  file: string,
  context: WorkerContext,
  until: number | null,
): Promise<void> {
  context.progress.phase(`Rebuilding ${database.name}`, database.bytes + logBytesOf(database), 'bytes');
  await writeContent(repository, node, file, context, { sync: false });
  if (segments.length === 0) return;
  if (database.tables.length > 0) proveBase(file, database, context);
  const log = `${file}.log`;
  try {
    for (const [at, segment] of segments.entries()) {
      const sha256 = database.segments[at]?.sha256;
      await writeContent(repository, segment, join(log, segment.name), context, { sha256, sync: false });
    }
    await replayFolder(file, database, log, until);
  } finally {
    await rm(log, { recursive: true, force: true });
  }
}

/** The tables in the manifest of an installation's snapshot are those of its bases. Throws INTEGRITY. */
function proveBase(file: string, database: ManifestDatabase, context: WorkerContext): void {
  context.progress.phase(`Reading rows of ${database.name}`, null, 'rows');
  const connection = new Connection(file, { name: database.name });
  try {
    const { problems } = proveTables(reading(connection), database, context);
    if (problems.length === 0) return;
    throw new HoldfastError(
      'INTEGRITY',
      `The base of ${database.name} is not what was saved: ${problems[0]}.`,
      {
        problems: [...problems],
      },
    );
  } finally {
    connection.close();
  }
}

interface ContentOptions {
  /** Of the whole content, which is held against it while it is written; without it each blob is held against its id. */
  readonly sha256?: string | undefined;
  /** Whether it is durable in the end; true by default. */
  readonly sync?: boolean;
}

/**
 * Writes one stored file to a path that does not exist yet, making its folders. Errors: CONFLICT (exists), STORAGE_FULL,
 * READ_ONLY, IO, INTEGRITY.
 */
export async function writeContent(
  repository: Repository,
  node: TreeNode,
  path: string,
  { signal, progress }: Pick<WorkerContext, 'signal' | 'progress'>,
  { sha256, sync = true }: ContentOptions = {},
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(path, 'wx', 0o600);
    try {
      if (sha256 === undefined || isItsOnlyBlob(node, sha256)) {
        for await (const length of repository.writeFile(node, handle.fd, { signal }))
          progress.advance(length);
      } else {
        const hash = createHash('sha256');
        for await (const part of repository.readFile(node, { signal })) {
          hash.update(part);
          await writeAll(handle, part);
          progress.advance(part.length);
        }
        if (hash.digest('hex') !== sha256) throw notItsName(sha256);
      }
      if (sync) await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw destinationError(error, 'a file');
  }
}

/** A blob's id is the SHA-256 of its content. */
function isItsOnlyBlob({ content }: TreeNode, sha256: string): boolean {
  return content?.length === 1 && content[0] === sha256;
}

function notItsName(sha256: string): HoldfastError {
  return new HoldfastError('INTEGRITY', `The stored file ${sha256.slice(0, 8)} is not what its name says.`, {
    problems: [{ file: sha256, what: 'content does not match its name' }],
  });
}

async function writeAll(
  handle: { write(bytes: Uint8Array, offset: number): Promise<{ bytesWritten: number }> },
  bytes: Uint8Array,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done)).bytesWritten;
}
