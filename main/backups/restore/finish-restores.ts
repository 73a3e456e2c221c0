import type { Uuid } from '../../../shared/ids.ts';
import type { Operation } from '../../operations/operation.ts';
import { endRestore, type RestoreRecord, unfinishedRestores } from '../catalogue/restores.ts';
import type { BackupParts } from '../parts.ts';
import { timelineOf } from '../snapshot/timeline.ts';
import { removeWorkFolder } from '../work-folder.ts';
import { withoutMark } from './partial-folder.ts';
import {
  foldersAskedFor,
  markAllEnded,
  operationOf,
  removeRequest,
  removeRequestOf,
} from './restore-requests.ts';
import { toldOf } from './told.ts';

/**
 * At start, before anything else works with tenants: finds restores in place that were cut off. The live database
 * carries the restore's timeline exactly when its one commit came to pass; then what was missing of it is done, and told as the
 * outcome of the operation that asked for it. A restored folder that has its name already loses the mark of an unfinished one.
 */
export async function finishRestores(
  parts: BackupParts,
  begin: (operationId: Uuid | undefined) => Operation,
  report: (error: unknown) => void,
): Promise<void> {
  await removeWorkFolder({ report }, parts.workFolder);
  await parts.control.write((transaction) => markAllEnded(transaction));
  for (const { jobId, path } of foldersAskedFor(parts.control)) {
    try {
      // it was cut off after the folder got its name: nothing of it is left to do
      if (await withoutMark(path))
        await parts.control.write((transaction) => removeRequest(transaction, jobId));
    } catch (error) {
      report(error); // its disk may be away
    }
  }
  for (const record of unfinishedRestores(parts.control)) {
    try {
      await finishRestore(parts, record, begin);
    } catch (error) {
      // one tenant's damaged database must not keep the installation from starting
      report(error);
    }
  }
}

async function finishRestore(
  { control, sources, clock }: BackupParts,
  record: RestoreRecord,
  begin: (operationId: Uuid | undefined) => Operation,
): Promise<void> {
  const happened = await sources.withTenant(record.tenantId, ({ store }) =>
    Promise.resolve(timelineOf(store, record.tenantId) === record.timeline),
  );
  await control.write((transaction) => {
    endRestore(transaction, record.id, happened ? 'done' : 'abandoned', clock.now());
    if (!happened) return;
    const operation = begin(operationOf(transaction, record.id));
    removeRequestOf(transaction, record.id);
    operation.record(transaction, toldOf(record, null, null));
  });
  if (happened) await sources.afterTenantRestored(record.tenantId);
}
