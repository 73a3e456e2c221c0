import type { Uuid } from '../../../shared/ids.ts';
import type { Kept } from '../container/repository-files.ts';
import type { BackupParts } from '../parts.ts';
import { holdsSnapshots } from '../repository-access.ts';
import type { RepositoryId } from '../targets/target.ts';
import { copyTurn, deleteCopy, goneFrom } from './copy-rows.ts';
import { leftCopies } from './covering.ts';
import { isThere, targetOf } from './further-target.ts';
import { standIns } from './stand-in-rows.ts';
import { addKept, readTargets, type TargetRow } from './target-rows.ts';

/**
 * Removes the copies of deleted tenants from a target, then their keys from what recovers the installation there, and tells
 * whoever keeps account of it: in this order, since on a full disk only what goes gives room for what is replaced. Where the
 * place goes on keeping files a copy is not erased yet; that one, and one whose removal fails, is tried again with the next
 * synchronisation. Errors: those of `FurtherTarget`.
 */
export async function eraseGone(parts: BackupParts, row: TargetRow): Promise<void> {
  const removed: { readonly owner: RepositoryId; readonly kept: Kept | undefined }[] = [];
  const failures: unknown[] = [];
  for (const owner of goneFrom(parts.control, row.id)) {
    try {
      removed.push({ owner, kept: await targetOf(parts, row).removeRepository(owner) });
    } catch (error) {
      failures.push(error);
    }
  }
  await publishOn(parts, row);
  await parts.control.write((transaction) => {
    for (const { owner, kept } of removed) {
      addKept(transaction, row.id, kept);
      if (kept !== undefined) {
        parts.copying.copyKept(transaction, owner, row.id, kept.until);
        continue;
      }
      deleteCopy(transaction, row.id, owner);
      parts.copying.copyErased(transaction, owner, row.id);
    }
  });
  if (failures.length > 0) throw failures[0];
}

/**
 * Copies by choice no longer wanted on a target, which may go now: the first target, which is there, has backups of their owners,
 * and lacks none that only this one has. Errors: IO.
 */
export async function removableFrom(parts: BackupParts, row: TargetRow): Promise<readonly RepositoryId[]> {
  const alone = new Set(
    standIns(parts.control).flatMap(({ targetId, owner }) => (targetId === row.id ? [owner] : [])),
  );
  const removable: RepositoryId[] = [];
  for (const { owner, isUnwanted } of leftCopies(parts, row)) {
    if (!isUnwanted || alone.has(owner)) continue;
    if (await holdsSnapshots(parts.target.repository(owner).location)) removable.push(owner);
  }
  return removable;
}

/** Removes those, while the first target is there. Errors: those of `FurtherTarget`. */
export async function removeUnwanted(parts: BackupParts, row: TargetRow): Promise<void> {
  for (const owner of await removableFrom(parts, row)) {
    await parts.turns.take(copyTurn(row.id, owner), async () => {
      // it may be wanted again, or written to, since
      if (!(await removableFrom(parts, row)).includes(owner)) return;
      const kept = await targetOf(parts, row).removeRepository(owner);
      await parts.control.write((transaction) => {
        addKept(transaction, row.id, kept);
        deleteCopy(transaction, row.id, owner);
      });
    });
  }
}

/**
 * Removes the copies of a deleted tenant from every further target that can be reached, with its keys in what recovers the
 * installation. Targets that are away, or that fail, are left to their next synchronisation and told to `report`.
 */
export async function eraseCopies(
  parts: BackupParts,
  tenantId: Uuid,
  report: (error: unknown) => void,
): Promise<void> {
  for (const row of readTargets(parts.control)) {
    if (!goneFrom(parts.control, row.id).includes(tenantId) || !(await isThere(parts, row))) continue;
    try {
      await eraseGone(parts, row);
    } catch (error) {
      report(error);
    }
  }
}

/** Replaces what a lost installation is recovered with on a further target. Errors: those of `FurtherTarget`. */
export async function publishOn(parts: BackupParts, row: TargetRow): Promise<void> {
  const kept = await parts.turns.take(`recovery:${row.id}`, async () =>
    targetOf(parts, row).publishRecovery(await parts.recovery.parts()),
  );
  if (kept !== undefined) await parts.control.write((transaction) => addKept(transaction, row.id, kept));
  await parts.copying.copiesReplaced(row.id, kept);
}
