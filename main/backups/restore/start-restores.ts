import type { RestorePlan, RestoreResult } from '../../../shared/contract/backups.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { distinctParts } from '../../../shared/restore-parts.ts';
import type { Operation } from '../../operations/operation.ts';
import { findSnapshot } from '../catalogue/catalogue.ts';
import { restoreToUndo } from '../catalogue/restores.ts';
import type { Input, Output } from '../inputs.ts';
import type { OwnerId } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { stateBefore } from './control-restores.ts';
import { inTheWay } from './obstacles.ts';
import { type Destination, planRestore, preflight, sizesOf, type WhereAndWhat } from './plan-restore.ts';
import { requireOwner } from './prepare-control.ts';
import { findRequest, removeRequest } from './restore-requests.ts';
import { resumably } from './resumably.ts';
import { runRestore } from './run-restore.ts';
import { type ChosenSnapshot, chooseSnapshot, pointOf } from './source.ts';
import { readingSource, requireCopied } from './source-place.ts';

/** Starts working out what a restore would do. The job's result: `restorePlan`. Errors: NOT_FOUND, VALIDATION. */
export async function startPlan(
  parts: BackupParts,
  input: Input<'planRestore'>,
  operation: Operation,
): Promise<Output<'planRestore'>> {
  const chosen = chooseSnapshot(parts, input);
  const asked = whereAndWhat(input);
  return await parts.jobs.start<RestorePlan>({
    kind: 'backup.restore.plan',
    tenantId: chosen.owner,
    resource: `plan:${operation.id}`,
    operation,
    run: (context) =>
      parts.use.reading(repositoryIdOf(chosen.owner), () =>
        readingSource(parts, chosen, context, () => planRestore(parts, chosen, asked, context)),
      ),
  });
}

/** Starts a restore; the job's result: `restoreResult`. Errors: NOT_FOUND, VALIDATION, CONFLICT (`data.obstacles`), LOCKED. */
export async function startRestore(
  parts: BackupParts,
  input: Input<'restoreBackup'>,
  operation: Operation,
): Promise<Output<'restoreBackup'>> {
  return await start(parts, chooseSnapshot(parts, input), whereAndWhat(input), operation);
}

/** Starts a restore in place of the state before an earlier one. Errors: NOT_FOUND, CONFLICT, LOCKED. */
export async function startUndo(
  parts: BackupParts,
  undoId: Uuid,
  operation: Operation,
): Promise<Output<'undoRestore'>> {
  const { control } = parts;
  const own = stateBefore(control, undoId);
  const inPlace = { destination: { kind: 'in-place' }, only: null } as const;
  if (own !== undefined) {
    const { at, snapshotId } = own;
    const entry = findSnapshot(control, snapshotId, null);
    return await start(parts, { owner: null, entry, at, targetId: entry.targetId }, inPlace, operation);
  }
  const record = restoreToUndo(control, undoId);
  const entry = findSnapshot(control, record.undoSnapshotId, record.tenantId);
  const chosen = { owner: record.tenantId, entry, at: null, targetId: entry.targetId };
  return await start(parts, chosen, inPlace, operation);
}

/**
 * Starts again what a restore that did not succeed was asked for. Errors: NOT_FOUND (nothing of it is left, or its
 * snapshot is gone), CONFLICT (`still-at-work`, `data.obstacles`), LOCKED.
 */
export async function startAgain(
  parts: BackupParts,
  jobId: Uuid,
  operation: Operation,
): Promise<Output<'resumeRestore'>> {
  const { control } = parts;
  const { owner, snapshotId, at, targetId, destination, only } = findRequest(control, jobId);
  const entry = findSnapshot(control, snapshotId, owner);
  const asked = { destination, only: only === null ? null : distinctParts(only) };
  const started = await start(parts, { owner, entry, at, targetId }, asked, operation);
  await control.write((transaction) => removeRequest(transaction, jobId));
  return started;
}

/** What stands in its way is told before it starts. */
async function start(parts: BackupParts, chosen: ChosenSnapshot, asked: WhereAndWhat, operation: Operation) {
  const { owner, entry } = chosen;
  const { destination, only } = asked;
  if (owner === null && destination.kind === 'in-place') requireOwner(operation);
  if (chosen.at === null) await requireCopied(parts, chosen, entry);
  const { obstacles } = await preflight(parts, sizesOf(entry, only), destination);
  if (obstacles.length > 0) throw inTheWay(obstacles);
  const inPlace = destination.kind === 'in-place';
  return await parts.jobs.start<RestoreResult>({
    kind: operation.action,
    tenantId: owner,
    resource: placeOf(destination, owner, operation.id),
    operation,
    run: (context) =>
      resumably(parts, { chosen, asked }, context, async () => {
        const point = await pointOf(parts, chosen, context);
        const run = () =>
          parts.use.reading(repositoryIdOf(owner), () => runRestore(parts, point, asked, context));
        return inPlace ? await parts.turns.take(repositoryIdOf(owner), run) : await run();
      }),
  });
}

/** Errors: VALIDATION (parts of the installation, or for a new tenant). */
function whereAndWhat({
  destination,
  only,
  installation,
}: Pick<Input<'planRestore'>, 'destination' | 'only' | 'installation'>): WhereAndWhat {
  if (only === undefined) return { destination, only: null };
  if (destination.kind === 'tenant' || installation === true) {
    throw new HoldfastError(
      'VALIDATION',
      'Parts of a tenant are brought back in place or into a folder. A new tenant is made of all of it.',
      { issues: [{ path: 'only', reason: 'destination' }] },
    );
  }
  return { destination, only: distinctParts(only) };
}

/** What a restore keeps others from meanwhile. */
function placeOf(destination: Destination, owner: OwnerId, operationId: Uuid): string {
  switch (destination.kind) {
    case 'folder':
      return `restore:${destination.path}`;
    case 'tenant':
      return `restore:tenant:${destination.slug ?? operationId}`;
    case 'in-place':
      return `backup:${repositoryIdOf(owner)}`;
  }
}
