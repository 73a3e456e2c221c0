import type { Uuid } from '../../../shared/ids.ts';
import type { BackupParts } from '../parts.ts';
import { removeFolder } from '../repository-access.ts';
import type { RepositoryId } from '../targets/target.ts';
import { isThere, targetOf } from './further-target.ts';
import { deleteCopy, goneFrom, readTargets, type TargetRow } from './target-rows.ts';

/** Removes the copy of a tenant that was deleted, and tells whoever keeps account of it. Errors: IO, READ_ONLY. */
export async function eraseCopy(parts: BackupParts, row: TargetRow, owner: RepositoryId): Promise<void> {
  await removeFolder(targetOf(parts, row).repository(owner).location.path);
  await parts.control.write((transaction) => {
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
      await parts.turns.take(`recovery:${row.id}`, async () =>
        targetOf(parts, row).publishRecovery(await parts.recovery.parts()),
      );
      await eraseCopy(parts, row, tenantId);
    } catch (error) {
      report(error);
    }
  }
}
