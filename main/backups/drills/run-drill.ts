import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Drill } from '../../../shared/contract/backups/drills.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import { makeRoomFor } from '../../jobs/idle-threads.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Transaction } from '../../storage/store.ts';
import { type CatalogueEntry, setVerified } from '../catalogue/catalogue.ts';
import { throwIfCancelled } from '../container/cancelling.ts';
import { type BackupParts, prefixOf } from '../parts.ts';
import { inspectWorkFolder } from '../restore/destination.ts';
import { destinationError } from '../restore/destination-error.ts';
import { sizesOf } from '../restore/plan-restore.ts';
import type { Restored } from '../restore/restore-to-folder.ts';
import type { RestoreInput } from '../restore/restore-worker.ts';
import { readingSource, sourceAhead } from '../restore/source-place.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { removeWorkFolder } from '../work-folder.ts';
import { beginDrill, endDrill, readDrill } from './drill-store.ts';
import { PhaseTimes } from './phase-times.ts';

/**
 * Restores a snapshot to a folder that is thrown away, every row read again (level 4). How it went and how long it took
 * is kept, and told to the log in the same transaction. Errors: INTEGRITY, STORAGE_FULL, IO, UNAVAILABLE, CANCELLED.
 */
export async function runDrill(
  parts: BackupParts,
  entry: CatalogueEntry,
  context: JobContext,
): Promise<Drill> {
  const { control, clock, ids, turns } = parts;
  const { operation, jobId } = context;
  // a backup under way goes first; a restore in an emergency never waits for a drill, so no turn is held
  await turns.take(repositoryIdOf(entry.tenantId), () => Promise.resolve());
  throwIfCancelled(operation.signal);
  const id = ids.uuid();
  const scheduled = operation.caller.kind === 'system';
  await control.write((transaction) =>
    beginDrill(transaction, {
      id,
      tenantId: entry.tenantId,
      snapshotId: entry.id,
      snapshotTime: entry.time,
      jobId,
      scheduled,
      startedAt: clock.now(),
    }),
  );
  const times = new PhaseTimes(clock, context.progress, 'Opening the repository');
  try {
    const restored = await restoreAside(parts, entry, { id, times }, operation);
    await control.write((transaction) => {
      const endedAt = clock.now();
      const { durationMs, phases } = times.end();
      endDrill(transaction, id, { outcome: 'proven', endedAt, durationMs, phases, measured: restored });
      setVerified(transaction, entry.id, { level: 4, time: endedAt });
      const { rows, files, bytes } = restored;
      const facts = { drill: id, level: 4, rows, files, bytes, durationMs };
      operation.record(transaction, { ...toldOf(entry), facts });
    });
  } catch (error) {
    const failure = failureOf(error, entry, operation);
    await control.write((transaction) =>
      keepFailure(transaction, parts, { entry, id, times, failure }, context),
    );
    throw failure;
  }
  return readDrill(control, id);
}

async function restoreAside(
  parts: BackupParts,
  entry: CatalogueEntry,
  { id, times }: { readonly id: Uuid; readonly times: PhaseTimes },
  operation: Operation,
): Promise<Restored> {
  await requireSpace(parts, entry);
  const place = { owner: entry.tenantId, targetId: entry.targetId };
  const folder = join(parts.workFolder, `drill-${id}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const module = siblingModule(import.meta.url, '../restore/restore-worker');
    await makeRoomFor(module);
    const input: RestoreInput = {
      task: 'folder',
      access: await sourceAhead(parts, place, module),
      snapshotId: entry.id,
      until: null,
      earlier: null,
      path: join(folder, 'restored'),
      prefix: prefixOf(parts, entry.tenantId),
      only: null,
    };
    const { signal } = operation;
    const restore = () => callWorker<RestoreInput, Restored>({ module, input, signal, progress: times });
    const restored = await parts.use.reading(repositoryIdOf(entry.tenantId), () =>
      readingSource(parts, place, { operation, progress: times }, restore),
    );
    times.end(); // what comes now is no part of a restore
    return restored;
  } catch (error) {
    throw destinationError(error, 'the drill');
  } finally {
    await removeWorkFolder(parts, folder);
  }
}

/** What is restored, and as much again: a drill must not be what fills the disk. */
async function requireSpace(parts: BackupParts, entry: CatalogueEntry): Promise<void> {
  const { obstacles, freeBytes } = await inspectWorkFolder(parts.workFolder, sizesOf(entry, null).all);
  if (obstacles.length === 0) return;
  throw new HoldfastError(
    'STORAGE_FULL',
    `A drill needs twice the size of what it restores. ${obstacles.join(' ')} Free some space, or move the data folder.`,
    { reason: 'no-space-for-drill', where: 'destination', freeBytes },
  );
}

function failureOf(error: unknown, { id, tenantId }: CatalogueEntry, operation: Operation): HoldfastError {
  if (!(error instanceof HoldfastError)) {
    const message = 'The drill failed for a reason inside Holdfast. The log of this process has more.';
    return new HoldfastError('INTERNAL', message, { correlationId: operation.id }, { cause: error });
  }
  if (!disproves(error)) return error;
  const whose = tenantId === null ? 'the installation' : `tenant ${tenantId}`;
  return new HoldfastError(
    'INTEGRITY',
    `The snapshot ${id.slice(0, 8)} of ${whose} does not restore: ${error.message} Make a full backup, run a drill of it, and verify the others.`,
    { ...error.data, reason: 'does-not-restore', snapshotId: id, tenantId },
    { cause: error },
  );
}

/** Whether an error says that the snapshot itself, or a part of its repository, is damaged or missing. */
function disproves({ code }: HoldfastError): boolean {
  return code === 'INTEGRITY' || code === 'NOT_FOUND';
}

interface Failed {
  readonly entry: CatalogueEntry;
  readonly id: Uuid;
  readonly times: PhaseTimes;
  readonly failure: HoldfastError;
}

function keepFailure(
  transaction: Transaction,
  { clock }: BackupParts,
  { entry, id, times, failure }: Failed,
  { operation }: JobContext,
): void {
  const { durationMs, phases } = times.end();
  const outcome = outcomeOf(operation.signal);
  const error = outcome === 'failed' ? { error: failure } : {};
  endDrill(transaction, id, { outcome, endedAt: clock.now(), durationMs, phases, ...error });
  // a drill that somebody stopped says nothing of the snapshot; that it was stopped, the operation itself tells
  if (outcome !== 'failed') return;
  if (failure.code === 'INTEGRITY') setVerified(transaction, entry.id, null);
  operation.record(transaction, {
    ...toldOf(entry),
    facts: { drill: id, level: 4, durationMs, error: failure.code },
    outcome: 'failure',
    severity: 'critical',
  });
}

function outcomeOf({ aborted, reason }: AbortSignal): 'failed' | 'cancelled' | 'interrupted' {
  if (!aborted) return 'failed';
  return reason instanceof HoldfastError && reason.code === 'INTERRUPTED' ? 'interrupted' : 'cancelled';
}

function toldOf({ id, tenantId }: CatalogueEntry) {
  return { ...(tenantId === null ? {} : { tenantId }), resource: { kind: 'snapshot', id } };
}
