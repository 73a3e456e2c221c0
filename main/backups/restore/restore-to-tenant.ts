import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { RestoreResult } from '../../../shared/contract/backups.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { syncFolder } from '../../storage/durable-file.ts';
import { setVerified } from '../catalogue/catalogue.ts';
import { throwIfCancelled } from '../container/cancelling.ts';
import type { WantedTenant } from '../needs.ts';
import type { BackupParts } from '../parts.ts';
import { removeWorkFolder } from '../work-folder.ts';
import { destinationError } from './destination-error.ts';
import { outcomeOf } from './outcome.ts';
import { pointInput, type RestorePoint } from './point.ts';
import type { RebuiltTenant } from './rebuild-tenant.ts';
import { removeRequest } from './restore-requests.ts';
import type { RestoreInput } from './restore-worker.ts';
import { readingSource, sourceAccess } from './source-place.ts';

/**
 * Makes a tenant of its own out of another's snapshot: documents, their revisions, files; nobody who may use them. The
 * proved database is in the new folder before the tenant exists, so there is the whole tenant or none. Errors: CONFLICT
 * (slug taken), QUOTA_EXCEEDED, INTEGRITY, STORAGE_FULL, READ_ONLY, IO, CANCELLED.
 */
export async function toNewTenant(
  parts: BackupParts,
  { owner, point }: { readonly owner: Uuid; readonly point: RestorePoint },
  wanted: WantedTenant,
  { operation, progress, jobId }: JobContext,
): Promise<Omit<RestoreResult, 'durationMs'>> {
  const { sources, keys, ids, clock } = parts;
  const { entry, until } = point;
  const restoreId = ids.uuid();
  const folder = join(parts.workFolder, restoreId);
  const { storageLimit } = sources.prospect(owner, wanted);
  let rebuilt = { rows: 0, files: 0, bytes: 0 };
  try {
    const { id } = await sources.createFilled(owner, wanted, operation, {
      facts: { restore: restoreId, from: owner, snapshot: entry.id },
      async fill({ database, filesFolder, rowHashPrefix }) {
        const clone = () =>
          callWorker<RestoreInput, RebuiltTenant>({
            module: siblingModule(import.meta.url, 'restore-worker'),
            input: {
              task: 'clone',
              access: sourceAccess(parts, point),
              ...pointInput(point),
              folder,
              filesFolder,
              prefix: keys.rowHashPrefix(owner),
              newPrefix: rowHashPrefix,
              storageLimit,
            },
            signal: operation.signal,
            progress,
          });
        const made = await readingSource(parts, point, { operation, progress }, clone);
        throwIfCancelled(operation.signal);
        try {
          await rename(made.file, database);
          await syncFolder(dirname(database));
        } catch (error) {
          throw destinationError(error, 'the new tenant');
        }
        rebuilt = made;
      },
      record(transaction, newId) {
        // from here the tenant is there: resuming would make a second one
        removeRequest(transaction, jobId);
        if (until === null) setVerified(transaction, entry.id, { level: 4, time: clock.now() });
        operation.record(transaction, {
          tenantId: owner,
          resource: { kind: 'snapshot', id: entry.id },
          facts: {
            restore: restoreId,
            to: 'tenant',
            tenant: newId,
            ...(until === null ? {} : { at: toRfc3339(until) }),
            rows: rebuilt.rows,
            files: rebuilt.files,
          },
        });
      },
    });
    return outcomeOf(rebuilt, {
      restoreId,
      to: 'tenant',
      tenantId: id,
      folder: null,
      snapshotId: entry.id,
      undoId: null,
    });
  } finally {
    await removeWorkFolder(parts, folder);
  }
}
