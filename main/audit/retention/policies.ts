import type { RecordClass } from '../../../shared/audit-retention.ts';
import type { Clock } from '../../../shared/clock.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { LogHold, RetentionChange } from '../../../shared/contract/audit/retention.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Store, Transaction } from '../../storage/store.ts';
import type { EventMaker } from '../event-maker.ts';
import { type Approver, dayAfter, requireTwo } from './four-eyes.ts';
import { isLess, type KeptDays, keptDays } from './kept-days.ts';
import {
  type ChangeRow,
  endAllChanges,
  endChanges,
  type HoldRow,
  insertChange,
  insertHold,
  type LogOwner,
  liftHold,
  ownerOf,
  type PolicyClass,
  putFolder,
  putPolicy,
  readChanges,
  readFolder,
  readHolds,
  readPolicies,
  tenantOf,
} from './policy-rows.ts';
import { RetentionSeal, type SealKeeper } from './retention-seal.ts';

export interface PoliciesParts {
  readonly control: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly maker: EventMaker;
  readonly seal: SealKeeper;
  /** Active operators who may change how long the log is kept. */
  approvers(): readonly Approver[];
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
  /** Null once it cannot be read any more. */
  operatorName(id: Uuid): string | null;
  /** The real path of a file to be made, outside the installation. Throws VALIDATION, NOT_FOUND, IO. */
  newFile(path: string): Promise<string>;
}

interface OfLog {
  readonly tenant?: string | undefined;
}

interface SetDays {
  /** Without one: of every entry whose class has no days of its own. */
  readonly recordClass?: RecordClass | undefined;
  readonly days: number;
  readonly reason: string;
}

const pendingMs = 7 * 24 * 3_600_000;

/** How long logs are kept, what must not go, and who agreed that less is kept; all under one MAC. */
export class RetentionPolicies {
  readonly seal: RetentionSeal;
  readonly #parts: PoliciesParts;

  constructor(parts: PoliciesParts) {
    this.#parts = parts;
    this.seal = new RetentionSeal(parts.seal);
  }

  get folder(): string | null {
    return readFolder(this.#parts.control);
  }

  /** What holds of this tenant's log, or with undefined of all. */
  state(tenantId: Uuid | undefined) {
    const { control } = this.#parts;
    const ofLog = ({ owner }: { readonly owner: LogOwner }) =>
      tenantId === undefined || owner === tenantId || owner === 'installation';
    return {
      intact: this.seal.fits(control),
      policies: readPolicies(control)
        .filter(ofLog)
        .map(({ owner, recordClass, days, setAt, setBy }) => ({
          tenantId: tenantOf(owner),
          recordClass: namedClass(recordClass),
          days,
          setAt: toRfc3339(setAt),
          setBy: this.#name(setBy),
        })),
      pending: this.#pending()
        .filter(ofLog)
        .map((row) => this.#change(row)),
      holds: readHolds(control)
        .filter(ofLog)
        .map((row) => this.#hold(row)),
      folder: this.folder,
    };
  }

  keptDays(tenantId: Uuid | null): KeptDays {
    return keptDays(readPolicies(this.#parts.control), ownerOf(tenantId));
  }

  isHeld(tenantId: Uuid | null): boolean {
    return readHolds(this.#parts.control).some(({ owner }) => owner === ownerOf(tenantId));
  }

  /**
   * Keeps a log, or its entries of one class, for longer at once; for less once another operator agrees, or where there is no
   * other after 24 hours. Takes the place of what waited for that. Errors: NOT_FOUND (tenant), FORBIDDEN (nobody's own: a change
   * by the system cannot be agreed to), INTEGRITY.
   */
  async set(
    { tenant, recordClass: named, days, reason }: OfLog & SetDays,
    operation: Operation,
  ): Promise<{ days: number; pending: RetentionChange | null }> {
    const { ids, approvers } = this.#parts;
    const owner = this.#owner(tenant);
    const recordClass: PolicyClass = named ?? 'every';
    const askedBy = callerOf(operation);
    const id = ids.uuid();
    return await this.#write((transaction) => {
      const policies = readPolicies(transaction);
      const before = keptDays(policies, owner);
      const others = policies.filter((row) => row.owner !== owner || row.recordClass !== recordClass);
      const less = isLess(keptDays([...others, { owner, recordClass, days }], owner), before);
      // never goes back with the clock
      const askedAt = transaction.commit.time;
      const alone = approvers().every((each) => each.id === askedBy);
      const effectiveAt = alone ? dayAfter(askedAt) : null;
      const row: ChangeRow = { id, owner, recordClass, days, reason, askedAt, askedBy, effectiveAt };
      endChanges(transaction, row, askedAt);
      if (less) insertChange(transaction, row);
      else putPolicy(transaction, { owner, recordClass, days, setAt: askedAt, setBy: askedBy });
      const facts = { from: before[recordClass], to: days, pending: less, ...classFact(row) };
      operation.record(transaction, { ...logOf(owner), facts });
      return less ? { days: before[recordClass], pending: this.#change(row) } : { days, pending: null };
    });
  }

  /**
   * `clockTurnedAt`: when the clock was last found to be turned, in epoch milliseconds. Errors: NOT_FOUND (decided, replaced or
   * older than 7 days), FORBIDDEN (who asked for it, or an account that is too new), INTEGRITY.
   */
  async approve(changeId: Uuid, clockTurnedAt: number, operation: Operation): Promise<{ days: number }> {
    const { clock, approvers } = this.#parts;
    const by = callerOf(operation);
    return await this.#write((transaction) => {
      const change = this.#waiting(changeId);
      const { askedBy, owner, days } = change;
      const now = clock.now();
      requireTwo({ askedBy, by, approvers: approvers(), clockTurnedAt, now });
      const facts = { change: changeId, keepsLess: true, ...this.#take(transaction, change, by) };
      operation.record(transaction, { ...logOf(owner), facts });
      return { days };
    });
  }

  /** Takes back a change that waits. Errors: NOT_FOUND (decided, replaced or older than 7 days), INTEGRITY. */
  async cancel(changeId: Uuid, operation: Operation): Promise<{ days: number }> {
    return await this.#write((transaction) => {
      const change = this.#waiting(changeId);
      const { owner, recordClass, days } = change;
      const kept = keptDays(readPolicies(transaction), owner)[recordClass];
      endChanges(transaction, change, transaction.commit.time);
      const facts = { change: changeId, from: kept, to: days, ...classFact(change) };
      operation.record(transaction, { ...logOf(owner), facts });
      return { days: kept };
    });
  }

  /**
   * Lets changes hold that nobody else could approve, and nobody cancelled, 24 hours after they were asked for and after the
   * clock was last found to be turned; each leaves a leaf `log.retention.lowered`. Errors: INTEGRITY.
   */
  async settle(clockTurnedAt: () => Promise<number>): Promise<void> {
    const now = this.#parts.clock.now();
    const isDue = ({ effectiveAt }: ChangeRow) => effectiveAt !== null && now >= effectiveAt;
    if (!this.#pending().some(isDue) || now < dayAfter(await clockTurnedAt())) return;
    await this.#write((transaction) => {
      for (const change of this.#pending().filter(isDue)) {
        const facts = {
          change: change.id,
          keepsLess: true,
          ...this.#take(transaction, change, change.askedBy),
        };
        const told = { of: change.owner, severity: 'critical', facts } as const;
        transaction.outbox(this.#parts.maker.leaf('log.retention.lowered', told));
      }
    });
  }

  /**
   * Compares the state with the one that the log told last, `sealed`, which is read once the state was. One that was put back
   * fits its own seal: it is refused, so that it stands until an owner acknowledges it. A state of which the log tells nothing
   * yet is told.
   */
  async compare(sealed: () => Promise<string | undefined>): Promise<void> {
    const { control } = this.#parts;
    const state = this.seal.state(control);
    if (!this.seal.fits(control)) return;
    const told = await sealed();
    if (told === state || (told === undefined && this.seal.isEmpty(control))) return;
    await control.write((transaction) => {
      // whoever changed it meanwhile told the log
      if (this.seal.state(transaction) !== state || !this.seal.fits(transaction)) return;
      if (told === undefined) this.#tell(transaction);
      else this.seal.refuse(transaction);
    });
  }

  /** Once for each state that is not as Holdfast wrote it; answers whether it is. */
  async tellTampered(): Promise<boolean> {
    const { control, maker } = this.#parts;
    if (this.seal.fits(control)) return true;
    if (this.seal.isTold(control)) return false;
    await control.write((transaction) => {
      this.seal.noteTold(transaction);
      const told = { of: 'all', severity: 'critical', outcome: 'failure' } as const;
      transaction.outbox(maker.leaf('log.retention.tampered', told));
    });
    return false;
  }

  /**
   * An owner takes a state that is not as Holdfast wrote it; changes that waited end. Nothing is pruned for 24 hours. Errors:
   * CONFLICT (it is as Holdfast wrote it).
   */
  async acknowledge(
    operation: Operation,
  ): Promise<{ policies: number; holds: number; folder: string | null; ended: number }> {
    return await this.#parts.control.write((transaction) => {
      if (this.seal.fits(transaction)) {
        throw new HoldfastError('CONFLICT', 'Nothing of it was changed: there is nothing to acknowledge.', {
          reason: 'retention-intact',
        });
      }
      const ended = endAllChanges(transaction, transaction.commit.time);
      this.seal.acknowledge(transaction);
      this.#tell(transaction);
      const policies = readPolicies(transaction).length;
      const holds = readHolds(transaction).length;
      const folder = readFolder(transaction);
      const facts = { policies, holds, archives: folder !== null, ended };
      operation.record(transaction, { resource: { kind: 'log', id: 'all' }, facts });
      return { policies, holds, folder, ended };
    });
  }

  /** Errors: VALIDATION (inside the installation), NOT_FOUND, INTEGRITY. */
  async setFolder(folder: string | null, operation: Operation): Promise<{ folder: string | null }> {
    const real = folder === null ? null : await this.#folderAt(folder);
    await this.#write((transaction) => {
      putFolder(transaction, real);
      operation.record(transaction, {
        resource: { kind: 'log', id: 'all' },
        facts: { archives: real !== null },
      });
    });
    return { folder: real };
  }

  /** Also where the state is not as Holdfast wrote it, which it then still is not. Errors: NOT_FOUND (tenant). */
  async hold(
    { tenant, reason }: OfLog & { readonly reason: string },
    operation: Operation,
  ): Promise<LogHold> {
    const { control, clock, ids } = this.#parts;
    const { caller } = operation;
    const row: HoldRow = {
      id: ids.uuid(),
      owner: this.#owner(tenant),
      reason,
      placedAt: clock.now(),
      placedBy: caller.kind === 'operator' ? caller.id : null,
    };
    await control.write((transaction) => {
      const fits = this.seal.fits(transaction);
      insertHold(transaction, row);
      if (fits) this.#seal(transaction);
      operation.record(transaction, { ...logOf(row.owner), facts: { hold: row.id } });
    });
    return this.#hold(row);
  }

  /** Errors: NOT_FOUND, INTEGRITY. */
  async lift(holdId: Uuid, operation: Operation): Promise<Record<string, never>> {
    const { control, clock } = this.#parts;
    const row = readHolds(control).find(({ id }) => id === holdId);
    if (row === undefined) {
      throw new HoldfastError('NOT_FOUND', `There is no legal hold ${holdId} on a log.`, {
        kind: 'hold',
        id: holdId,
      });
    }
    await this.#write((transaction) => {
      liftHold(transaction, holdId, clock.now());
      operation.record(transaction, { ...logOf(row.owner), facts: { hold: holdId } });
    });
    return {};
  }

  /** Everything that changes the state, and leaves it sealed. Errors: INTEGRITY where it was not before. */
  #write<Result>(change: (transaction: Transaction) => Result): Promise<Result> {
    return this.#parts.control.write((transaction) => {
      this.seal.require(transaction);
      const result = change(transaction);
      this.#seal(transaction);
      return result;
    });
  }

  #seal(transaction: Transaction): void {
    this.seal.put(transaction);
    this.#tell(transaction);
  }

  /** The log tells of each state that was sealed: an older one that is put back with its seal is not the newest of them. */
  #tell(transaction: Transaction): void {
    const told = { of: 'all', facts: { state: this.seal.state(transaction) } } as const;
    transaction.outbox(this.#parts.maker.leaf('log.retention.sealed', told));
  }

  /** Makes a change hold; answers what it changes. */
  #take(transaction: Transaction, change: ChangeRow, setBy: Uuid) {
    const { owner, recordClass, days } = change;
    const from = keptDays(readPolicies(transaction), owner)[recordClass];
    endChanges(transaction, change, transaction.commit.time);
    putPolicy(transaction, { owner, recordClass, days, setAt: transaction.commit.time, setBy });
    return { from, to: days, ...classFact(change) };
  }

  #waiting(changeId: Uuid): ChangeRow {
    const change = this.#pending().find(({ id }) => id === changeId);
    if (change !== undefined) return change;
    throw new HoldfastError('NOT_FOUND', 'No such change waits. See `holdfast audit retention show`.', {
      kind: 'retention-change',
      id: changeId,
    });
  }

  async #folderAt(folder: string): Promise<string> {
    const probe = await this.#parts.newFile(`${folder}/archive`);
    return probe.slice(0, -'/archive'.length);
  }

  #owner(tenant: string | undefined): LogOwner {
    return tenant === undefined ? 'installation' : this.#parts.tenantId(tenant);
  }

  #pending(): ChangeRow[] {
    const { control, clock } = this.#parts;
    return readChanges(control, clock.now() - pendingMs);
  }

  #change({
    id,
    owner,
    recordClass,
    days,
    reason,
    askedAt,
    askedBy,
    effectiveAt,
  }: ChangeRow): RetentionChange {
    return {
      id,
      tenantId: tenantOf(owner),
      recordClass: namedClass(recordClass),
      from: keptDays(readPolicies(this.#parts.control), owner)[recordClass],
      to: days,
      reason,
      askedAt: toRfc3339(askedAt),
      askedBy: this.#name(askedBy),
      expiresAt: toRfc3339(askedAt + pendingMs),
      effectiveAt: effectiveAt === null ? null : toRfc3339(effectiveAt),
    };
  }

  #hold({ id, owner, reason, placedAt, placedBy }: HoldRow): LogHold {
    return {
      id,
      tenantId: tenantOf(owner),
      reason,
      placedAt: toRfc3339(placedAt),
      placedBy: this.#name(placedBy),
    };
  }

  #name(id: Uuid | null): string | null {
    return id === null ? null : this.#parts.operatorName(id);
  }
}

const namedClass = (recordClass: PolicyClass): RecordClass | null =>
  recordClass === 'every' ? null : recordClass;
const classFact = ({ recordClass }: ChangeRow) => (recordClass === 'every' ? {} : { class: recordClass });

const logOf = (owner: LogOwner) => ({
  resource: { kind: 'log', id: owner },
  ...(owner === 'installation' ? {} : { tenantId: owner }),
});

/** Four eyes are two people's. */
function callerOf({ caller }: Operation): Uuid {
  if (caller.kind === 'operator') return caller.id;
  throw new HoldfastError('FORBIDDEN', 'An operator has to decide how long the log is kept.', {
    reason: 'operators-only',
  });
}
