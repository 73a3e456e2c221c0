import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import {
  type CatalogueEntry,
  findNewest,
  findSnapshot,
  newestSnapshot,
  snapshotCovering,
  snapshotUpTo,
} from '../catalogue/catalogue.ts';
import { findTarget } from '../copies/target-rows.ts';
import { type OwnerId, ownerOf } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { makeSnapshot } from '../snapshot/make-snapshot.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { neighboursOf } from '../timeline/commit-blocks.ts';
import type { RestorePoint } from './point.ts';
import { isUnreadable } from './replace-unreadable.ts';
import { requireCopied } from './source-place.ts';

export interface RestoreSource {
  readonly tenant?: string | undefined;
  readonly installation?: true | undefined;
  readonly snapshotId?: string | undefined;
  /** RFC 3339. */
  readonly at?: string | undefined;
  /** A further target, whose copy is read in place of the first one. */
  readonly fromTargetId?: Uuid | undefined;
}

export interface ChosenSnapshot {
  readonly owner: OwnerId;
  readonly entry: CatalogueEntry;
  /** The point in time that was asked for, epoch milliseconds; null: the snapshot's own. */
  readonly at: number | null;
  /** The further target whose copy is read; null: the first, or the one that alone has the snapshot. */
  readonly targetId: Uuid | null;
}

/**
 * The snapshot that a restore is asked from: by id, the newest not later than a time (or whose log reaches back to it), or the newest. Errors:
 * VALIDATION (nothing named, or id and time both), NOT_FOUND, CONFLICT (a prefix of several ids).
 */
export function chooseSnapshot({ control, sources }: BackupParts, source: RestoreSource): ChosenSnapshot {
  const targetId = source.fromTargetId === undefined ? null : findTarget(control, source.fromTargetId).id;
  if (source.tenant !== undefined && source.installation === true)
    throw unclear('either a tenant or the installation');
  if (source.snapshotId !== undefined && source.at !== undefined)
    throw unclear('either a snapshot or a time');
  const owner = ownerOf(source, sources);
  if (source.snapshotId !== undefined) {
    const entry = findSnapshot(control, source.snapshotId, owner);
    return { owner: entry.tenantId, entry, at: null, targetId: targetId ?? entry.targetId };
  }
  if (owner === undefined) throw unclear('a tenant, the installation or a snapshot');
  const at = source.at === undefined ? null : Date.parse(source.at);
  // those before the moment may have been removed: the log of a later one reaches back to its base
  const inLog =
    at !== null && findNewest(control, owner, at) === undefined
      ? snapshotCovering(control, owner, at)
      : undefined;
  const entry = inLog ?? newestSnapshot(control, owner, at);
  return { owner, entry, at, targetId: at === null ? (targetId ?? entry.targetId) : targetId };
}

/**
 * Where a chosen point in time really lies: in the log of a later snapshot, to the commit. What is newer than every
 * snapshot is saved first, in one more. Errors: those of `makeSnapshot`.
 */
export async function pointOf(
  parts: BackupParts,
  chosen: ChosenSnapshot,
  context: Pick<JobContext, 'operation' | 'progress'>,
): Promise<RestorePoint> {
  const found = await pointIn(parts, chosen, context);
  const point = { ...found, at: chosen.at, targetId: found.targetId ?? found.entry.targetId };
  await requireCopied(parts, point, point.entry);
  return point;
}

async function pointIn(
  parts: BackupParts,
  { owner, entry, at, targetId }: ChosenSnapshot,
  context: Pick<JobContext, 'operation' | 'progress'>,
): Promise<Omit<RestorePoint, 'at'>> {
  const asChosen = { owner, entry, targetId, until: null, earlier: null };
  if (at === null) return asChosen;
  const { control, sources, turns } = parts;
  const whole = { ...asChosen, entry: snapshotUpTo(control, owner, at) ?? entry };
  const inLog = () => {
    const covering = snapshotCovering(control, owner, at);
    return covering && { owner, entry: covering, targetId, until: at, earlier: entry.id };
  };
  const found = inLog();
  if (found !== undefined) return found;
  const newest = newestSnapshot(control, owner, null);
  // what is only in the live data is in no copy
  if (targetId !== null || (owner !== null && (await isUnreadable(sources, owner)))) return whole;
  if (newest.lastTime > at) {
    if (!(await waitsInLog(parts, owner, at))) return whole;
  } else if (owner !== null) {
    const now = await sources.withTenant(owner, ({ store }) =>
      Promise.resolve(store.sql<{ seq: number }>('SELECT seq FROM commit_clock').get()?.seq),
    );
    if (now === newest.commitSeq) return { ...whole, entry: newest };
  }
  const how = { kind: 'incremental', safety: false, told: false } as const;
  const made = await turns.take(repositoryIdOf(owner), () => makeSnapshot(parts, owner, how, context));
  // nothing in it is later than what was asked for, or it does not reach back so far
  return inLog() ?? (made.lastTime <= at ? { ...whole, entry: made } : whole);
}

/** Whether a commit not later than `at` waits in the log, though a newer base is stored: its backup did not come to its end. */
async function waitsInLog({ pageLog }: BackupParts, owner: OwnerId, at: number): Promise<boolean> {
  try {
    const waiting = await pageLog.recordedSince(repositoryIdOf(owner));
    return waiting !== undefined && neighboursOf(waiting, at).before !== undefined;
  } catch (error) {
    // a damaged log brings nothing back; the next capture tells of it
    if (error instanceof HoldfastError && error.code === 'INTEGRITY') return false;
    throw error;
  }
}

function unclear(what: string): HoldfastError {
  return new HoldfastError('VALIDATION', `Name ${what}.`, { issues: [{ path: 'tenant', reason: what }] });
}
