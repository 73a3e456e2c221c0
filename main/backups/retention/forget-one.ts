import { toRfc3339 } from '../../../shared/clock.ts';
import type { ForgetObstacle, ForgetPlan, ForgetResult } from '../../../shared/contract/backups/forget.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Reading } from '../../storage/store.ts';
import { findSnapshot } from '../catalogue/catalogue.ts';
import { copiesOn, readTargets } from '../copies/target-rows.ts';
import { findFolderSnapshot } from '../folders/folder-store.ts';
import { healsAfter } from '../healing/heal.ts';
import type { OwnerId } from '../owner.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { askedToGo, askToGo } from './asked.ts';
import { choose, policyOf, requireClock } from './choose.ts';
import type { Examined, ExamineInput } from './examine-worker.ts';
import { forgetDamaged } from './forget.ts';
import { heldOf } from './holds.ts';
import { addMark, findMark, waitMs } from './marks.ts';

/** The snapshot that somebody wants to go. */
export interface Subject {
  readonly id: string;
  readonly owner: OwnerId;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly safety: boolean;
  /** Of a snapshot of a protected folder, its path. */
  readonly folder: string | null;
}

/** By the beginning of its id. Errors: NOT_FOUND, CONFLICT (several). */
export function findSubject(reading: Reading, prefix: string): Subject {
  const found = findFolderSnapshot(reading, prefix);
  if (found !== undefined) {
    const { id, time, path } = found.shown;
    return { id, owner: found.tenantId, time: Date.parse(time), safety: false, folder: path };
  }
  const { id, tenantId, time, safety } = findSnapshot(reading, prefix, undefined);
  return { id, owner: tenantId, time, safety, folder: null };
}

/** What removing it would do; every blob of it is read. Changes nothing. Errors: those of opening the repository, IO, CANCELLED. */
export async function planForget(
  parts: BackupParts,
  subject: Subject,
  context: JobContext,
): Promise<ForgetPlan> {
  const { control } = parts;
  const { id, owner, time, folder } = subject;
  const found = await examine(parts, subject, true, context);
  const obstacles = obstaclesTo(control, parts, subject, found);
  const { entries, reasons } = choose(control, parts, owner);
  const times = entries.filter((entry) => entry.id !== id).map((entry) => entry.time);
  const earlier = folder === null ? times.filter((other) => other <= time) : [];
  const later = folder === null ? times.filter((other) => other > time) : [];
  const outcome = found.state === 'sound' ? 'marked' : 'removed';
  return {
    ...told(subject, found),
    time: toRfc3339(time),
    folder,
    outcome: obstacles.length > 0 ? 'refused' : outcome,
    obstacles: [...obstacles],
    reasons: [...(reasons.get(id) ?? [])],
    before: earlier.length === 0 ? null : toRfc3339(Math.max(...earlier)),
    after: later.length === 0 ? null : toRfc3339(Math.min(...later)),
    bytesFreed: found.bytesFreed,
    copies: readTargets(control)
      .filter((row) => copiesOn(control, row.id).some((copy) => copy.owner === repositoryIdOf(owner)))
      .map(({ name }) => name),
  };
}

/**
 * Marks a sound snapshot, which then goes as what a policy lets go; removes one at once that is damaged and cannot be healed.
 * Errors: CONFLICT (`data.obstacles`, the clock was set back), LOCKED (somebody reads the repository), IO, READ_ONLY, CANCELLED.
 */
export async function forgetOne(
  parts: BackupParts,
  subject: Subject,
  context: JobContext,
): Promise<ForgetResult> {
  const { control, clock } = parts;
  const { id, owner } = subject;
  const repository = repositoryIdOf(owner);
  return await parts.turns.take(repository, async () => {
    const found = await examineHealing(parts, subject, context);
    const isSound = found.state === 'sound';
    const result = { ...told(subject, found), outcome: isSound ? 'marked' : 'removed' } as const;
    if (isSound) requireClock(control, parts, owner);
    const removableAt = await control.write((transaction) => {
      const obstacles = obstaclesTo(transaction, parts, subject, found);
      if (obstacles.length > 0) throw refused(id, obstacles);
      context.operation.record(transaction, {
        ...(owner === null ? {} : { tenantId: owner }),
        resource: { kind: 'snapshot', id },
        facts: {
          state: found.state,
          outcome: result.outcome,
          ...(found.problem === null ? {} : { problem: found.problem }),
        },
      });
      if (!isSound) return null;
      if (findMark(transaction, id) === undefined) {
        addMark(transaction, { snapshotId: id, owner: repository, markedAt: clock.now() });
      }
      askToGo(transaction, id);
      return toRfc3339((findMark(transaction, id)?.markedAt ?? clock.now()) + waitMs);
    });
    if (!isSound) {
      await parts.use.removing(repository, () => forgetDamaged(parts, owner, id, context));
    }
    return { ...result, removableAt };
  });
}

async function examine(
  parts: BackupParts,
  { id, owner }: Subject,
  usage: boolean,
  { operation, progress }: JobContext,
): Promise<Examined> {
  return await parts.use.reading(repositoryIdOf(owner), () =>
    callWorker<ExamineInput, Examined>({
      module: siblingModule(import.meta.url, 'examine-worker'),
      input: { access: accessTo(parts, owner), snapshotId: id, usage },
      signal: operation.signal,
      progress,
    }),
  );
}

/** What a copy has is worth more than a snapshot less. */
async function examineHealing(parts: BackupParts, subject: Subject, context: JobContext): Promise<Examined> {
  const found = await examine(parts, subject, false, context);
  if (found.state === 'sound' || !(await healsAfter(parts, subject.owner, null, context))) return found;
  return await examine(parts, subject, false, context);
}

function obstaclesTo(
  reading: Reading,
  parts: BackupParts,
  { id, owner, safety, folder }: Subject,
  { state }: Examined,
): readonly ForgetObstacle[] {
  const held = heldOf(reading, repositoryIdOf(owner));
  const obstacles: ForgetObstacle[] = held.all || held.snapshots.has(id) ? ['hold'] : [];
  // one that cannot be restored is no copy that a minimum counts, and takes nothing back
  if (state !== 'sound') return obstacles;
  if (folder !== null) return [...obstacles, 'folder'];
  if (findMark(reading, id)?.removalId != null) obstacles.push('being-removed');
  const { entries, reasons } = choose(reading, parts, owner);
  if (reasons.get(id)?.includes('undo') === true) obstacles.push('undo');
  const asked = askedToGo(reading);
  const left = entries.filter((entry) => !entry.safety && entry.id !== id && !asked.has(entry.id)).length;
  if (!safety && left < policyOf(reading, parts, owner).minimum) obstacles.push('minimum');
  return obstacles;
}

function told({ id, owner }: Subject, { state, problem }: Examined) {
  return { snapshotId: id, tenantId: owner as Uuid | null, state, problem };
}

const sentences: Readonly<Record<ForgetObstacle, string>> = {
  hold: 'It is under legal hold: lift the hold first.',
  undo: 'A restore can still be taken back with it.',
  minimum: 'Fewer snapshots would be left than the policy wants at least.',
  'being-removed': 'It is being removed already.',
  folder: 'It is a sound snapshot of a protected folder: only damaged ones are removed by hand.',
};

function refused(id: string, obstacles: readonly ForgetObstacle[]): HoldfastError {
  const why = obstacles.map((obstacle) => sentences[obstacle]).join(' ');
  return new HoldfastError('CONFLICT', `Snapshot ${id.slice(0, 8)} stays. ${why}`, {
    reason: 'obstacles',
    obstacles: [...obstacles],
  });
}
