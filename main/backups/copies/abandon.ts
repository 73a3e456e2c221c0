import { HoldfastError } from '../../../shared/errors.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Transaction } from '../../storage/store.ts';
import { removeSnapshot } from '../catalogue/catalogue.ts';
import { removeFolderSnapshot } from '../folders/folder-store.ts';
import type { BackupParts } from '../parts.ts';
import { notOnFirst } from './stand-in-rows.ts';
import type { TargetRow } from './target-rows.ts';

/**
 * Takes the backups out of the catalogue that a target alone has, before it is removed, and tells the log of each. Answers how
 * many. Errors: CONFLICT where nobody said that they may be lost.
 */
export function abandonBackups(
  transaction: Transaction,
  { ids, retention, standingIn }: Pick<BackupParts, 'ids' | 'retention' | 'standingIn'>,
  { id, name }: Pick<TargetRow, 'id' | 'name'>,
  { caller }: Operation,
  mayLose: boolean,
): number {
  const alone = notOnFirst(transaction).filter(({ targetId }) => targetId === id);
  if (alone.length === 0) return 0;
  if (!mayLose) {
    throw new HoldfastError(
      'CONFLICT',
      `${name} alone has some of the backups (${alone.length}). Connect the first target and synchronise ${name}, which brings them back; or remove it with these backups.`,
      { reason: 'holds-only-copies', snapshots: alone.length },
    );
  }
  for (const { id: snapshotId, tenantId, isFolder } of alone) {
    if (isFolder) removeFolderSnapshot(transaction, snapshotId);
    else removeSnapshot(transaction, snapshotId);
    retention.forgetting(caller, ids.uuid()).record(transaction, {
      ...(tenantId === null ? {} : { tenantId }),
      resource: { kind: 'snapshot', id: snapshotId },
      facts: { abandonedOn: name },
    });
  }
  if (notOnFirst(transaction).length === 0) standingIn.noticed(transaction, false);
  return alone.length;
}
