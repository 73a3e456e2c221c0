import { retentionPolicy } from '../../../shared/contract/backups/retention.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { RetentionPolicy } from '../../../shared/retention.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import type { RepositoryId } from '../targets/target.ts';
import { askNoMore } from './asked.ts';
import { marksOf } from './marks.ts';

/** A policy that somebody set; `setAt` in epoch milliseconds. */
export interface SetPolicy {
  readonly policy: RetentionPolicy;
  readonly setAt: number;
  readonly setBy: Uuid | null;
}

interface Row {
  readonly policy: string;
  readonly set_at: number;
  readonly set_by: Uuid | null;
}

/** Undefined where the default applies. */
export function readPolicy(reading: Reading, owner: RepositoryId): SetPolicy | undefined {
  const row = reading
    .sql<Row>('SELECT policy, set_at, set_by FROM retention_policies WHERE owner = ?')
    .get(owner);
  if (row === undefined) return undefined;
  return { policy: retentionPolicy.parse(JSON.parse(row.policy)), setAt: row.set_at, setBy: row.set_by };
}

export function putPolicy(transaction: Transaction, owner: RepositoryId, set: SetPolicy): void {
  transaction
    .sql(
      `INSERT INTO retention_policies (owner, policy, set_at, set_by) VALUES ($owner, $policy, $setAt, $setBy)
       ON CONFLICT (owner) DO UPDATE SET policy = $policy, set_at = $setAt, set_by = $setBy`,
    )
    .run({ owner, policy: JSON.stringify(set.policy), setAt: set.setAt, setBy: set.setBy });
}

/** Removes all that retention knows of an owner and of its folders. */
export function forgetOwner(transaction: Transaction, owner: RepositoryId): void {
  askNoMore(transaction, new Set(marksOf(transaction, owner).map(({ snapshotId }) => snapshotId)));
  for (const table of ['retention_policies', 'holds', 'removal_marks', 'prunes_due']) {
    transaction
      .sql(
        `DELETE FROM ${table} WHERE owner = @owner
           OR owner IN (SELECT id FROM protected_folders WHERE tenant_id = @owner)
           OR owner IN (SELECT folder_id FROM folder_snapshots WHERE tenant_id = @owner)`,
      )
      .run({ owner });
  }
}
