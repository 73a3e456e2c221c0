import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { prepareThread } from '../../jobs/idle-threads.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import { copiesOn } from '../copies/copy-rows.ts';
import { targetOf } from '../copies/further-target.ts';
import { liesOn, returnedSince } from '../copies/stand-in-rows.ts';
import { findTarget } from '../copies/target-rows.ts';
import { withHealing } from '../healing/heal.ts';
import type { OwnerId } from '../owner.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import type { RepositoryAccess } from '../repository-access.ts';
import { repositoryIdOf } from '../targets/target.ts';

/** Whose repository a restore reads, and on which target; null: the first. */
export interface SourcePlace {
  readonly owner: OwnerId;
  readonly targetId: Uuid | null;
}

/** What opens the repository that is read. Errors: NOT_FOUND (the target). */
export function sourceAccess(parts: BackupParts, { owner, targetId }: SourcePlace): RepositoryAccess {
  const first = accessTo(parts, owner);
  if (targetId === null) return first;
  const target = targetOf(parts, findTarget(parts.control, targetId));
  return { ...first, location: target.repository(repositoryIdOf(owner)).location };
}

/** As `sourceAccess`, with the thread of this module started, and the password derived while it starts. Errors: NOT_FOUND (the target). */
export async function sourceAhead(
  parts: BackupParts,
  place: SourcePlace,
  module: URL,
): Promise<RepositoryAccess> {
  const access = sourceAccess(parts, place);
  await prepareThread(module);
  return await parts.derivedKeys.ahead(repositoryIdOf(place.owner), access);
}

/** Reads the first target, which is healed where it is damaged; a copy is read as it is, since the first may be gone. */
export async function readingSource<Result>(
  parts: BackupParts,
  { owner, targetId }: SourcePlace,
  context: Pick<JobContext, 'operation' | 'progress'>,
  work: () => Promise<Result>,
): Promise<Result> {
  return targetId === null ? await withHealing(parts, owner, context, work) : await work();
}

/** Errors: UNAVAILABLE (the target is away), NOT_FOUND (it has no copy), CONFLICT (the snapshot is not in it yet). */
export async function requireCopied(
  parts: BackupParts,
  { owner, targetId }: SourcePlace,
  { id, time }: CatalogueEntry,
): Promise<void> {
  if (targetId === null) return;
  const row = findTarget(parts.control, targetId);
  await targetOf(parts, row).requireReady();
  if (liesOn(parts.control, id) === targetId) return;
  const copy = copiesOn(parts.control, targetId).find((each) => each.owner === repositoryIdOf(owner));
  if (copy === undefined || copy.newest === null) {
    throw new HoldfastError('NOT_FOUND', `The backup target ${row.name} has no copy of these backups.`, {
      kind: 'copy',
      id: targetId,
    });
  }
  const since = copy.updatedAt ?? copy.newest;
  const isLater = returnedSince(parts.control, owner, { targetId, since }).has(id);
  if (time <= copy.newest && !isLater) return;
  throw new HoldfastError(
    'CONFLICT',
    `Snapshot ${id.slice(0, 8)} is not on ${row.name} yet: its newest copy is of ${new Date(copy.newest).toISOString()}. Choose a snapshot up to then.`,
    { reason: 'not-copied', newest: new Date(copy.newest).toISOString() },
  );
}
