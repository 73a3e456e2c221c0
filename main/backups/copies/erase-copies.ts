import type { Uuid } from '../../../shared/ids.ts';
import type { BackupParts } from '../parts.ts';
import type { RepositoryId } from '../targets/target.ts';
import { isThere, targetOf } from './further-target.ts';
import { addKept, deleteCopy, goneFrom, readTargets, type TargetRow } from './target-rows.ts';

/**
 * Removes the copy of a tenant that was deleted, and tells whoever keeps account of it. Where its place goes on keeping files
 * it is not erased yet, and is tried again with the next synchronisation. Errors: those of `FurtherTarget`.
 */
export async function eraseCopy(parts: BackupParts, row: TargetRow, owner: RepositoryId): Promise<void> {
  const kept = await targetOf(parts, row).removeRepository(owner);
  await parts.control.write((transaction) => {
    addKept(transaction, row.id, kept);
    if (kept !== undefined) {
      parts.copying.copyKept(transaction, owner, row.id, kept.until);
      return;
    }
    deleteCopy(transaction, row.id, owner);
    parts.copying.copyErased(transaction, owner, row.id);
  });
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
      await publishOn(parts, row);
      await eraseCopy(parts, row, tenantId);
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
