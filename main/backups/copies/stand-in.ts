import type { JobContext } from '../../jobs/job-runner.ts';
import type { Reading } from '../../storage/store.ts';
import { snapshotIds } from '../catalogue/catalogue.ts';
import type { OwnerId } from '../owner.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import type { RepositoryAccess } from '../repository-access.ts';
import { sourceAccess } from '../restore/source-place.ts';
import { firstTargetAway, isFirstTargetThere } from '../targets/first-place.ts';
import type { RemoteTiming } from '../targets/remote-timing.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { bringBack } from './bring-back.ts';
import { copyOn, copyTurn } from './copy-rows.ts';
import { isCopied } from './covering.ts';
import { targetOf } from './further-target.ts';
import { beginStandIn, notOnFirst, standIns } from './stand-in-rows.ts';
import { findTarget, readTargets, type TargetRow } from './target-rows.ts';

type Context = Pick<JobContext, 'operation' | 'progress'>;

/** Where a backup is written to. */
export interface WritingPlace {
  /** The further target that stands in for the first one; null: the first. */
  readonly standIn: Pick<TargetRow, 'id' | 'name'> | null;
  readonly access: RepositoryAccess;
  /** The repository for people and for restic. */
  readonly url: string;
  /** Make the repository where there is none. */
  readonly mayCreate: boolean;
  /** Snapshots there that the catalogue does not list are taken for a killed run's from this time on, epoch milliseconds. */
  readonly since: number;
}

/**
 * Lets `write` write to the first target, with all on it again that others had in its place; while it is away, or where it goes
 * away meanwhile, to a further target that has a copy. Within the owner's turn. Errors: those of `write`, of the
 * last place that was tried; UNAVAILABLE where the first target is away and nobody can stand in.
 */
export async function writingBackup<Result>(
  parts: BackupParts,
  owner: OwnerId,
  context: Context,
  write: (place: WritingPlace) => Promise<Result>,
): Promise<Result> {
  if (await isFirstTargetThere(parts)) {
    await bringAllBack(parts, owner, context);
    try {
      return await write(firstPlace(parts, owner));
    } catch (error) {
      if (context.operation.signal.aborted || (await isFirstTargetThere(parts))) throw error;
    }
  }
  let failure: unknown = firstTargetAway();
  for (const row of await candidates(parts, owner)) {
    try {
      return await onStandIn(parts, row, owner, write);
    } catch (error) {
      if (context.operation.signal.aborted) throw error;
      parts.report(error); // the next one may do
      failure = error;
    }
  }
  throw failure;
}

/** Before a line of what was written there. Errors: UNAVAILABLE where the list of targets has that place no more. */
export function requireListed(reading: Reading, { standIn }: Pick<WritingPlace, 'standIn'>): void {
  if (standIn !== null && !readTargets(reading).some(({ id }) => id === standIn.id)) throw firstTargetAway();
}

/** What others have in place of the first target; what cannot be had now is brought back another time. */
async function bringAllBack(parts: BackupParts, owner: OwnerId, context: Context): Promise<void> {
  for (const { targetId } of standIns(parts.control, repositoryIdOf(owner))) {
    try {
      await bringBack(parts, { row: findTarget(parts.control, targetId), owner }, context);
    } catch (error) {
      if (context.operation.signal.aborted) throw error;
      parts.report(error); // a backup that can be made is made
    }
  }
}

function firstPlace(parts: BackupParts, owner: OwnerId): WritingPlace {
  const { target, control } = parts;
  return {
    standIn: null,
    access: accessTo(parts, owner),
    url: target.repository(repositoryIdOf(owner)).url,
    mayCreate: snapshotIds(control, owner).length === 0 || target.isInDataFolder,
    since: 0,
  };
}

/** A server that does not answer stands in for nobody; the first target's next backup asks again. */
const briefly: RemoteTiming = { pauses: [], silenceMs: 5000 };

/** Targets that can be reached and have a copy, the one with the newest snapshot first; of several a folder. */
async function candidates(parts: BackupParts, owner: OwnerId): Promise<readonly TargetRow[]> {
  const { control } = parts;
  const elsewhere = notOnFirst(control, owner);
  const found: { readonly row: TargetRow; readonly newest: number }[] = [];
  for (const row of readTargets(control)) {
    const copy = copyOn(control, row.id, repositoryIdOf(owner));
    if (copy === undefined || copy.newest === null || !isCopied(parts, row, owner)) continue;
    if (!(await targetOf(parts, row, briefly).isReachable())) continue;
    const own = elsewhere.flatMap(({ targetId, time }) => (targetId === row.id ? [time] : []));
    found.push({ row, newest: Math.max(copy.newest, ...own) });
  }
  const remote = ({ row }: { readonly row: TargetRow }) => (row.place.kind === 'folder' ? 0 : 1);
  return found
    .sort((one, other) => other.newest - one.newest || remote(one) - remote(other))
    .map(({ row }) => row);
}

/** In the copy's turn, so that no synchronisation takes what is written for superfluous. */
async function onStandIn<Result>(
  parts: BackupParts,
  row: TargetRow,
  owner: OwnerId,
  write: (place: WritingPlace) => Promise<Result>,
): Promise<Result> {
  const { control, clock, turns } = parts;
  const id = repositoryIdOf(owner);
  return await turns.take(copyTurn(row.id, id), async () => {
    const since = await control.write((transaction) => {
      findTarget(transaction, row.id); // it may have been removed since
      return beginStandIn(transaction, row.id, id, clock.now());
    });
    return await write({
      standIn: row,
      access: sourceAccess(parts, { owner, targetId: row.id }),
      url: targetOf(parts, row).repository(id).url,
      mayCreate: false,
      since,
    });
  });
}
