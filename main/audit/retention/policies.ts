import type { RecordClass } from '../../../shared/audit-retention.ts';
import type { Clock } from '../../../shared/clock.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { LogHold, RetentionChange } from '../../../shared/contract/audit/retention.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Store } from '../../storage/store.ts';
import { isLess, type KeptDays, keptDays } from './kept-days.ts';
import {
  type ChangeRow,
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

export interface PoliciesParts {
  readonly control: Store;
  readonly clock: Clock;
  readonly ids: Ids;
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

/** How long logs are kept, what must not go, and who agreed that less is kept. */
export class RetentionPolicies {
  readonly #parts: PoliciesParts;

  constructor(parts: PoliciesParts) {
    this.#parts = parts;
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
   * Keeps a log, or its entries of one class, for longer at once; for less once another operator agrees. Takes the place of what
   * waited for that. Errors: NOT_FOUND (tenant), FORBIDDEN (nobody's own: a change by the system cannot be agreed to).
   */
  async set(
    { tenant, recordClass: named, days, reason }: OfLog & SetDays,
    operation: Operation,
  ): Promise<{ days: number; pending: RetentionChange | null }> {
    const { control, clock, ids } = this.#parts;
    const owner = this.#owner(tenant);
    const recordClass: PolicyClass = named ?? 'every';
    const policies = readPolicies(control);
    const before = keptDays(policies, owner);
    const others = policies.filter((row) => row.owner !== owner || row.recordClass !== recordClass);
    const less = isLess(keptDays([...others, { owner, recordClass, days }], owner), before);
    const now = clock.now();
    const askedBy = callerOf(operation);
    const row: ChangeRow = { id: ids.uuid(), owner, recordClass, days, reason, askedAt: now, askedBy };
    const facts = { from: before[recordClass], to: days, pending: less, ...classFact(row) };
    await control.write((transaction) => {
      endChanges(transaction, row, now);
      if (less) insertChange(transaction, row);
      else putPolicy(transaction, { owner, recordClass, days, setAt: now, setBy: askedBy });
      operation.record(transaction, { ...logOf(owner), facts });
    });
    return less ? { days: before[recordClass], pending: this.#change(row) } : { days, pending: null };
  }

  /** Errors: NOT_FOUND (decided, replaced or older than 7 days), FORBIDDEN (who asked for it). */
  async approve(changeId: Uuid, operation: Operation): Promise<{ days: number }> {
    const { control, clock } = this.#parts;
    const change = this.#pending().find(({ id }) => id === changeId);
    if (change === undefined) {
      throw new HoldfastError(
        'NOT_FOUND',
        'No such change waits for an approval. See `holdfast audit retention show`.',
        { kind: 'retention-change', id: changeId },
      );
    }
    const setBy = callerOf(operation);
    if (setBy === change.askedBy) {
      throw new HoldfastError('FORBIDDEN', 'Another operator has to approve what you asked for.', {
        reason: 'own-change',
      });
    }
    const { owner, recordClass, days } = change;
    const now = clock.now();
    await control.write((transaction) => {
      const from = keptDays(readPolicies(transaction), owner)[recordClass];
      const facts = { from, to: days, change: changeId, keepsLess: true, ...classFact(change) };
      endChanges(transaction, change, now);
      putPolicy(transaction, { owner, recordClass, days, setAt: now, setBy });
      operation.record(transaction, { ...logOf(owner), facts });
    });
    return { days };
  }

  /** Errors: VALIDATION (inside the installation), NOT_FOUND. */
  async setFolder(folder: string | null, operation: Operation): Promise<{ folder: string | null }> {
    const real = folder === null ? null : await this.#folderAt(folder);
    await this.#parts.control.write((transaction) => {
      putFolder(transaction, real);
      operation.record(transaction, {
        resource: { kind: 'log', id: 'all' },
        facts: { archives: real !== null },
      });
    });
    return { folder: real };
  }

  /** Errors: NOT_FOUND (tenant). */
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
      insertHold(transaction, row);
      operation.record(transaction, { ...logOf(row.owner), facts: { hold: row.id } });
    });
    return this.#hold(row);
  }

  /** Errors: NOT_FOUND. */
  async lift(holdId: Uuid, operation: Operation): Promise<Record<string, never>> {
    const { control, clock } = this.#parts;
    const row = readHolds(control).find(({ id }) => id === holdId);
    if (row === undefined) {
      throw new HoldfastError('NOT_FOUND', `There is no legal hold ${holdId} on a log.`, {
        kind: 'hold',
        id: holdId,
      });
    }
    await control.write((transaction) => {
      liftHold(transaction, holdId, clock.now());
      operation.record(transaction, { ...logOf(row.owner), facts: { hold: holdId } });
    });
    return {};
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

  #change({ id, owner, recordClass, days, reason, askedAt, askedBy }: ChangeRow): RetentionChange {
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
