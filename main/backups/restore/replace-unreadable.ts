import { join } from 'node:path';
import type { RestoreResult } from '../../../shared/contract/backups.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { setVerified } from '../catalogue/catalogue.ts';
import { beginRestore, endRestore, type RestoreRecord } from '../catalogue/restores.ts';
import { throwIfCancelled } from '../container/cancelling.ts';
import type { Sources } from '../needs.ts';
import type { BackupParts } from '../parts.ts';
import { removeWorkFolder } from '../work-folder.ts';
import { outcomeOf } from './outcome.ts';
import { pointInput, type RestorePoint } from './point.ts';
import type { RebuiltTenant } from './rebuild-tenant.ts';
import type { RestoreInput } from './restore-worker.ts';
import { readingSource, sourceAccess } from './source-place.ts';
import { toldOf } from './told.ts';

/** Whether a tenant's database is missing or so damaged that it cannot be opened. */
export async function isUnreadable(sources: Sources, owner: Uuid): Promise<boolean> {
  try {
    await sources.withTenant(owner, () => Promise.resolve());
    return false;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const { code, data } = error;
    if (code === 'INTEGRITY' && data.where === 'tenant') return true;
    if (code === 'NOT_FOUND' && data.kind === 'database') return true;
    throw error;
  }
}

/**
 * A restore in place where there is nothing to write into: the proved database takes the place of the one that cannot
 * be opened, which stays beside it. There is no state to go back to, so no undo.
 */
export async function replaceUnreadable(
  parts: BackupParts,
  { owner, point }: { readonly owner: Uuid; readonly point: RestorePoint },
  { operation, progress }: JobContext,
): Promise<Omit<RestoreResult, 'durationMs'>> {
  const { control, clock, ids, sources, audit } = parts;
  const { entry } = point;
  const record: RestoreRecord = {
    id: ids.uuid(),
    undoId: ids.uuid(),
    tenantId: owner,
    snapshotId: entry.id,
    undoSnapshotId: entry.id,
    timeline: ids.uuid(),
  };
  const folder = join(parts.workFolder, record.id);
  const { signal } = operation;
  const work = <Output>(input: RestoreInput) =>
    callWorker<RestoreInput, Output>({
      module: siblingModule(import.meta.url, 'restore-worker'),
      input,
      signal,
      progress,
    });
  try {
    const rebuild = () =>
      work<RebuiltTenant>({
        task: 'rebuild',
        access: sourceAccess(parts, point),
        ...pointInput(point),
        folder,
        filesFolder: sources.filesFolder(owner),
        prefix: parts.keys.rowHashPrefix(owner),
      });
    const rebuilt = await readingSource(parts, point, { operation, progress }, rebuild);
    const logged = [...audit.logged(rebuilt.eventIds)];
    await work({ task: 'finish', file: rebuilt.file, timeline: record.timeline, logged });
    throwIfCancelled(signal);
    await control.write((transaction) => beginRestore(transaction, record, clock.now()));
    await sources.replaceUnreadable(owner, rebuilt.file, record.id);
    await control.write((transaction) => {
      endRestore(transaction, record.id, 'done', clock.now());
      if (point.until === null) setVerified(transaction, entry.id, { level: 4, time: clock.now() });
      operation.record(transaction, toldOf(record, rebuilt, point.until));
    });
    await sources.afterTenantRestored(owner);
    return outcomeOf(rebuilt, {
      restoreId: record.id,
      to: 'in-place',
      tenantId: owner,
      folder: null,
      snapshotId: entry.id,
      undoId: null,
    });
  } finally {
    await removeWorkFolder(parts, folder);
  }
}
