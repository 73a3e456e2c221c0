import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import type { Transaction } from '../../storage/store.ts';
import { removeSnapshot } from '../catalogue/catalogue.ts';
import { throwIfCancelled } from '../container/cancelling.ts';
import type { RepositoryFiles } from '../container/repository-files.ts';
import { liesOn } from '../copies/stand-in-rows.ts';
import { removeFolderSnapshot } from '../folders/folder-store.ts';
import type { OwnerId } from '../owner.ts';
import { accessAhead, type BackupParts } from '../parts.ts';
import { withRepository } from '../repository-access.ts';
import { repositoryFiles, repositoryIdOf } from '../targets/target.ts';
import { trimCommitTimes } from '../timeline/commit-times.ts';
import { askToGo } from './asked.ts';
import { choose, policyOf } from './choose.ts';
import {
  addMark,
  beginRemoval,
  findMark,
  isDue,
  type Mark,
  marksOf,
  removeMark,
  setPruneDue,
} from './marks.ts';
import { type Subject, subjectId } from './subject.ts';

/** Snapshots whose removal is promised, carried out and told together: the outbox has a bound. */
const batch = 20;

interface Removal {
  readonly snapshotId: string;
  readonly removalId: Uuid;
}

/**
 * Removes the snapshots whose marks are due, and ends removals that were cut off. For each: a durable promise in the
 * audit log, in the transaction that says it is being removed; then its file; then the log's `backup.forget`, in the
 * transaction that takes it out of the catalogue. Killed anywhere between, the next run goes on from what is there.
 * Under the repository's exclusive lock. Errors: CONFLICT (what has to stay is not there), LOCKED, IO, READ_ONLY.
 */
export async function forgetDue(
  parts: BackupParts,
  subject: Subject,
  context: JobContext,
): Promise<readonly string[]> {
  const { control, clock } = parts;
  const { owner } = subject;
  const waiting = marksOf(control, subjectId(subject)).filter(
    (mark) =>
      (mark.removalId !== null || isDue(mark, clock.now())) && liesOn(control, mark.snapshotId) === null,
  );
  if (waiting.length === 0) return [];
  const access = await accessAhead(parts, owner);
  return await withRepository(access, async (repository) => {
    const lock = await repository.lock(true);
    try {
      const signal = AbortSignal.any([context.operation.signal, lock.lost]);
      const files = repositoryFiles(access.location);
      const removed: string[] = [];
      context.progress.phase('Removing snapshots', waiting.length, 'entries');
      for (let at = 0; at < waiting.length; at += batch) {
        throwIfCancelled(signal);
        const some = waiting.slice(at, at + batch);
        removed.push(...(await forgetSome(parts, { subject, files, signal }, some, context)));
        context.progress.advance(some.length);
      }
      return removed;
    } finally {
      await lock.release();
    }
  });
}

/**
 * Removes one snapshot that is damaged beyond healing, whatever the policy says of it: what is told and in which order is as
 * in `forgetDue`, and the next run ends what was cut off. Errors: LOCKED, IO, READ_ONLY.
 */
export async function forgetDamaged(
  parts: BackupParts,
  subject: Subject,
  snapshotId: string,
  context: JobContext,
): Promise<void> {
  const { control, clock, ids } = parts;
  const { owner } = subject;
  const access = await accessAhead(parts, owner);
  await withRepository(access, async (repository) => {
    const lock = await repository.lock(true);
    try {
      const removal = await control.write((transaction) => {
        const known = findMark(transaction, snapshotId);
        if (known === undefined) {
          addMark(transaction, { snapshotId, owner: subjectId(subject), markedAt: clock.now() });
        }
        // the run that ends a removal which was cut off goes by it
        askToGo(transaction, snapshotId);
        const promised = { snapshotId, removalId: known?.removalId ?? ids.uuid() };
        beginRemoval(transaction, snapshotId, promised.removalId);
        tell(transaction, parts, owner, promised, context, 'unknown');
        return promised;
      });
      await removeFile(repositoryFiles(access.location), snapshotId);
      await control.write((transaction) => forgotten(transaction, parts, subject, [removal], context));
    } finally {
      await lock.release();
    }
  });
}

interface Place {
  readonly subject: Subject;
  readonly files: RepositoryFiles;
  readonly signal: AbortSignal;
}

async function forgetSome(
  parts: BackupParts,
  place: Place,
  marks: readonly Mark[],
  context: JobContext,
): Promise<readonly string[]> {
  const { control } = parts;
  const present = new Set((await place.files.list('snapshots')).map(({ name }) => name));
  const removals = await control.write((transaction) =>
    promise(transaction, parts, { ...place, present }, marks, context),
  );
  const gone: Removal[] = [];
  try {
    for (const removal of removals) {
      throwIfCancelled(place.signal);
      if (present.has(removal.snapshotId)) await removeFile(place.files, removal.snapshotId);
      gone.push(removal);
    }
  } finally {
    if (gone.length > 0) {
      await control.write((transaction) => forgotten(transaction, parts, place.subject, gone, context));
    }
  }
  return gone.map(({ snapshotId }) => snapshotId);
}

function forgotten(
  transaction: Transaction,
  parts: BackupParts,
  { owner, folder }: Subject,
  gone: readonly Removal[],
  context: JobContext,
): void {
  for (const removal of gone) {
    if (folder === null) removeSnapshot(transaction, removal.snapshotId);
    else removeFolderSnapshot(transaction, removal.snapshotId);
    removeMark(transaction, removal.snapshotId);
    tell(transaction, parts, owner, removal, context, 'success');
  }
  if (folder === null) trimCommitTimes(transaction, repositoryIdOf(owner));
  setPruneDue(transaction, repositoryIdOf(owner), parts.clock.now());
}

/** Looks once more at all that speaks against it, and promises what is left, in one transaction. */
function promise(
  transaction: Transaction,
  parts: BackupParts,
  { subject, present }: Place & { readonly present: ReadonlySet<string> },
  marks: readonly Mark[],
  context: JobContext,
): Removal[] {
  const { entries, reasons } = choose(transaction, parts, subject);
  const stays = (snapshotId: string) => (reasons.get(snapshotId)?.length ?? 0) > 0;
  const waiting = new Map(marksOf(transaction, subjectId(subject)).map((mark) => [mark.snapshotId, mark]));
  // one whose removal was cut off may be gone already
  const isGone = (id: string) => !present.has(id) && (waiting.get(id)?.removalId ?? null) !== null;
  const vanished = entries.filter(
    ({ id, targetId }) => targetId === null && stays(id) && !present.has(id) && !isGone(id),
  );
  if (vanished.length > 0) throw keptIsMissing(vanished.length);
  const going = marks.filter(({ snapshotId }) => waiting.has(snapshotId));
  const removals: Removal[] = [];
  for (const { snapshotId, removalId } of going) {
    if (stays(snapshotId) && !isGone(snapshotId)) {
      // held, or kept by another policy, since it was marked
      removeMark(transaction, snapshotId);
      if (removalId !== null)
        tell(transaction, parts, subject.owner, { snapshotId, removalId }, context, 'failure');
      continue;
    }
    const removal = { snapshotId, removalId: removalId ?? parts.ids.uuid() };
    removals.push(removal);
    if (removalId !== null) continue;
    beginRemoval(transaction, snapshotId, removal.removalId);
    tell(transaction, parts, subject.owner, removal, context, 'unknown');
  }
  requireMinimum(transaction, parts, subject, { entries, present, removals });
  return removals;
}

/** What the catalogue promises is not enough: the copies have to be in the repository. */
function requireMinimum(
  transaction: Transaction,
  parts: BackupParts,
  subject: Subject,
  {
    entries,
    present,
    removals,
  }: {
    entries: ReturnType<typeof choose>['entries'];
    present: ReadonlySet<string>;
    removals: readonly Removal[];
  },
): void {
  const going = new Set(removals.map(({ snapshotId }) => snapshotId));
  const left = entries.filter(({ id, safety }) => !safety && present.has(id) && !going.has(id)).length;
  const { minimum } = policyOf(transaction, parts, subject);
  // safety snapshots are no copies: without them there are as many as before
  if (left >= minimum || !entries.some(({ id, safety }) => !safety && going.has(id))) return;
  throw new HoldfastError(
    'CONFLICT',
    `Only ${left} snapshots would be left where the policy wants at least ${minimum}, so none is removed.`,
    { reason: 'below-minimum', left, minimum },
  );
}

function tell(
  transaction: Transaction,
  { retention }: BackupParts,
  owner: OwnerId,
  { snapshotId, removalId }: Removal,
  { operation }: JobContext,
  outcome: 'unknown' | 'success' | 'failure',
): void {
  retention.forgetting(operation.caller, removalId).record(transaction, {
    ...(owner === null ? {} : { tenantId: owner }),
    resource: { kind: 'snapshot', id: snapshotId },
    ...(outcome === 'failure' ? { facts: { kept: true } } : {}),
    ...(outcome === 'success' ? {} : { outcome }),
  });
}

async function removeFile(files: RepositoryFiles, id: string): Promise<void> {
  try {
    await files.remove('snapshots', id);
  } catch (error) {
    if (!(error instanceof HoldfastError && error.code === 'NOT_FOUND')) throw error;
  }
}

function keptIsMissing(count: number): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    `${count} snapshots that have to stay are not in the repository, so none is removed. Verify the backups to see which.`,
    { reason: 'kept-missing', count },
  );
}
