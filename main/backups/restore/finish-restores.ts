import { rm } from 'node:fs/promises';
import type { Operation } from '../../operations/operation.ts';
import { endRestore, unfinishedRestores } from '../catalogue/restores.ts';
import type { BackupParts } from '../parts.ts';
import { timelineOf } from '../snapshot/timeline.ts';
import { toldOf } from './run-restore.ts';

/**
 * At start, before anything else works with tenants: finds restores in place that were cut off. The live database
 * carries the restore's timeline exactly when its one commit came to pass; then what was missing of it is done.
 */
export async function finishRestores(parts: BackupParts, begin: () => Operation): Promise<void> {
  const { control, sources, clock } = parts;
  await rm(parts.workFolder, { recursive: true, force: true });
  for (const record of unfinishedRestores(control)) {
    const happened = await sources.withTenant(record.tenantId, ({ store }) =>
      Promise.resolve(timelineOf(store, record.tenantId) === record.timeline),
    );
    await control.write((transaction) => {
      endRestore(transaction, record.id, happened ? 'done' : 'abandoned', clock.now());
      if (happened) begin().record(transaction, toldOf(record, null));
    });
    if (happened) await sources.afterTenantRestored(record.tenantId);
  }
}
