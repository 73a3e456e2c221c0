import type { Clock } from '../../../shared/clock.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { LogHold, RetentionChange } from '../../../shared/contract/audit/retention.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Store } from '../../storage/store.ts';
import {
  type ChangeRow,
  daysOf,
  endChanges,
  type HoldRow,
  insertChange,
  insertHold,
  type LogOwner,
  liftHold,
  ownerOf,
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
        .map(({ owner, days, setAt, setBy }) => ({
          tenantId: tenantOf(owner),
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

  daysOf(tenantId: Uuid | null): number {
    return daysOf(this.#parts.control, ownerOf(tenantId));
  }

  isHeld(tenantId: Uuid | null): boolean {
    return readHolds(this.#parts.control).some(({ owner }) => owner === ownerOf(tenantId));
  }

  /**
   * Keeps a log for longer at once; for less once another operator agrees. Takes the place of what waited for that. Errors:
   * NOT_FOUND (tenant), FORBIDDEN (nobody's own: a change by the system cannot be agreed to).
   */
  async set(
    { tenant, days, reason }: OfLog & { readonly days: number; readonly reason: string },
    operation: Operation,
  ): Promise<{ days: number; pending: RetentionChange | null }> {
    const { control, clock, ids } = this.#parts;
    const owner = this.#owner(tenant);
    const before = daysOf(control, owner);
    const now = clock.now();
    const askedBy = callerOf(operation);
    const facts = { from: before, to: days, pending: days < before };
    const row: ChangeRow = { id: ids.uuid(), owner, days, reason, askedAt: now, askedBy };
    await control.write((transaction) => {
      endChanges(transaction, owner, now);
      if (days < before) insertChange(transaction, row);
      else putPolicy(transaction, { owner, days, setAt: now, setBy: askedBy });
      operation.record(transaction, { ...logOf(owner), facts });
    });
    return days < before ? { days: before, pending: this.#change(row) } : { days, pending: null };
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
    const { owner, days } = change;
    const now = clock.now();
    await control.write((transaction) => {
      const facts = { from: daysOf(transaction, owner), to: days, change: changeId, keepsLess: true };
      endChanges(transaction, owner, now);
      putPolicy(transaction, { owner, days, setAt: now, setBy });
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

  #change({ id, owner, days, reason, askedAt, askedBy }: ChangeRow): RetentionChange {
    return {
      id,
      tenantId: tenantOf(owner),
      from: daysOf(this.#parts.control, owner),
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
