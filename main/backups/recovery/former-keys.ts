import type { Uuid } from '../../../shared/ids.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

/** Notes a recovery key, by its salt, that may open repositories and is not to any more, whichever is in force in the end. */
export function noteFormerKey(transaction: Transaction, salt: Uint8Array): void {
  transaction
    .sql(`INSERT INTO former_recovery_keys (salt) VALUES (?) ON CONFLICT (salt) DO UPDATE SET removed = 0`)
    .run(textOf(salt));
}

/** Salts of every recovery key but the present one that there ever was, in base64. */
export function formerSalts(reading: Reading, present: Uint8Array): ReadonlySet<string> {
  const rows = reading.sql<{ salt: string }>('SELECT salt FROM former_recovery_keys').all();
  return new Set(rows.map(({ salt }) => salt).filter((salt) => salt !== textOf(present)));
}

/** Whether a replacement did not come to its end on the first target. */
export function isUnfinished(reading: Reading): boolean {
  return reading.sql('SELECT 1 FROM former_recovery_keys WHERE removed = 0 LIMIT 1').get() !== undefined;
}

export function noteRemoved(transaction: Transaction, present: Uint8Array): void {
  transaction.sql('DELETE FROM former_recovery_keys WHERE salt = ?').run(textOf(present));
  transaction.sql('UPDATE former_recovery_keys SET removed = 1').run();
}

/** Every further target that was ever written to holds something that the key before opens. */
export function markTargets(transaction: Transaction): void {
  transaction
    .sql(
      `INSERT OR IGNORE INTO targets_with_former_key (target_id)
       SELECT id FROM backup_targets
       WHERE synced_at IS NOT NULL OR id IN (SELECT target_id FROM backup_copies)`,
    )
    .run();
}

export function holdsFormerKey(reading: Reading, targetId: Uuid): boolean {
  return reading.sql('SELECT 1 FROM targets_with_former_key WHERE target_id = ?').get(targetId) !== undefined;
}

export function unmarkTarget(transaction: Transaction, targetId: Uuid): void {
  transaction.sql('DELETE FROM targets_with_former_key WHERE target_id = ?').run(targetId);
}

const textOf = (salt: Uint8Array) => Buffer.from(salt).toString('base64');
