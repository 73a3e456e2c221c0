import { type AlertRuleId, alertRuleIds } from '../../../shared/alert-rules.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { AlertMute } from '../../../shared/contract/audit/alerts.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

/** A row of the table `alert_mutes`; times are epoch milliseconds. */
export interface MuteRow {
  readonly id: Uuid;
  readonly rule: AlertRuleId;
  /** Null: everywhere. */
  readonly tenantId: Uuid | null;
  readonly reason: string;
  readonly mutedAt: number;
  readonly mutedBy: Uuid | null;
  readonly until: number;
  readonly met: number;
}

const columns = `id, rule, tenant_id AS tenantId, reason, muted_at AS mutedAt, muted_by AS mutedBy, until, met`;
const isKnown = (row: MuteRow) => alertRuleIds.includes(row.rule);

export function insertMute(transaction: Transaction, row: MuteRow): void {
  transaction
    .sql(
      `INSERT INTO alert_mutes (id, rule, tenant_id, reason, muted_at, muted_by, until, met)
       VALUES ($id, $rule, $tenantId, $reason, $mutedAt, $mutedBy, $until, $met)`,
    )
    .run({ ...row });
}

/** Those in force, the newest last. */
export function selectMutes(reading: Reading, now: number): MuteRow[] {
  return reading
    .sql<MuteRow>(
      `SELECT ${columns} FROM alert_mutes WHERE ended_at IS NULL AND until > ? ORDER BY muted_at, id`,
    )
    .all(now)
    .filter(isKnown);
}

/** Ends what is in force of a rule and tenant (null: everywhere). Answers whether there was any. */
export function endMutes(
  transaction: Transaction,
  { rule, tenantId }: Pick<MuteRow, 'rule' | 'tenantId'>,
  now: number,
): boolean {
  return (
    transaction
      .sql(
        'UPDATE alert_mutes SET ended_at = $now WHERE rule = $rule AND tenant_id IS $tenantId AND ended_at IS NULL AND until > $now',
      )
      .run({ now, rule, tenantId }).changes > 0
  );
}

/** Counts that a muted rule was met. Answers whether it is muted, for this tenant or everywhere. */
export function countMuted(
  transaction: Transaction,
  { rule, tenantId }: Pick<MuteRow, 'rule' | 'tenantId'>,
  now: number,
): boolean {
  return (
    transaction
      .sql(
        `UPDATE alert_mutes SET met = met + 1
         WHERE rule = $rule AND (tenant_id IS NULL OR tenant_id IS $tenantId) AND ended_at IS NULL AND until > $now`,
      )
      .run({ rule, tenantId, now }).changes > 0
  );
}

/** The row in the contract's form. */
export function muteOf({ id: _, ...row }: MuteRow, mutedBy: string | null): AlertMute {
  return { ...row, mutedAt: toRfc3339(row.mutedAt), until: toRfc3339(row.until), mutedBy };
}
