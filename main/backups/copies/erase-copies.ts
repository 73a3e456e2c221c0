import type { Uuid } from '../../../shared/ids.ts';
import type { Kept } from '../container/repository-files.ts';
import type { BackupParts } from '../parts.ts';
import type { RepositoryId } from '../targets/target.ts';
import { copyOn, copyTurn, deleteCopy, goneFrom, unwantedOn } from './copy-rows.ts';
import { isThere, targetOf } from './further-target.ts';
import { addKept, readTargets, type TargetRow } from './target-rows.ts';

/**
 * Removes the copies of deleted tenants from a target, and those that nobody wants there, then their keys from what recovers the installation there, and tells
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
  try {
    await removeUnwanted(parts, row);
  } catch (error) {
    failures.push(error);
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

/** Copies of owners who are still there. */
async function removeUnwanted(parts: BackupParts, row: TargetRow): Promise<void> {
  const { control, turns } = parts;
  for (const owner of unwantedOn(control, row.id)) {
    await turns.take(copyTurn(row.id, owner), async () => {
      // what stands in goes once all is brought back
      const copy = copyOn(control, row.id, owner);
      if (copy?.isUnwanted !== true || copy.standsInSince !== null) return;
      const kept = await targetOf(parts, row).removeRepository(owner);
      await control.write((transaction) => {
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
