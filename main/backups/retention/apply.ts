import type { RetentionRun } from '../../../shared/contract/backups/retention.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Caller } from '../../operations/operation.ts';
import { mostIndexFiles, type PruneReport } from '../container/prune.ts';
import { removeContents } from '../contents/remove-contents.ts';
import { measureRemoval } from '../forecast/measures.ts';
import type { OwnerId } from '../owner.ts';
import { accessAhead, accessTo, type BackupParts } from '../parts.ts';
import { requireFirstTarget } from '../targets/first-place.ts';
import { repositoryFiles, repositoryIdOf } from '../targets/target.ts';
import { choose, requireClock } from './choose.ts';
import { forgetDue } from './forget.ts';
import { addMark, clearPruneDue, isDue, marksOf, pruneDueSince, removeMark } from './marks.ts';
import type { PruneInput } from './prune-worker.ts';
import { resourceOf, type Subject, subjectId } from './subject.ts';

/** By schedule a prune comes once a day: each reads every tree and writes the index anew. */
const pruneEveryMs = 24 * 3_600_000;

/** Whether a run by schedule would do anything, or has something to tell. Errors: IO. */
export async function isRunDue(parts: BackupParts, subject: Subject): Promise<boolean> {
  const { control, clock } = parts;
  // what others have in its place is not touched
  if (!(await parts.target.isReachable())) return false;
  try {
    requireClock(control, parts, subject);
  } catch {
    return true; // the run tells it
  }
  const marks = marksOf(control, subjectId(subject));
  if (marks.some((each) => each.removalId !== null || isDue(each, clock.now()))) return true;
  const { reasons } = choose(control, parts, subject);
  const going = [...reasons].filter(([, why]) => why.length === 0).map(([id]) => id);
  const marked = new Set(marks.map(({ snapshotId }) => snapshotId));
  if (going.length !== marks.length || going.some((id) => !marked.has(id))) return true;
  return await isPruneDue(parts, subject.owner, { kind: 'system' });
}

/** Whether a run would give space back now: whole snapshots that have waited, or what was removed and not pruned. */
export function canGiveSpace({ control, clock }: BackupParts, subject: Subject): boolean {
  if (pruneDueSince(control, repositoryIdOf(subject.owner)) !== undefined) return true;
  const marks = marksOf(control, subjectId(subject));
  return marks.some((each) => each.removalId !== null || isDue(each, clock.now()));
}

/** By whom it is asked for tells when it prunes; without space a prune does not wait. */
type RetentionHaste = 'in-time' | 'now';

/**
 * One run of retention for an owner's snapshots or a folder's: marks what the policy lets go, removes what has waited, gives its space back. While
 * somebody reads the repository nothing is removed, and the next run does it. Errors: UNAVAILABLE (the first target is away), CONFLICT (the clock was set back,
 * what has to stay is not there), INTEGRITY (the repository is damaged), IO, READ_ONLY, CANCELLED.
 */
export async function applyRetention(
  parts: BackupParts,
  subject: Subject,
  context: JobContext,
  haste: RetentionHaste = 'in-time',
): Promise<RetentionRun> {
  const { owner, folder } = subject;
  const id = repositoryIdOf(owner);
  return await parts.turns.take(id, async () => {
    await requireFirstTarget(parts);
    requireClock(parts.control, parts, subject);
    context.progress.phase('Choosing snapshots', null, 'entries');
    const { marked, unmarked } = await mark(parts, subject);
    const removal = await unlessInUse(() =>
      parts.use.removing(id, async (stopped) => {
        const within = stoppedBy(context, stopped);
        const removed = await forgetDue(parts, subject, within);
        return { removed, pruned: await pruneWhereDue(parts, owner, within, haste) };
      }),
    );
    const removed = removal?.removed ?? [];
    if (owner !== null && folder === null) {
      // what a backup that was cut off has left
      await removeContents(parts, owner, { leftovers: false, signal: context.operation.signal });
    }
    await parts.control.write((transaction) =>
      context.operation.record(transaction, {
        ...(owner === null ? {} : { tenantId: owner }),
        resource: resourceOf(subject),
        facts: {
          marked: marked.length,
          unmarked: unmarked.length,
          removed: removed.length,
          bytesFreed: removal?.pruned?.bytesFreed ?? 0,
        },
      }),
    );
    return {
      tenantId: owner,
      folderId: folder,
      marked: [...marked],
      unmarked: [...unmarked],
      removed: [...removed],
      pruned: removal?.pruned ?? null,
      waiting: removal === undefined,
    };
  });
}

async function mark(
  { control, clock, retention }: BackupParts,
  subject: Subject,
): Promise<{ readonly marked: readonly string[]; readonly unmarked: readonly string[] }> {
  const id = subjectId(subject);
  return await control.write((transaction) => {
    const { reasons } = choose(transaction, { retention, clock }, subject);
    const goes = [...reasons].filter(([, why]) => why.length === 0).map(([snapshotId]) => snapshotId);
    const going = new Set(goes);
    const marks = marksOf(transaction, id);
    const known = new Set(marks.map(({ snapshotId }) => snapshotId));
    const marked = goes.filter((snapshotId) => !known.has(snapshotId));
    const unmarked = marks
      .filter(({ snapshotId, removalId }) => removalId === null && !going.has(snapshotId))
      .map(({ snapshotId }) => snapshotId);
    for (const snapshotId of marked) addMark(transaction, { snapshotId, owner: id, markedAt: clock.now() });
    for (const snapshotId of unmarked) removeMark(transaction, snapshotId);
    return { marked, unmarked };
  });
}

async function pruneWhereDue(
  parts: BackupParts,
  owner: OwnerId,
  { operation, progress }: JobContext,
  haste: RetentionHaste,
): Promise<RetentionRun['pruned']> {
  const { control } = parts;
  const id = repositoryIdOf(owner);
  const isWanted = haste === 'now' && pruneDueSince(control, id) !== undefined;
  if (!isWanted && !(await isPruneDue(parts, owner, operation.caller))) return null;
  const report = await callWorker<PruneInput, PruneReport>({
    module: siblingModule(import.meta.url, 'prune-worker'),
    input: { access: await accessAhead(parts, owner) },
    signal: operation.signal,
    progress,
  });
  const bytesFreed = Math.max(0, report.bytesBefore - report.bytesAfter) + report.leftovers.bytes;
  await control.write((transaction) => {
    clearPruneDue(transaction, id);
    measureRemoval(transaction, id, parts.clock.now(), bytesFreed);
  });
  return { packs: report.packsRemoved, bytesFreed };
}

async function isPruneDue(parts: BackupParts, owner: OwnerId, caller: Caller): Promise<boolean> {
  const since = pruneDueSince(parts.control, repositoryIdOf(owner));
  const patienceMs = caller.kind === 'system' ? pruneEveryMs : 0;
  if (since !== undefined && parts.clock.now() - since >= patienceMs) return true;
  return await hasManyIndexFiles(accessTo(parts, owner));
}

async function hasManyIndexFiles({ location }: ReturnType<typeof accessTo>): Promise<boolean> {
  try {
    return (await repositoryFiles(location).list('index')).length > mostIndexFiles;
  } catch (error) {
    // no backup was made yet, or the disk is away: the backup itself tells
    if (error instanceof HoldfastError && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}

function stoppedBy(context: JobContext, stopped: AbortSignal): JobContext {
  const { operation } = context;
  const signal = AbortSignal.any([operation.signal, stopped]);
  return {
    ...context,
    operation: {
      id: operation.id,
      action: operation.action,
      caller: operation.caller,
      signal,
      record: (transaction, details) => operation.record(transaction, details),
      describe: (details) => operation.describe(details),
    },
  };
}

async function unlessInUse<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'LOCKED') return undefined;
    throw error;
  }
}
