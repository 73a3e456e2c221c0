import type { RecordClass } from '../../../shared/audit-retention.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

/** Whose log: a tenant's, or the installation's. */
export type LogOwner = Uuid | 'installation';

export const ownerOf = (tenantId: Uuid | null | undefined): LogOwner => tenantId ?? 'installation';
export const tenantOf = (owner: LogOwner): Uuid | null => (owner === 'installation' ? null : owner);

/** What days are set for: a class of entries, or every one of a class without days. */
export type PolicyClass = RecordClass | 'every';

/** Times are epoch milliseconds in all rows. */
export interface PolicyRow {
  readonly owner: LogOwner;
  readonly recordClass: PolicyClass;
  readonly days: number;
  readonly setAt: number;
  readonly setBy: Uuid | null;
}

export interface ChangeRow {
  readonly id: Uuid;
  readonly owner: LogOwner;
  readonly recordClass: PolicyClass;
  readonly days: number;
  readonly reason: string;
  readonly askedAt: number;
  readonly askedBy: Uuid;
  /** It holds by itself from then on; null: another operator has to approve it. */
  readonly effectiveAt: number | null;
}

export interface HoldRow {
  readonly id: Uuid;
  readonly owner: LogOwner;
  readonly reason: string;
  readonly placedAt: number;
  readonly placedBy: Uuid | null;
}

export function readPolicies(reading: Reading): PolicyRow[] {
  return reading
    .sql<PolicyRow>(
      `SELECT owner, class AS recordClass, days, set_at AS setAt, set_by AS setBy FROM audit_retention
       ORDER BY set_at, owner, class`,
    )
    .all();
}

export function putPolicy(transaction: Transaction, row: PolicyRow): void {
  transaction
    .sql(
      `INSERT OR REPLACE INTO audit_retention (owner, class, days, set_at, set_by)
       VALUES ($owner, $recordClass, $days, $setAt, $setBy)`,
    )
    .run({ ...row });
}

/** Those asked for since and not decided, the newest last. */
export function readChanges(reading: Reading, since: number): ChangeRow[] {
  return reading
    .sql<ChangeRow>(
      `SELECT id, owner, class AS recordClass, days, reason, asked_at AS askedAt, asked_by AS askedBy,
         effective_at AS effectiveAt FROM audit_retention_changes
       WHERE decided_at IS NULL AND asked_at > ? ORDER BY asked_at, id`,
    )
    .all(since);
}

export function insertChange(transaction: Transaction, row: ChangeRow): void {
  transaction
    .sql(
      `INSERT INTO audit_retention_changes (id, owner, class, days, reason, asked_at, asked_by, effective_at)
       VALUES ($id, $owner, $recordClass, $days, $reason, $askedAt, $askedBy, $effectiveAt)`,
    )
    .run({ ...row });
}

/** A later change of the same policy, or an approval, ends those that wait. */
export function endChanges(
  transaction: Transaction,
  { owner, recordClass }: Pick<ChangeRow, 'owner' | 'recordClass'>,
  now: number,
): void {
  transaction
    .sql(
      'UPDATE audit_retention_changes SET decided_at = ? WHERE owner = ? AND class = ? AND decided_at IS NULL',
    )
    .run(now, owner, recordClass);
}

/** All that wait; answers how many. */
export function endAllChanges(transaction: Transaction, now: number): number {
  return transaction
    .sql('UPDATE audit_retention_changes SET decided_at = ? WHERE decided_at IS NULL')
    .run(now).changes;
}

/** Those in force, the newest last. */
export function readHolds(reading: Reading): HoldRow[] {
  return reading
    .sql<HoldRow>(
      `SELECT id, owner, reason, placed_at AS placedAt, placed_by AS placedBy FROM audit_holds
       WHERE lifted_at IS NULL ORDER BY placed_at, id`,
    )
    .all();
}

export function insertHold(transaction: Transaction, row: HoldRow): void {
  transaction
    .sql(
      `INSERT INTO audit_holds (id, owner, reason, placed_at, placed_by)
       VALUES ($id, $owner, $reason, $placedAt, $placedBy)`,
    )
    .run({ ...row });
}

export function liftHold(transaction: Transaction, id: Uuid, now: number): void {
  transaction.sql('UPDATE audit_holds SET lifted_at = ? WHERE id = ?').run(now, id);
}

export function readFolder(reading: Reading): string | null {
  return reading.sql<{ folder: string }>('SELECT folder FROM audit_archive').get()?.folder ?? null;
}

/** null: nothing is archived. */
export function putFolder(transaction: Transaction, folder: string | null): void {
  transaction.sql('DELETE FROM audit_archive').run();
  if (folder !== null) transaction.sql('INSERT INTO audit_archive (id, folder) VALUES (1, ?)').run(folder);
}
