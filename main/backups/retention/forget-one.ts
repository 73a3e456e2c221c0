import { toRfc3339 } from '../../../shared/clock.ts';
import type { ForgetPlan, ForgetResult } from '../../../shared/contract/backups/forget.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { ForgetObstacle } from '../../../shared/retention.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Reading } from '../../storage/store.ts';
import { findSnapshot } from '../catalogue/catalogue.ts';
import { copiesOn } from '../copies/copy-rows.ts';
import { liesOn } from '../copies/stand-in-rows.ts';
import { findTarget, readTargets } from '../copies/target-rows.ts';
import { findFolderSnapshot } from '../folders/folder-store.ts';
import { healsAfter } from '../healing/heal.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { askedToGo, askToGo } from './asked.ts';
import { choose, heldSnapshots, policyOf, requireClock } from './choose.ts';
import type { Examined, ExamineInput } from './examine-worker.ts';
import { forgetDamaged } from './forget.ts';
import { addMark, findMark, waitMs } from './marks.ts';
import { type Subject, subjectId } from './subject.ts';

/** The snapshot that somebody wants to go. */
export interface Going {
  readonly id: string;
  readonly subject: Subject;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly safety: boolean;
  /** Of a snapshot of a protected folder. */
  readonly path: string | null;
}

/** By the beginning of its id. Errors: NOT_FOUND, CONFLICT (several). */
export function findGoing(reading: Reading, prefix: string): Going {
  const found = findFolderSnapshot(reading, prefix);
  if (found !== undefined) {
    const { id, time, path, folderId } = found.shown;
    const subject = { owner: found.tenantId, folder: folderId };
    return { id, subject, time: Date.parse(time), safety: false, path };
  }
  const { id, tenantId, time, safety } = findSnapshot(reading, prefix, undefined);
  return { id, subject: { owner: tenantId, folder: null }, time, safety, path: null };
}

/** What removing it would do; every blob of it is read. Changes nothing. Errors: those of opening the repository, IO, CANCELLED. */
export async function planForget(parts: BackupParts, going: Going, context: JobContext): Promise<ForgetPlan> {
  const { control } = parts;
  const { id, subject, time, path } = going;
  requireOnFirst(control, id);
  const found = await examine(parts, going, true, context);
  const obstacles = obstaclesTo(control, parts, going, found);
  const { entries, reasons } = choose(control, parts, subject);
  const times = entries.filter((entry) => entry.id !== id).map((entry) => entry.time);
  const earlier = times.filter((other) => other <= time);
  const later = times.filter((other) => other > time);
  const outcome = found.state === 'sound' ? 'marked' : 'removed';
  return {
    ...told(going, found),
    time: toRfc3339(time),
    folder: path,
    outcome: obstacles.length > 0 ? 'refused' : outcome,
    obstacles: [...obstacles],
    reasons: [...(reasons.get(id) ?? [])],
    before: earlier.length === 0 ? null : toRfc3339(Math.max(...earlier)),
    after: later.length === 0 ? null : toRfc3339(Math.min(...later)),
    bytesFreed: found.bytesFreed,
    copies: readTargets(control)
      .filter((row) => copiesOn(control, row.id).some((copy) => copy.owner === repositoryIdOf(subject.owner)))
      .map(({ name }) => name),
  };
}

/**
 * Marks a sound snapshot, which then goes as what a policy lets go; removes one at once that is damaged and cannot be healed.
 * Errors: CONFLICT (`data.obstacles`, a further target alone has it, the clock was set back), LOCKED (somebody reads the repository), IO, READ_ONLY, CANCELLED.
 */
export async function forgetOne(
  parts: BackupParts,
  going: Going,
  context: JobContext,
): Promise<ForgetResult> {
  const { control, clock } = parts;
  const { id, subject } = going;
  const { owner } = subject;
  const repository = repositoryIdOf(owner);
  return await parts.turns.take(repository, async () => {
    requireOnFirst(control, id);
    const found = await examineHealing(parts, going, context);
    const isSound = found.state === 'sound';
    const result = { ...told(going, found), outcome: isSound ? 'marked' : 'removed' } as const;
    if (isSound) requireClock(control, parts, subject);
    const removableAt = await control.write((transaction) => {
      const obstacles = obstaclesTo(transaction, parts, going, found);
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
        addMark(transaction, { snapshotId: id, owner: subjectId(subject), markedAt: clock.now() });
      }
      askToGo(transaction, id);
      return toRfc3339((findMark(transaction, id)?.markedAt ?? clock.now()) + waitMs);
    });
    if (!isSound) {
      await parts.use.removing(repository, () => forgetDamaged(parts, subject, id, context));
    }
    return { ...result, removableAt };
  });
}

/** Errors: CONFLICT. */
function requireOnFirst(control: Reading, id: string): void {
  const targetId = liesOn(control, id);
  if (targetId === null) return;
  const { name } = findTarget(control, targetId);
  throw new HoldfastError(
    'CONFLICT',
    `This backup lies on ${name} alone, since the first target was away. Connect that, and make a backup: it brings this one back.`,
    { reason: 'not-on-first' },
  );
}

async function examine(
  parts: BackupParts,
  { id, subject: { owner } }: Going,
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
async function examineHealing(parts: BackupParts, going: Going, context: JobContext): Promise<Examined> {
  const found = await examine(parts, going, false, context);
  const { owner } = going.subject;
  if (found.state === 'sound' || !(await healsAfter(parts, owner, null, context))) return found;
  return await examine(parts, going, false, context);
}

function obstaclesTo(
  reading: Reading,
  parts: BackupParts,
  { id, subject, safety }: Going,
  { state }: Examined,
): readonly ForgetObstacle[] {
  const held = heldSnapshots(reading, subject);
  const obstacles: ForgetObstacle[] = held.all || held.snapshots.has(id) ? ['hold'] : [];
  // one that cannot be restored is no copy that a minimum counts, and takes nothing back
  if (state !== 'sound') return obstacles;
  if (findMark(reading, id)?.removalId != null) obstacles.push('being-removed');
  const { entries, reasons } = choose(reading, parts, subject);
  if (reasons.get(id)?.includes('undo') === true) obstacles.push('undo');
  const asked = askedToGo(reading);
  const left = entries.filter(
    (entry) => !entry.safety && entry.targetId === null && entry.id !== id && !asked.has(entry.id),
  ).length;
  if (!safety && left < policyOf(reading, parts, subject).minimum) obstacles.push('minimum');
  return obstacles;
}

function told({ id, subject }: Going, { state, problem }: Examined) {
  return { snapshotId: id, tenantId: subject.owner, state, problem };
}

const sentences: Readonly<Record<ForgetObstacle, string>> = {
  hold: 'It is under legal hold: lift the hold first.',
  undo: 'A restore can still be taken back with it.',
  minimum: 'Fewer snapshots would be left than the policy wants at least.',
  'being-removed': 'It is being removed already.',
};

function refused(id: string, obstacles: readonly ForgetObstacle[]): HoldfastError {
  const why = obstacles.map((obstacle) => sentences[obstacle]).join(' ');
  return new HoldfastError('CONFLICT', `Snapshot ${id.slice(0, 8)} stays. ${why}`, {
    reason: 'obstacles',
    obstacles: [...obstacles],
  });
}
