import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { RestorePart } from '../../../shared/restore-parts.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { contentPath } from '../../row-hash/tenant-rows.ts';
import { syncFolder } from '../../storage/durable-file.ts';
import { tenantMigrations } from '../../storage/migrations/tenant.ts';
import { type OpenStore, openStore } from '../../storage/open-store.ts';
import type { Reading } from '../../storage/store.ts';
import { systemCode } from '../container/file-errors.ts';
import type { Repository } from '../container/repository.ts';
import type { OpenSnapshot } from '../snapshot/open-snapshot.ts';
import { proveDatabases } from '../verify/prove-databases.ts';
import { chosenContents } from './chosen-contents.ts';
import { destinationError } from './destination-error.ts';
import { rebuiltFile, writeContent } from './rebuild.ts';
import { type PointInput, rebuildPoint } from './rebuild-point.ts';
import { notAsStored, type Restored } from './restore-to-folder.ts';
import { settled } from './settling.ts';

export interface TenantRebuild extends PointInput {
  /** A folder of this restore's own, made here. */
  readonly folder: string;
  readonly filesFolder: string;
  readonly prefix: Uint8Array;
  /** Only the contents of files in these parts are written; all where it is left out. */
  readonly only?: readonly RestorePart[];
}

export interface RebuiltTenant extends Restored {
  /** The rebuilt database, proved and brought up to date. */
  readonly file: string;
  /** Events in its outbox: those that the audit log has must not go there again. */
  readonly eventIds: readonly Uuid[];
}

/**
 * Rebuilds a tenant beside the live one: the database proved row by row and migrated, contents that are missing or
 * damaged written again, so that no row will ever name one that is not there. The live database is not touched.
 * `inspect` sees the rebuilt state before any content is written. Errors: INTEGRITY, STORAGE_FULL, READ_ONLY, IO,
 * CANCELLED, and whatever `inspect` throws.
 */
export async function rebuildTenant(
  repository: Repository,
  { folder, filesFolder, prefix, only, ...point }: TenantRebuild,
  clock: Clock,
  context: WorkerContext,
  inspect: (rebuilt: Reading) => void = () => undefined,
): Promise<RebuiltTenant> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw destinationError(error, 'the rebuilt database');
  }
  const { snapshot, proof } = await rebuildProved(repository, { folder, prefix, ...point }, context);
  if (proof.problems.length > 0) throw notAsStored(proof.problems);
  const file = rebuiltFile(folder, 'data');
  const store = await openRebuilt(file, clock);
  const eventIds = store.sql<{ event_id: Uuid }>('SELECT event_id FROM outbox').all();
  let { files } = snapshot;
  try {
    inspect(store);
    if (only !== undefined) files = chosenContents(store, only, snapshot);
  } finally {
    await store.close();
  }
  await restoreContents(repository, files, filesFolder, context);
  return {
    file,
    eventIds: eventIds.map(({ event_id }) => event_id),
    rows: proof.rows,
    files: snapshot.files.size,
    bytes:
      snapshot.bases.reduce((sum, { database }) => sum + database.bytes, 0) + snapshot.manifest.files.bytes,
  };
}

async function rebuildProved(
  repository: Repository,
  { folder, prefix, ...point }: Pick<TenantRebuild, 'folder' | 'prefix'> & PointInput,
  context: WorkerContext,
) {
  try {
    return await settled(async (settling) => {
      const snapshot = await rebuildPoint(repository, point, folder, context, { settling });
      const proof = await proveDatabases(snapshot, folder, { level: 4, prefix }, context);
      return { snapshot, proof };
    });
  } catch (error) {
    throw destinationError(error, 'a database');
  }
}

/** Opens a rebuilt tenant's database, of whatever format it was saved in, brought up to date. Errors: NEWER_FORMAT. */
export function openRebuilt(file: string, clock: Clock): Promise<OpenStore> {
  return openStore({ file, name: 'tenant', migrations: tenantMigrations, clock });
}

async function restoreContents(
  repository: Repository,
  files: OpenSnapshot['files'],
  filesFolder: string,
  context: WorkerContext,
): Promise<void> {
  const total = [...files.values()].reduce((sum, { size = 0 }) => sum + size, 0);
  context.progress.phase('Checking files', total, 'bytes');
  const changed = new Set<string>();
  for (const [sha256, node] of files) {
    context.signal.throwIfAborted();
    const path = contentPath(filesFolder, sha256);
    if ((await hashOf(path)) === sha256) {
      context.progress.advance(node.size ?? 0);
      continue;
    }
    const temporary = `${path}.restoring`;
    try {
      await rm(temporary, { force: true });
      await writeContent(repository, node, temporary, context, { sha256 });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined); // as the next one does first
      throw destinationError(error, 'a file');
    }
    changed.add(dirname(path));
  }
  for (const folder of changed) await syncFolder(folder);
  if (changed.size > 0) await syncFolder(filesFolder);
}

/** SHA-256 of a file, or undefined when it cannot be read: then it is written anew. */
async function hashOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
  return hash.digest('hex');
}
