import { toRfc3339 } from '../../../shared/clock.ts';
import type { ForgetPlan, ForgetResult } from '../../../shared/contract/backups/forget.ts';
import type {
  Hold,
  RetentionRun,
  RetentionSimulation,
  Retention as RetentionView,
} from '../../../shared/contract/backups/retention.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { keepsLess } from '../../../shared/retention.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { findSnapshot } from '../catalogue/catalogue.ts';
import { findFolderSnapshot, isProtected } from '../folders/folder-store.ts';
import type { Input, Output } from '../inputs.ts';
import { type OwnerId, ownerOf } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import type { RepositoryId } from '../targets/target.ts';
import { applyRetention, canGiveSpace, isRunDue } from './apply.ts';
import { defaultPolicyOf, heldSnapshots, policyOf } from './choose.ts';
import { findGoing, forgetOne, planForget } from './forget-one.ts';
import { findHold, type Held, type HoldRow, insertHold, markLifted, pageOfHolds, toHold } from './holds.ts';
import { countBackup, findMark, marksOf, pageOfMarks, removeMark, waitBackups, waitMs } from './marks.ts';
import { forgetOwner, putPolicy, readPolicy } from './policies.ts';
import { simulateRetention } from './simulate.ts';
import {
  folderSubject,
  folderSubjects,
  resourceOf,
  type Subject,
  subjectId,
  subjectNamed,
} from './subject.ts';

type Named = {
  readonly tenant?: string | undefined;
  readonly installation?: true | undefined;
  readonly folderId?: Uuid | undefined;
};

/** Which snapshots stay and for how long; what is held; how the rest is removed. */
export class Retention {
  readonly #parts: BackupParts;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /** Errors: NOT_FOUND. */
  async getRetention(input: Input<'getRetention'>): Promise<Output<'getRetention'>> {
    return this.#view(this.#subject(input));
  }

  /** The next run goes by it: what a smaller policy lets go is marked first, and removed after a wait. */
  async setRetention(
    { policy, ...input }: Input<'setRetention'>,
    operation: Operation,
  ): Promise<Output<'setRetention'>> {
    const { control, clock } = this.#parts;
    const subject = this.#subject(input);
    await control.write((transaction) => {
      const before = policyOf(transaction, this.#parts, subject);
      putPolicy(transaction, subjectId(subject), {
        policy,
        setAt: clock.now(),
        setBy: operatorOf(operation),
      });
      operation.record(transaction, {
        ...tenantOf(subject.owner),
        resource: resourceOf(subject),
        before: { ...before },
        after: { ...policy },
        facts: { keepsLess: keepsLess(policy, before), ...changesOf(before, policy) },
      });
    });
    return this.#view(subject);
  }

  async simulateRetention(
    { policy, ...input }: Input<'simulateRetention'>,
    operation: Operation,
  ): Promise<Output<'simulateRetention'>> {
    const subject = this.#subject(input);
    return await this.#parts.jobs.start<RetentionSimulation>({
      kind: operation.action,
      tenantId: subject.owner,
      resource: `simulate:${operation.id}`,
      operation,
      run: (context) => {
        const chosen = policy ?? policyOf(this.#parts.control, this.#parts, subject);
        return simulateRetention(this.#parts, { subject, policy: chosen }, context);
      },
    });
  }

  /** Errors: NOT_FOUND, LOCKED (a run of the same owner). The job's errors: those of `applyRetention`. */
  async applyRetention(
    input: Input<'applyRetention'>,
    operation: Operation,
  ): Promise<Output<'applyRetention'>> {
    const subject = this.#subject(input);
    return await this.#parts.jobs.start<RetentionRun>({
      kind: operation.action,
      tenantId: subject.owner,
      resource: `retention:${subjectId(subject)}`,
      operation,
      run: (context) => applyRetention(this.#parts, subject, context),
    });
  }

  /**
   * As `applyRetention`, where a disk is full: prunes at once. Undefined where a run would give no space back. Errors:
   * NOT_FOUND, LOCKED (a run of the same owner).
   */
  async makeRoom(
    input: Input<'applyRetention'>,
    begin: () => Operation,
  ): Promise<Output<'applyRetention'> | undefined> {
    const subject = this.#subject(input);
    if (!canGiveSpace(this.#parts, subject)) return undefined;
    const operation = begin();
    return await this.#parts.jobs.start<RetentionRun>({
      kind: operation.action,
      tenantId: subject.owner,
      resource: `retention:${subjectId(subject)}`,
      operation,
      run: (context) => applyRetention(this.#parts, subject, context, 'now'),
    });
  }

  /** Errors: NOT_FOUND, CONFLICT (a prefix of several ids). The job's errors: those of `planForget`. */
  async planForget({ snapshotId }: Input<'planForget'>, operation: Operation): Promise<Output<'planForget'>> {
    const going = findGoing(this.#parts.control, snapshotId);
    return await this.#parts.jobs.start<ForgetPlan>({
      kind: operation.action,
      tenantId: going.subject.owner,
      resource: `plan:${operation.id}`,
      operation,
      run: (context) => planForget(this.#parts, going, context),
    });
  }

  /** Errors: NOT_FOUND, CONFLICT (a prefix of several ids), LOCKED. The job's errors: those of `forgetOne`. */
  async forgetSnapshot(
    { snapshotId }: Input<'forgetSnapshot'>,
    operation: Operation,
  ): Promise<Output<'forgetSnapshot'>> {
    const going = findGoing(this.#parts.control, snapshotId);
    return await this.#parts.jobs.start<ForgetResult>({
      kind: operation.action,
      tenantId: going.subject.owner,
      resource: `retention:${subjectId(going.subject)}`,
      operation,
      run: (context) => forgetOne(this.#parts, going, context),
    });
  }

  /** Errors: NOT_FOUND, VALIDATION (cursor). */
  async listRemovalMarks({
    limit,
    cursor,
    ...input
  }: Input<'listRemovalMarks'>): Promise<Output<'listRemovalMarks'>> {
    return pageOfMarks(this.#parts.control, { owner: this.#named(input), limit, cursor });
  }

  /** Errors: NOT_FOUND (snapshot, mark), CONFLICT (being removed). */
  async unmarkSnapshot(
    input: Input<'unmarkSnapshot'>,
    operation: Operation,
  ): Promise<Output<'unmarkSnapshot'>> {
    const { control } = this.#parts;
    return await control.write((transaction) => {
      const { id, subject } = this.#snapshot(transaction, input.snapshotId);
      if (findMark(transaction, id) === undefined) throw notMarked(id);
      requireNotRemoving(transaction, id);
      removeMark(transaction, id);
      operation.record(transaction, { ...tenantOf(subject.owner), resource: { kind: 'snapshot', id } });
      return { snapshotId: id };
    });
  }

  /** Errors: NOT_FOUND, VALIDATION (cursor). */
  async listHolds({ limit, cursor, state, ...input }: Input<'listHolds'>): Promise<Output<'listHolds'>> {
    const { control, retention } = this.#parts;
    const asked = { owner: this.#named(input), state, limit, cursor };
    return pageOfHolds(control, asked, (id) => retention.operatorName(id));
  }

  /** Takes back marks of what it is on. Errors: NOT_FOUND, CONFLICT (being removed). */
  async placeHold(
    { reason, snapshotId, ...input }: Input<'placeHold'>,
    operation: Operation,
  ): Promise<Output<'placeHold'>> {
    const { control, clock, ids } = this.#parts;
    const row = await control.write((transaction) => {
      const entry = snapshotId === undefined ? undefined : this.#snapshot(transaction, snapshotId);
      const subject = entry?.subject ?? this.#subject(input);
      const hold: HoldRow = {
        id: ids.uuid(),
        owner: subjectId(subject),
        snapshotId: entry?.id ?? null,
        reason,
        placedAt: clock.now(),
        placedBy: operatorOf(operation),
        liftedAt: null,
        liftedBy: null,
        liftReason: null,
      };
      if (hold.snapshotId !== null) requireNotRemoving(transaction, hold.snapshotId);
      insertHold(transaction, hold);
      // a hold on a tenant is on its folders too
      const folders =
        subject.folder === null && subject.owner !== null ? folderSubjects(transaction, subject.owner) : [];
      for (const mark of [subject, ...folders].flatMap((each) => marksOf(transaction, subjectId(each)))) {
        const covered = hold.snapshotId === null || hold.snapshotId === mark.snapshotId;
        if (covered && mark.removalId === null) removeMark(transaction, mark.snapshotId);
      }
      operation.record(transaction, toldOf(transaction, hold));
      return hold;
    });
    return this.#hold(row);
  }

  /** Errors: NOT_FOUND, CONFLICT (lifted already). */
  async liftHold({ holdId, reason }: Input<'liftHold'>, operation: Operation): Promise<Output<'liftHold'>> {
    const { control, clock } = this.#parts;
    await control.write((transaction) => {
      const hold = findHold(transaction, holdId);
      if (hold.liftedAt !== null) {
        throw new HoldfastError('CONFLICT', 'This hold was lifted already.', { reason: 'hold-lifted' });
      }
      markLifted(transaction, holdId, { at: clock.now(), by: operatorOf(operation), reason });
      operation.record(transaction, toldOf(transaction, hold));
    });
    return this.#hold(findHold(control, holdId));
  }

  /** Whether a run by schedule would do anything. Errors: NOT_FOUND, IO. */
  async isRunDue(input: Input<'applyRetention'>): Promise<boolean> {
    return await isRunDue(this.#parts, this.#subject(input));
  }

  /**
   * Another backup succeeded: one step nearer for what waits. For folders that are not protected any more, those of their
   * tenant count.
   */
  async backedUp(subject: Subject): Promise<void> {
    const { control } = this.#parts;
    const { owner, folder } = subject;
    const former =
      folder === null && owner !== null
        ? folderSubjects(control, owner).filter((each) => each.folder && !isProtected(control, each.folder))
        : [];
    const waiting = [subject, ...former].map(subjectId).filter((id) => marksOf(control, id).length > 0);
    if (waiting.length === 0) return;
    await control.write((transaction) => {
      for (const id of waiting) countBackup(transaction, id);
    });
  }

  /** Folders of a tenant's that a run by schedule is about. */
  foldersOf(tenantId: Uuid): Uuid[] {
    return folderSubjects(this.#parts.control, tenantId).flatMap(({ folder }) => folder ?? []);
  }

  /** Throws CONFLICT where anything of a tenant is under legal hold: then it cannot be deleted. */
  requireUnheld(tenantId: Uuid): void {
    const { control } = this.#parts;
    const isHeld = ({ all, snapshots }: Held) => all || snapshots.size > 0;
    const subjects = [{ owner: tenantId, folder: null }, ...folderSubjects(control, tenantId)];
    if (!subjects.some((subject) => isHeld(heldSnapshots(control, subject)))) return;
    throw new HoldfastError(
      'CONFLICT',
      'Backups of this tenant are under legal hold, so it cannot be deleted. Lift the hold first.',
      { reason: 'held' },
    );
  }

  forgetTenant(transaction: Transaction, tenantId: Uuid): void {
    forgetOwner(transaction, tenantId);
  }

  /** The contract asks for one of the three. Errors: NOT_FOUND. */
  #subject({ folderId, ...input }: Named): Subject {
    const { control, sources } = this.#parts;
    if (folderId !== undefined) return folderSubject(control, folderId);
    return { owner: ownerOf(input, sources) ?? null, folder: null };
  }

  #named(input: Named): RepositoryId | undefined {
    const isNamed = input.tenant !== undefined || input.installation === true || input.folderId !== undefined;
    return isNamed ? subjectId(this.#subject(input)) : undefined;
  }

  /** Of either kind. Errors: NOT_FOUND, CONFLICT (a prefix of several ids). */
  #snapshot(reading: Reading, prefix: string): { readonly id: string; readonly subject: Subject } {
    const ofFolder = findFolderSnapshot(reading, prefix);
    if (ofFolder !== undefined) {
      const { id, folderId } = ofFolder.shown;
      return { id, subject: { owner: ofFolder.tenantId, folder: folderId } };
    }
    const { id, tenantId } = findSnapshot(reading, prefix, undefined);
    return { id, subject: { owner: tenantId, folder: null } };
  }

  #view(subject: Subject): RetentionView {
    const { control, retention } = this.#parts;
    const id = subjectId(subject);
    const set = readPolicy(control, id);
    const held = heldSnapshots(control, subject);
    const standard = defaultPolicyOf(control, this.#parts, subject);
    return {
      tenantId: subject.owner,
      folderId: subject.folder,
      policy: { ...(set?.policy ?? standard) },
      default: { ...standard },
      set:
        set === undefined
          ? null
          : {
              time: toRfc3339(set.setAt),
              by: set.setBy === null ? null : retention.operatorName(set.setBy),
            },
      timeZone: retention.timeZone(),
      waits: { ms: waitMs, backups: waitBackups },
      marked: marksOf(control, id).length,
      held: held.all || held.snapshots.size > 0,
    };
  }

  #hold(row: HoldRow): Hold {
    return toHold(this.#parts.control, row, (id) => this.#parts.retention.operatorName(id));
  }
}

function requireNotRemoving(transaction: Transaction, snapshotId: string): void {
  if ((findMark(transaction, snapshotId)?.removalId ?? null) === null) return;
  throw new HoldfastError('CONFLICT', 'This snapshot is being removed; that can no longer be taken back.', {
    reason: 'being-removed',
  });
}

function notMarked(id: string): HoldfastError {
  return new HoldfastError('NOT_FOUND', `Snapshot ${id.slice(0, 8)} is not marked for removal.`, {
    kind: 'removal-mark',
    id,
  });
}

/** The rules that differ, as `daily: 30 -> 7`. */
function changesOf<Rules extends object>(before: Rules, after: Rules): Record<string, string> {
  const then = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after)
      .filter(([rule, value]) => then.get(rule) !== value)
      .map(([rule, value]) => [rule, `${String(then.get(rule))} -> ${String(value)}`]),
  );
}

function toldOf(reading: Reading, { id, owner, snapshotId }: HoldRow) {
  const subject = subjectNamed(reading, owner);
  return {
    ...tenantOf(subject.owner),
    resource: snapshotId === null ? resourceOf(subject) : { kind: 'snapshot', id: snapshotId },
    facts: { hold: id },
  };
}

function tenantOf(owner: OwnerId): { readonly tenantId?: Uuid } {
  return owner === null ? {} : { tenantId: owner };
}

function operatorOf({ caller }: Operation): Uuid | null {
  return caller.kind === 'operator' ? caller.id : null;
}
