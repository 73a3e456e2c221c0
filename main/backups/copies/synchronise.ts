import type { TargetSync } from '../../../shared/contract/backups/targets.ts';
import { type ErrorCode, HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { listBriefly } from '../catalogue/catalogue.ts';
import { type OwnerId, tenantIdOf } from '../owner.ts';
import { accessAhead, type BackupParts } from '../parts.ts';
import { addRecoveryKey, removeFormerKeys } from '../recovery/exchange-key.ts';
import { formerSalts, holdsFormerKey, unmarkTarget } from '../recovery/former-keys.ts';
import { holdsSnapshots } from '../repository-access.ts';
import { requireFirstTarget } from '../targets/first-place.ts';
import { repositoryFiles, repositoryIdOf, type Target } from '../targets/target.ts';
import { bringBack } from './bring-back.ts';
import type { CopyReport } from './copy-repository.ts';
import { beginCopy, copiesOn, copyTurn, putCopy } from './copy-rows.ts';
import type { CopyInput } from './copy-worker.ts';
import { copiedOwners, isCopied } from './covering.ts';
import { eraseGone, removeUnwanted } from './erase-copies.ts';
import { targetOf } from './further-target.ts';
import { standIns } from './stand-in-rows.ts';
import { addKept, putSync, type TargetRow } from './target-rows.ts';

/**
 * Brings a target up to date: away with the repositories of deleted owners, what a recovery needs; back with what it alone has,
 * away with what nobody wants there, then each owner's repository. One owner's trouble does not cost the others their copy; the first such error is thrown
 * at the end. Errors: UNAVAILABLE (the target or the first one is away), those of `bringBack` and `copyRepository`.
 */
export async function synchronise(
  parts: BackupParts,
  row: TargetRow,
  context: JobContext,
): Promise<TargetSync> {
  const { control, clock } = parts;
  const done = { targetId: row.id, repositories: 0, files: 0, bytes: 0, removed: 0 };
  const leftovers = { files: 0, bytes: 0 };
  const failures: unknown[] = [];
  // a key that is replaced from now on is not replaced here
  let former = false;
  try {
    const target = targetOf(parts, row);
    await target.requireReady();
    former = holdsFormerKey(control, row.id);
    const isUnfinished = await hasToWait(() => eraseGone(parts, row));
    await requireFirstTarget(parts);
    failures.push(...(await bringLeftBack(parts, row, context)));
    const isFull = await hasToWait(() => removeUnwanted(parts, row));
    for (const owner of copiedOwners(parts, row)) {
      try {
        const report = await copyOwner(parts, { row, target, owner }, context);
        if (report === undefined) continue;
        done.repositories += 1;
        done.files += report.copied.files;
        done.bytes += report.copied.bytes;
        done.removed += report.removed;
        leftovers.files += report.leftovers.files;
        leftovers.bytes += report.leftovers.bytes;
      } catch (error) {
        if (context.operation.signal.aborted) throw error;
        failures.push(error);
      }
    }
    if (isUnfinished) await eraseGone(parts, row);
    if (isFull) await removeUnwanted(parts, row);
    if (former) former = await exchangeKeys(parts, row, target);
  } catch (error) {
    failures.unshift(error);
  }
  const sync = {
    at: clock.now(),
    bytes: done.bytes,
    error: failures.length > 0 ? codeOf(failures[0]) : null,
  };
  await control.write((transaction) => {
    putSync(transaction, row.id, sync);
    if (sync.error !== null) return;
    if (former) unmarkTarget(transaction, row.id);
    context.operation.record(transaction, {
      resource: { kind: 'backup-target', id: row.id },
      facts: { ...done, leftovers: leftovers.files, name: row.name },
    });
  });
  if (failures.length > 0) throw failures[0];
  await parts.copying.synchronised();
  return { ...done, leftovers };
}

/**
 * On copies of owners too that are not copied any more: the present recovery key opens each, and no former one. Answers
 * whether none of those is left anywhere.
 */
async function exchangeKeys(parts: BackupParts, row: TargetRow, target: Target): Promise<boolean> {
  const { control, clock, keys } = parts;
  const recovery = keys.recovery();
  const former = formerSalts(control, recovery.salt);
  let isGone = true;
  for (const { owner } of copiesOn(control, row.id)) {
    const files = repositoryFiles(target.repository(owner).location);
    await addRecoveryKey(files, { password: keys.password(owner), recovery }, clock.now());
    isGone = (await removeFormerKeys(files, { recovery }, former)) && isGone;
  }
  return isGone;
}

interface OwnersCopy {
  readonly row: TargetRow;
  readonly target: Target;
  readonly owner: OwnerId;
}

/** What it alone has of owners whose copies it is not to have any more. Answers the errors, of `bringBack`. */
async function bringLeftBack(parts: BackupParts, row: TargetRow, context: JobContext): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const { targetId, owner: id } of standIns(parts.control)) {
    const owner = tenantIdOf(id);
    if (targetId !== row.id || isCopied(parts, row, owner)) continue;
    try {
      await parts.turns.take(copyTurn(row.id, id), () => bringBack(parts, { row, owner }, context));
    } catch (error) {
      if (context.operation.signal.aborted) throw error;
      failures.push(error);
    }
  }
  return failures;
}

/** In the copy's turn: whoever stands in for the first target writes there too. */
async function copyOwner(
  parts: BackupParts,
  copy: OwnersCopy,
  context: JobContext,
): Promise<CopyReport | undefined> {
  return await parts.turns.take(copyTurn(copy.row.id, repositoryIdOf(copy.owner)), async () => {
    // what the first target lacks would be taken for superfluous
    await bringBack(parts, copy, context);
    return await bringUpToDate(parts, copy, context);
  });
}

async function bringUpToDate(
  parts: BackupParts,
  { row, target, owner }: OwnersCopy,
  { operation, progress }: JobContext,
): Promise<CopyReport | undefined> {
  const { control } = parts;
  const id = repositoryIdOf(owner);
  const { location } = parts.target.repository(id);
  const isEmpty = listBriefly(control, owner).length === 0 && !(await holdsSnapshots(location));
  if (isEmpty) return undefined;
  const primary = await accessAhead(parts, owner);
  await control.write((transaction) => beginCopy(transaction, row.id, id));
  const report = await parts.use.reading(id, () =>
    callWorker<CopyInput, CopyReport>({
      module: siblingModule(import.meta.url, 'copy-worker'),
      input: {
        primary,
        copy: { ...primary, location: target.repository(id).location },
        bytesPerSecond: row.bytesPerSecond,
      },
      signal: operation.signal,
      progress,
    }),
  );
  const there = new Set(report.snapshots);
  const newest = listBriefly(control, owner).find((snapshot) => there.has(snapshot.id))?.time ?? null;
  await control.write((transaction) => {
    putCopy(transaction, row.id, { owner: id, newest, snapshots: there.size, updatedAt: parts.clock.now() });
    addKept(transaction, row.id, report.kept);
  });
  return report;
}

/** Whether it has to wait: on a full place for what the copies give free. Errors: of the work, where copying would fail as well. */
async function hasToWait(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    const code = codeOf(error);
    // one who may not remove may write all the same
    if (code === 'STORAGE_FULL' || code === 'FORBIDDEN') return true;
    throw error;
  }
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof HoldfastError ? error.code : 'INTERNAL';
}
