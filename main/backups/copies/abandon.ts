import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { removeSnapshot } from '../catalogue/catalogue.ts';
import { findFolderSnapshot, removeFolderSnapshot } from '../folders/folder-store.ts';
import type { BackupParts } from '../parts.ts';
import { heldSnapshots } from '../retention/choose.ts';
import { copyTurn } from './copy-rows.ts';
import { notOnFirst, type OnFirst, standIns } from './stand-in-rows.ts';
import type { TargetRow } from './target-rows.ts';

/**
 * Lets `work` remove a target when no backup is being written to it any more; does not wait where that is refused anyway, which is
 * unless `mayLose`.
 */
export async function onceWritten(
  { control, turns }: Pick<BackupParts, 'control' | 'turns'>,
  targetId: Uuid,
  mayLose: boolean,
  work: () => Promise<void>,
): Promise<void> {
  const writtenTo = mayLose ? standIns(control).filter((each) => each.targetId === targetId) : [];
  await writtenTo.reduce<() => Promise<void>>(
    (inner, { owner }) =>
      () =>
        turns.take(copyTurn(targetId, owner), inner),
    work,
  )();
}

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
  if (!mayLose && standIns(transaction).some(({ targetId }) => targetId === id)) {
    const what =
      alone.length === 0
        ? `A backup is written, or was begun, on ${name} alone.`
        : `${name} alone has some of the backups (${alone.length}).`;
    throw new HoldfastError(
      'CONFLICT',
      `${what} Connect the first target and synchronise ${name}, which brings back what it has; or remove it with that.`,
      { reason: 'holds-only-copies', snapshots: alone.length },
    );
  }
  if (alone.length === 0) return 0;
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

/** Whether a legal hold is on it. */
export function isHeld(reading: Reading, { id, tenantId: owner, isFolder }: OnFirst): boolean {
  const folder = isFolder ? (findFolderSnapshot(reading, id)?.shown.folderId ?? null) : null;
  const { all, snapshots } = heldSnapshots(reading, { owner, folder });
  return all || snapshots.has(id);
}
