import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { toRfc3339 } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Operation } from '../../operations/operation.ts';
import type { ControlPlan } from '../needs.ts';
import type { BackupParts } from '../parts.ts';
import { makeSnapshot } from '../snapshot/make-snapshot.ts';
import { removeWorkFolder } from '../work-folder.ts';
import { addControlRestore, restoreBefore, waitingControlRestore } from './control-restores.ts';
import { inspectWorkFolder, type Preflight } from './destination.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { pointInput, type RestorePoint } from './point.ts';
import { type RebuiltControl, sha256Of } from './rebuild-control.ts';
import type { RestoreInput } from './restore-worker.ts';
import { readingSource, sourceAccess } from './source-place.ts';

/** Errors: FORBIDDEN. Whoever sets the access of all others back may give access. */
export function requireOwner({ caller }: Pick<Operation, 'caller'>): void {
  if (caller.kind === 'operator' && caller.role === 'owner') return;
  throw new HoldfastError(
    'FORBIDDEN',
    'Only an owner sets the installation’s own data back. Ask an owner, or restore to a folder.',
    { permission: 'operators:write' },
  );
}

/** Room for the rebuilt database, and what stands in the way. Bytes. */
export async function inspectControl(
  { control, target, workFolder }: BackupParts,
  databases: number,
): Promise<Preflight> {
  const found = await inspectWorkFolder(workFolder, 2 * databases);
  const obstacles = [...found.obstacles];
  if (!(await target.isReachable())) {
    obstacles.push(
      'The backup folder cannot be reached, and the present state is saved there first, so that the restore can be taken back. Connect its disk, or restore to a folder.',
    );
  }
  if (waitingControlRestore(control) !== undefined) {
    obstacles.push(
      'Another restore of the installation’s own data waits for the next start. Start Holdfast again, or cancel it.',
    );
  }
  return { ...found, obstacles };
}

/** What setting the installation's own data back to a point would change. */
export async function planControl(
  parts: BackupParts,
  point: RestorePoint,
  context: Pick<JobContext, 'operation' | 'progress'>,
): Promise<ControlPlan> {
  await mkdir(parts.workFolder, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(parts.workFolder, 'plan-'));
  try {
    const { file } = await rebuild(parts, point, folder, context);
    return await parts.controlRestore.plan(file, undoneBy(parts, point), context);
  } finally {
    await removeWorkFolder(parts, folder);
  }
}

/**
 * A safety snapshot, control.db of the point rebuilt beside and proved; from then on it waits for the next start, which carries it
 * out before anybody is let in. Errors: CONFLICT (`no-owner`, another one waits), INTEGRITY, STORAGE_FULL, READ_ONLY, IO, CANCELLED.
 */
export async function prepareControl(
  parts: BackupParts,
  point: RestorePoint,
  context: JobContext,
): Promise<Outcome> {
  const { control, clock, ids, controlRestore } = parts;
  const { operation } = context;
  const id = ids.uuid();
  const undoId = ids.uuid();
  const undoes = undoneBy(parts, point);
  const safety = await makeSnapshot(parts, null, { kind: 'full', safety: true }, context);
  const folder = join(controlRestore.folder, id);
  try {
    const made = await rebuild(parts, point, folder, context);
    const { obstacles } = await controlRestore.plan(made.file, undoes, context);
    const [obstacle] = obstacles;
    if (obstacle !== undefined) throw new HoldfastError('CONFLICT', obstacle, { reason: 'no-owner' });
    // the plan has brought it to the present form
    const sha256 = await sha256Of(made.file);
    const { caller } = operation;
    await control.write((transaction) => {
      if (waitingControlRestore(transaction) !== undefined) throw anotherWaits();
      addControlRestore(transaction, {
        id,
        undoId,
        snapshotId: point.entry.id,
        moment: point.until ?? made.moment,
        undoSnapshotId: safety.id,
        undoes,
        sha256,
        askedAt: clock.now(),
        askedBy: caller.kind === 'operator' ? caller.id : null,
      });
      controlRestore.noticed(transaction, 'control-restore-pending');
      operation.record(transaction, {
        resource: { kind: 'snapshot', id: point.entry.id },
        facts: {
          restore: id,
          to: 'in-place',
          pending: true,
          moment: toRfc3339(point.until ?? made.moment),
          undo: undoId,
          undoSnapshot: safety.id,
          rows: made.rows,
        },
      });
    });
    const where = { to: 'in-place', tenantId: null, folder: null, undoId, restoreId: id } as const;
    const restored = { rows: made.rows, files: 0, bytes: made.bytes };
    return { ...outcomeOf(restored, { ...where, snapshotId: point.entry.id }), pending: true };
  } catch (error) {
    await removeWorkFolder(parts, folder);
    throw error;
  }
}

async function rebuild(
  parts: BackupParts,
  point: RestorePoint,
  folder: string,
  context: Pick<JobContext, 'operation' | 'progress'>,
): Promise<RebuiltControl> {
  const input: RestoreInput = {
    task: 'control',
    access: sourceAccess(parts, point),
    ...pointInput(point),
    folder,
  };
  return await readingSource(parts, point, context, () =>
    callWorker<RestoreInput, RebuiltControl>({
      module: siblingModule(import.meta.url, 'restore-worker'),
      input,
      signal: context.operation.signal,
      progress: context.progress,
    }),
  );
}

/** The restore that going back to this point takes back. */
function undoneBy({ control }: BackupParts, { entry, at }: RestorePoint) {
  return restoreBefore(control, { snapshotId: entry.id, at });
}

function anotherWaits(): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    'Another restore of the installation’s own data waits for the next start. Start Holdfast again, or cancel it.',
    { reason: 'waiting' },
  );
}
