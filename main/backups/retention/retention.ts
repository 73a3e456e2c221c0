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
import type { Transaction } from '../../storage/store.ts';
import { findSnapshot } from '../catalogue/catalogue.ts';
import type { Input, Output } from '../inputs.ts';
import { type OwnerId, ownerOf } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { type RepositoryId, repositoryIdOf } from '../targets/target.ts';
import { applyRetention, isRunDue } from './apply.ts';
import { policyOf } from './choose.ts';
import { findSubject, forgetOne, planForget } from './forget-one.ts';
import { findHold, type HoldRow, heldOf, insertHold, markLifted, pageOfHolds, toHold } from './holds.ts';
import { countBackup, findMark, marksOf, pageOfMarks, removeMark, waitBackups, waitMs } from './marks.ts';
import { forgetOwner, putPolicy, readPolicy } from './policies.ts';
import { simulateRetention } from './simulate.ts';

/** Which snapshots stay and for how long; what is held; how the rest is removed. */
export class Retention {
  readonly #parts: BackupParts;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /** Errors: NOT_FOUND. */
  async getRetention(input: Input<'getRetention'>): Promise<Output<'getRetention'>> {
    return this.#view(this.#owner(input));
  }

  /** The next run goes by it: what a smaller policy lets go is marked first, and removed after a wait. */
  async setRetention(
    { policy, ...input }: Input<'setRetention'>,
    operation: Operation,
  ): Promise<Output<'setRetention'>> {
    const { control, clock } = this.#parts;
    const owner = this.#owner(input);
    await control.write((transaction) => {
      const before = policyOf(transaction, this.#parts, owner);
      putPolicy(transaction, repositoryIdOf(owner), {
        policy,
        setAt: clock.now(),
        setBy: operatorOf(operation),
      });
      operation.record(transaction, {
        ...tenantOf(owner),
        resource: { kind: 'repository', id: repositoryIdOf(owner) },
        before: { ...before },
        after: { ...policy },
        facts: { keepsLess: keepsLess(policy, before), ...changesOf(before, policy) },
      });
    });
    return this.#view(owner);
  }

  async simulateRetention(
    { policy, ...input }: Input<'simulateRetention'>,
    operation: Operation,
  ): Promise<Output<'simulateRetention'>> {
    const owner = this.#owner(input);
    return await this.#parts.jobs.start<RetentionSimulation>({
      kind: operation.action,
      tenantId: owner,
      resource: `simulate:${operation.id}`,
      operation,
      run: (context) => {
        const chosen = policy ?? policyOf(this.#parts.control, this.#parts, owner);
        return simulateRetention(this.#parts, { owner, policy: chosen }, context);
      },
    });
  }

  /** Errors: NOT_FOUND, LOCKED (a run of the same owner). The job's errors: those of `applyRetention`. */
  async applyRetention(
    input: Input<'applyRetention'>,
    operation: Operation,
  ): Promise<Output<'applyRetention'>> {
    const owner = this.#owner(input);
    return await this.#parts.jobs.start<RetentionRun>({
      kind: operation.action,
      tenantId: owner,
      resource: `retention:${repositoryIdOf(owner)}`,
      operation,
      run: (context) => applyRetention(this.#parts, owner, context),
    });
  }

  /** Errors: NOT_FOUND, CONFLICT (a prefix of several ids). The job's errors: those of `planForget`. */
  async planForget({ snapshotId }: Input<'planForget'>, operation: Operation): Promise<Output<'planForget'>> {
    const subject = findSubject(this.#parts.control, snapshotId);
    return await this.#parts.jobs.start<ForgetPlan>({
      kind: operation.action,
      tenantId: subject.owner,
      resource: `plan:${operation.id}`,
      operation,
      run: (context) => planForget(this.#parts, subject, context),
    });
  }

  /** Errors: NOT_FOUND, CONFLICT (a prefix of several ids), LOCKED. The job's errors: those of `forgetOne`. */
  async forgetSnapshot(
    { snapshotId }: Input<'forgetSnapshot'>,
    operation: Operation,
  ): Promise<Output<'forgetSnapshot'>> {
    const subject = findSubject(this.#parts.control, snapshotId);
    return await this.#parts.jobs.start<ForgetResult>({
      kind: operation.action,
      tenantId: subject.owner,
      resource: `retention:${repositoryIdOf(subject.owner)}`,
      operation,
      run: (context) => forgetOne(this.#parts, subject, context),
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
      const { id, tenantId } = findSnapshot(transaction, input.snapshotId, undefined);
      if (findMark(transaction, id) === undefined) throw notMarked(id);
      requireNotRemoving(transaction, id);
      removeMark(transaction, id);
      operation.record(transaction, { ...tenantOf(tenantId), resource: { kind: 'snapshot', id } });
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
    const { control, clock, ids, sources } = this.#parts;
    const named = ownerOf(input, sources);
    const row = await control.write((transaction) => {
      const entry = snapshotId === undefined ? undefined : findSnapshot(transaction, snapshotId, undefined);
      const owner = entry === undefined ? (named ?? null) : entry.tenantId;
      const hold: HoldRow = {
        id: ids.uuid(),
        owner: repositoryIdOf(owner),
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
      for (const mark of marksOf(transaction, hold.owner)) {
        const covered = hold.snapshotId === null || hold.snapshotId === mark.snapshotId;
        if (covered && mark.removalId === null) removeMark(transaction, mark.snapshotId);
      }
      operation.record(transaction, toldOf(hold));
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
      operation.record(transaction, toldOf(hold));
    });
    return this.#hold(findHold(control, holdId));
  }

  /** Whether a run by schedule would do anything. Errors: NOT_FOUND, IO. */
  async isRunDue(input: Input<'applyRetention'>): Promise<boolean> {
    return await isRunDue(this.#parts, this.#owner(input));
  }

  /** Another backup of an owner's succeeded: one step nearer for what waits. */
  async backedUp(owner: OwnerId): Promise<void> {
    const id = repositoryIdOf(owner);
    if (marksOf(this.#parts.control, id).length === 0) return;
    await this.#parts.control.write((transaction) => countBackup(transaction, id));
  }

  /** Throws CONFLICT where anything of a tenant is under legal hold: then it cannot be deleted. */
  requireUnheld(tenantId: Uuid): void {
    const { all, snapshots } = heldOf(this.#parts.control, tenantId);
    if (!all && snapshots.size === 0) return;
    throw new HoldfastError(
      'CONFLICT',
      'Backups of this tenant are under legal hold, so it cannot be deleted. Lift the hold first.',
      { reason: 'held' },
    );
  }

  forgetTenant(transaction: Transaction, tenantId: Uuid): void {
    forgetOwner(transaction, tenantId);
  }

  /** The contract asks for one of the two. */
  #owner(input: { readonly tenant?: string | undefined; readonly installation?: true | undefined }): OwnerId {
    return ownerOf(input, this.#parts.sources) ?? null;
  }

  #named(input: {
    readonly tenant?: string | undefined;
    readonly installation?: true | undefined;
  }): RepositoryId | undefined {
    const owner = ownerOf(input, this.#parts.sources);
    return owner === undefined ? undefined : repositoryIdOf(owner);
  }

  #view(owner: OwnerId): RetentionView {
    const { control, retention } = this.#parts;
    const id = repositoryIdOf(owner);
    const set = readPolicy(control, id);
    const held = heldOf(control, id);
    const standard = retention.defaultPolicy(owner);
    return {
      tenantId: owner,
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
    return toHold(row, (id) => this.#parts.retention.operatorName(id));
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

function toldOf({ id, owner, snapshotId }: HoldRow) {
  return {
    ...(owner === 'installation' ? {} : { tenantId: owner }),
    resource: snapshotId === null ? { kind: 'repository', id: owner } : { kind: 'snapshot', id: snapshotId },
    facts: { hold: id },
  };
}

function tenantOf(owner: OwnerId): { readonly tenantId?: Uuid } {
  return owner === null ? {} : { tenantId: owner };
}

function operatorOf({ caller }: Operation): Uuid | null {
  return caller.kind === 'operator' ? caller.id : null;
}
