import { join } from 'node:path';
import type { RestoreResult } from '../../../shared/contract/backups.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { partText } from '../../../shared/restore-parts.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import { makeRoomFor } from '../../jobs/idle-threads.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Lease } from '../../storage/store.ts';
import { type CatalogueEntry, setVerified } from '../catalogue/catalogue.ts';
import { beginRestore, endRestore, type RestoreRecord } from '../catalogue/restores.ts';
import { throwIfCancelled } from '../container/cancelling.ts';
import { type BackupParts, prefixOf } from '../parts.ts';
import { makeSnapshot } from '../snapshot/make-snapshot.ts';
import { timelineOf } from '../snapshot/timeline.ts';
import { removeWorkFolder } from '../work-folder.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { installationToTenant, type WhereAndWhat } from './plan-restore.ts';
import { pointInput, type RestorePoint } from './point.ts';
import { prepareControl } from './prepare-control.ts';
import type { RebuiltTenant } from './rebuild-tenant.ts';
import { isUnreadable, replaceUnreadable } from './replace-unreadable.ts';
import { restoreParts } from './restore-parts.ts';
import { setRestoreOf } from './restore-requests.ts';
import type { FolderRestore, Restored } from './restore-to-folder.ts';
import { toNewTenant } from './restore-to-tenant.ts';
import type { RestoreInput } from './restore-worker.ts';
import { readingSource, sourceAhead } from './source-place.ts';
import { toldOf } from './told.ts';

const restoreModule = () => siblingModule(import.meta.url, 'restore-worker');

/** Restores to a folder, in place or to a new tenant. Errors: QUOTA_EXCEEDED, CONFLICT, INTEGRITY, STORAGE_FULL, READ_ONLY, IO, CANCELLED, LOCKED. */
export async function runRestore(
  parts: BackupParts,
  point: RestorePoint,
  { destination, only }: WhereAndWhat,
  context: JobContext,
): Promise<RestoreResult> {
  const startedMicros = parts.clock.monotonicMicros();
  const duration = () => Math.round((parts.clock.monotonicMicros() - startedMicros) / 1000);
  await makeRoomFor(restoreModule());
  if (destination.kind === 'folder') {
    return {
      ...(await toFolder(parts, point, { path: destination.path, only }, context)),
      durationMs: duration(),
    };
  }
  if (destination.kind === 'tenant') {
    const { owner } = point;
    if (owner === null) {
      throw new HoldfastError('CONFLICT', installationToTenant, { reason: 'installation-to-tenant' });
    }
    const made = await toNewTenant(parts, { owner, point }, destination, context);
    return { ...made, durationMs: duration() };
  }
  if (point.owner === null) {
    return { ...(await prepareControl(parts, point, context)), durationMs: duration() };
  }
  const tenant = { owner: point.owner, point };
  if (only !== null) {
    return { ...(await restoreParts(parts, { ...tenant, only }, context)), durationMs: duration() };
  }
  const restore = (await isUnreadable(parts.sources, tenant.owner)) ? replaceUnreadable : inPlace;
  return { ...(await restore(parts, tenant, context)), durationMs: duration() };
}

async function toFolder(
  parts: BackupParts,
  point: RestorePoint,
  { path, only }: Pick<FolderRestore, 'path' | 'only'>,
  { operation, progress }: JobContext,
): Promise<Outcome> {
  const { owner, entry } = point;
  const restoreId = parts.ids.uuid();
  const module = restoreModule();
  const access = await sourceAhead(parts, point, module);
  const restore = () =>
    callWorker<RestoreInput, Restored>({
      module,
      input: {
        task: 'folder',
        access,
        ...pointInput(point),
        path,
        only,
        prefix: prefixOf(parts, owner),
      } satisfies RestoreInput,
      signal: operation.signal,
      progress,
    });
  const restored = await readingSource(parts, point, { operation, progress }, restore);
  await parts.control.write((transaction) => {
    // of a part, contents of other files were not read: the snapshot as a whole is no more proved than before
    if (point.until === null && only === null) {
      setVerified(transaction, entry.id, { level: 4, time: parts.clock.now() });
    }
    operation.record(transaction, {
      ...(owner === null ? {} : { tenantId: owner }),
      resource: { kind: 'snapshot', id: entry.id },
      facts: {
        restore: restoreId,
        to: 'folder',
        ...(only === null ? {} : { parts: only.length }),
        rows: restored.rows,
        files: restored.files,
      },
    });
  });
  const where = { to: 'folder', tenantId: owner, folder: path, undoId: null } as const;
  const outcome = outcomeOf(restored, { restoreId, snapshotId: entry.id, ...where });
  return only === null ? outcome : { ...outcome, only: only.map(partText) };
}

/**
 * All or nothing: a safety snapshot, a proved rebuild beside the live database, then one atomic commit into it. A
 * kill before that commit changes nothing; one after it is found at start (`finishRestores`).
 */
async function inPlace(
  parts: BackupParts,
  { owner, point }: { owner: Uuid; point: RestorePoint },
  context: JobContext,
): Promise<Outcome> {
  const { entry } = point;
  const { control, clock, ids, sources, audit } = parts;
  const { operation, progress } = context;
  const first = await makeSnapshot(parts, owner, { kind: 'full', safety: true }, context);
  const drafted = {
    id: ids.uuid(),
    undoId: ids.uuid(),
    tenantId: owner,
    snapshotId: entry.id,
    timeline: ids.uuid(),
  };
  const folder = join(parts.workFolder, drafted.id);
  try {
    const { record, restored } = await sources.withTenant(owner, async ({ store, filesFolder }) => {
      const module = restoreModule();
      const input: RestoreInput = {
        task: 'rebuild',
        access: await sourceAhead(parts, point, module),
        ...pointInput(point),
        folder,
        filesFolder,
        prefix: parts.keys.rowHashPrefix(owner),
      };
      const { signal } = operation;
      const rebuild = () =>
        callWorker<RestoreInput, RebuiltTenant>({
          module,
          input,
          signal,
          progress,
        });
      const rebuilt = await readingSource(parts, point, context, rebuild);
      const logged = [...audit.logged(rebuilt.eventIds)];
      // from here to the end of the replacing writers wait: what they were told is kept is in the undo
      const lease = await store.lease('restore');
      try {
        throwIfCancelled(signal);
        const safety = await upToDate(parts, { store, lease, first }, context);
        throwIfCancelled(signal);
        const record: RestoreRecord = { ...drafted, undoSnapshotId: safety.id };
        await control.write((transaction) => {
          beginRestore(transaction, record, clock.now());
          setRestoreOf(transaction, context.jobId, record.id);
        });
        await replaceLive(parts, record, { store, lease, rebuilt, logged }, context);
        return { record, restored: rebuilt };
      } finally {
        lease.release();
      }
    });
    await control.write((transaction) => {
      endRestore(transaction, record.id, 'done', clock.now());
      if (point.until === null) setVerified(transaction, entry.id, { level: 4, time: clock.now() });
      operation.record(transaction, toldOf(record, restored, point.until));
    });
    await sources.afterTenantRestored(owner);
    return outcomeOf(restored, {
      restoreId: record.id,
      to: 'in-place',
      tenantId: owner,
      folder: null,
      snapshotId: entry.id,
      undoId: record.undoId,
    });
  } finally {
    await removeWorkFolder(parts, folder);
  }
}

/** The safety snapshot of the very state that is about to be replaced: another one where writers went on meanwhile. */
async function upToDate(
  parts: BackupParts,
  { store, lease, first }: { store: OpenStore; lease: Lease; first: CatalogueEntry },
  context: JobContext,
): Promise<CatalogueEntry> {
  const now = store.sql<{ seq: number }>('SELECT seq FROM commit_clock').get()?.seq;
  if (now === first.commitSeq || first.tenantId === null) return first;
  const how = { kind: 'full', safety: true, within: lease, filesSavedBy: first.id } as const;
  return await makeSnapshot(parts, first.tenantId, how, context);
}

async function replaceLive(
  { control, clock }: BackupParts,
  record: RestoreRecord,
  replacement: { store: OpenStore; lease: Lease; rebuilt: RebuiltTenant; logged: readonly string[] },
  { progress }: JobContext,
): Promise<void> {
  const { store, lease, rebuilt, logged } = replacement;
  const live = store.shareWithin(lease);
  const input: RestoreInput = {
    task: 'replace',
    live,
    file: rebuilt.file,
    timeline: record.timeline,
    logged,
  };
  try {
    await callWorker<RestoreInput, unknown>({
      module: restoreModule(),
      input,
      transfer: [live.port],
      signal: new AbortController().signal, // from here it is too late to cancel
      progress,
    });
  } catch (error) {
    // the thread may have died after its commit
    if (timelineOf(store, record.tenantId) === record.timeline) return;
    await control.write((transaction) => endRestore(transaction, record.id, 'abandoned', clock.now()));
    throw error;
  }
}
