import type { ImportResult } from '../../../shared/contract/tenants.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { Outcome } from '../../../shared/severities.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { EntryDetails } from '../../operations/operation.ts';
import { requireStorage } from '../data/storage-counter.ts';
import type { TenantDatabase } from '../data/tenant-databases.ts';
import type { Counted, CountInput } from './count-worker.ts';
import type { Exported, ExportInput } from './export-worker.ts';
import { insertImport, requireImport, requireRunning, setImportState } from './import-store.ts';
import type { ImportInput } from './import-worker.ts';
import type { UndoInput } from './undo-worker.ts';

/** A collection to or from a JSON Lines file of this machine. */
interface LinesInput {
  readonly collection: string;
  readonly file: string;
}

/**
 * Checks and counts the whole file, then writes it in chunks. The log has an entry of unknown outcome before the first
 * chunk and the outcome with the last transaction. Whatever stops it between (cancel, quota, disk) undoes all of it;
 * after a crash it is `interrupted` and can be undone. Errors: VALIDATION (damaged line), QUOTA_EXCEEDED, CONFLICT
 * (file or tenant changed), CANCELLED, IO, NOT_FOUND.
 */
export async function importDocuments(
  database: TenantDatabase,
  ids: Ids,
  input: LinesInput & { readonly onDamaged: 'stop' | 'skip' },
  context: JobContext,
): Promise<ImportResult> {
  const { collection, file: source, onDamaged } = input;
  const { operation, progress } = context;
  const { store, rowHashPrefix } = database;
  const { signal } = operation;
  const counted = await callWorker<CountInput, Counted>({
    module: siblingModule(import.meta.url, 'count-worker'),
    input: { source, onDamaged },
    signal,
    progress,
  });
  const { documents, bytes, skipped, failed } = counted;
  requireStorage(store, bytes);
  const importId = ids.uuid();
  await database.write((transaction) => {
    insertImport(transaction, { id: importId, collection, skipped });
    operation.record(
      transaction,
      entry(database, collection, importId, 'unknown', { documents, bytes, skipped }),
    );
  });
  try {
    const shared = store.share();
    const { imported } = await callWorker<ImportInput, { imported: number }>({
      module: siblingModule(import.meta.url, 'import-worker'),
      input: { store: shared, rowHashPrefix, importId, collection, source, state: counted.state, documents },
      transfer: [shared.port],
      signal,
      progress,
    });
    await database.write((transaction) => {
      requireRunning(transaction, importId);
      setImportState(transaction, importId, 'done');
      operation.record(transaction, entry(database, collection, importId, 'success', { imported, skipped }));
    });
    return { importId, imported, skipped, failed };
  } catch (error) {
    await takeBack(database, collection, importId, context, error);
    throw error;
  }
}

/** Undoes an import that did not come to its end; goes on though the job was cancelled. */
export async function takeBack(
  database: TenantDatabase,
  collection: string,
  importId: Uuid,
  { operation, progress }: JobContext,
  reason: unknown,
): Promise<void> {
  const { store } = database;
  await store.write((transaction) => setImportState(transaction, importId, 'interrupted'));
  const { removed } = await removeRevisions(database, importId, {
    refuseChanged: false,
    signal: new AbortController().signal,
    progress,
  });
  const error = reason instanceof HoldfastError ? reason.code : 'INTERNAL';
  await store.write((transaction) => {
    setImportState(transaction, importId, 'undone');
    operation.record(transaction, entry(database, collection, importId, 'failure', { removed, error }));
  });
}

/**
 * Removes what an import added and brings back what it superseded. Refused with CONFLICT (`data.changed`) when any of
 * its documents was changed since, when it is undone already, or while it runs.
 */
export async function undoImport(
  database: TenantDatabase,
  importId: Uuid,
  { operation, progress }: JobContext,
): Promise<{ importId: Uuid; removed: number }> {
  const { store } = database;
  const { collection, state } = requireImport(store, importId);
  if (state === 'undone' || state === 'running') {
    throw new HoldfastError('CONFLICT', `The import cannot be undone: it is ${state}.`, {
      reason: `import-${state}`,
      importId,
    });
  }
  const { removed } = await removeRevisions(database, importId, {
    refuseChanged: true,
    signal: operation.signal,
    progress,
  });
  await database.write((transaction) => {
    setImportState(transaction, importId, 'undone');
    operation.record(transaction, entry(database, collection, importId, 'success', { removed }));
  });
  return { importId, removed };
}

/** Writes the live documents of a collection to a new file. Errors: CONFLICT (it exists), IO, STORAGE_FULL, CANCELLED. */
export async function exportDocuments(
  { store }: TenantDatabase,
  { collection, file }: LinesInput,
  { operation, progress }: JobContext,
): Promise<Exported> {
  const shared = store.share();
  return await callWorker<ExportInput, Exported>({
    module: siblingModule(import.meta.url, 'export-worker'),
    input: { store: shared, collection, destination: file },
    transfer: [shared.port],
    signal: operation.signal,
    progress,
  });
}

function removeRevisions(
  { store, rowHashPrefix }: TenantDatabase,
  importId: Uuid,
  how: Pick<UndoInput, 'refuseChanged'> & { signal: AbortSignal; progress: JobContext['progress'] },
): Promise<{ removed: number }> {
  const shared = store.share();
  return callWorker<UndoInput, { removed: number }>({
    module: siblingModule(import.meta.url, 'undo-worker'),
    input: { store: shared, rowHashPrefix, importId, refuseChanged: how.refuseChanged },
    transfer: [shared.port],
    signal: how.signal,
    progress: how.progress,
  });
}

export function entry(
  { tenantId }: TenantDatabase,
  collection: string,
  importId: Uuid,
  outcome: Outcome,
  counts: { readonly [name: string]: number | string },
): EntryDetails {
  return {
    tenantId,
    resource: { kind: 'import', id: importId },
    facts: { collection, ...counts },
    outcome,
  };
}
