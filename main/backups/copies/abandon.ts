import { HoldfastError } from '../../../shared/errors.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Transaction } from '../../storage/store.ts';
import { removeSnapshot } from '../catalogue/catalogue.ts';
import { findFolderSnapshot, removeFolderSnapshot } from '../folders/folder-store.ts';
import type { BackupParts } from '../parts.ts';
import { heldSnapshots } from '../retention/choose.ts';
import { notOnFirst, type OnlyThere } from './stand-in-rows.ts';
import type { TargetRow } from './target-rows.ts';

/**
 * Takes the backups out of the catalogue that a target alone has, before it is removed, and tells the log of each. Answers how
 * many. Errors: CONFLICT where nobody said that they may be lost, or one is under legal hold.
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
  const held = alone.filter((each) => isHeld(transaction, each)).length;
  if (held > 0) {
    throw new HoldfastError(
      'CONFLICT',
      `${held} of the backups that ${name} alone has are under legal hold. Connect the first target and synchronise ${name}, which brings them back; or lift the holds.`,
      { reason: 'held', snapshots: held },
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

function isHeld(transaction: Transaction, { id, tenantId: owner, isFolder }: OnlyThere): boolean {
  const folder = isFolder ? (findFolderSnapshot(transaction, id)?.shown.folderId ?? null) : null;
  const { all, snapshots } = heldSnapshots(transaction, { owner, folder });
  return all || snapshots.has(id);
}
