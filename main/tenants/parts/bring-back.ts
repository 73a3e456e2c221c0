import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { RestorePart } from '../../../shared/restore-parts.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { notThere } from '../../row-hash/chosen-rows.ts';
import { filesCollection } from '../../row-hash/row-hash.ts';
import { readStorage } from '../data/storage-counter.ts';
import type { TenantDatabase } from '../data/tenant-databases.ts';
import { insertImport } from '../imports/import-store.ts';
import { entry, takeBack } from '../imports/imports.ts';
import type { PartsComparison, PartsInput, PartsWritten } from './parts-worker.ts';

/** Parts of an earlier state, which lies rebuilt and proved in `file`. */
export interface PartsOfThen {
  readonly file: string;
  readonly parts: readonly RestorePart[];
}

export interface BroughtBack extends PartsWritten {
  readonly importId: Uuid;
}

/** What bringing parts back would change, and what stands in its way, in words; changes nothing. */
export async function compareParts(
  { store }: TenantDatabase,
  then: PartsOfThen,
  { operation, progress }: Pick<JobContext, 'operation' | 'progress'>,
): Promise<Pick<PartsComparison, 'collections'> & { obstacles: string[] }> {
  const shared = store.share();
  const { collections, missing, taken, bytes } = await callWorker<PartsInput, PartsComparison>({
    module: siblingModule(import.meta.url, 'parts-worker'),
    input: { task: 'compare', store: shared, ...then },
    transfer: [shared.port],
    signal: operation.signal,
    progress,
  });
  const { used, limit } = readStorage(store);
  const obstacles = [
    ...missing.map(notThere),
    ...taken.map(
      (name) => `The file "${name}" has another content now: delete it first, or restore to a folder.`,
    ),
    ...(limit !== null && used + bytes > limit
      ? [`It needs ${bytes} bytes of the tenant's storage and ${limit - used} are left: raise its tier.`]
      : []),
  ];
  return { collections, obstacles };
}

/**
 * Writes parts of an earlier state into the tenant as it is, as one import that `undoImport` takes back: documents as
 * new revisions where they differ or are gone, files where they are gone. Nothing else changes. What stops it between
 * undoes it; after a crash it is `interrupted`. Contents have to lie in place. Errors: CONFLICT (suspended, a file's name is
 * taken, restored meanwhile), QUOTA_EXCEEDED, CANCELLED, IO.
 */
export async function bringBack(
  database: TenantDatabase,
  ids: Ids,
  { file, parts }: PartsOfThen,
  context: JobContext,
): Promise<BroughtBack> {
  const { operation, progress } = context;
  const { store, rowHashPrefix } = database;
  const importId = ids.uuid();
  const collections = [...new Set(parts.map(({ collection }) => collection))];
  const documents = collections.filter((each) => each !== filesCollection);
  const label = documents.join(' ') || filesCollection;
  await database.write((transaction) => {
    insertImport(transaction, { id: importId, collection: label, skipped: 0 });
    operation.record(transaction, entry(database, label, importId, 'unknown', { parts: parts.length }));
  });
  try {
    const shared = store.share();
    const written = await callWorker<PartsInput, PartsWritten>({
      module: siblingModule(import.meta.url, 'parts-worker'),
      input: { task: 'write', store: shared, file, parts, rowHashPrefix, importId },
      transfer: [shared.port],
      signal: operation.signal,
      progress,
    });
    await store.write((transaction) =>
      operation.record(transaction, entry(database, label, importId, 'success', { ...written })),
    );
    return { ...written, importId };
  } catch (error) {
    await takeBack(database, label, importId, context, error);
    throw error;
  }
}
