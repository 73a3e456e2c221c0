import { HoldfastError } from '../../../shared/errors.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { quotaExceeded, refusedQuota } from '../registry/quota.ts';

/** Bytes of every kept revision and every file entry; `limit` null is unlimited. */
export interface StorageState {
  readonly used: number;
  readonly limit: number | null;
}

export function readStorage(database: Reading): StorageState {
  const row = database.sql<StorageState>('SELECT used, storage_limit AS "limit" FROM storage').get();
  if (row !== undefined) return row;
  throw new HoldfastError(
    'INTEGRITY',
    "The tenant's storage counter is gone. Restore the tenant from a backup.",
    {
      where: 'tenant',
      problems: ['storage-counter-missing'],
    },
  );
}

export function setStorageLimit(transaction: Transaction, limit: number | null): void {
  transaction.sql('UPDATE storage SET storage_limit = ?').run(limit);
}

/** Runs `change`, which adds about `asked` bytes, and names the figures when the limit refuses it (QUOTA_EXCEEDED). */
export function withinStorage<Result>(database: Reading, asked: number, change: () => Result): Result {
  try {
    return change();
  } catch (error) {
    if (refusedQuota(error) === null) throw error;
    throw quotaExceeded({ quota: 'storageBytes', ...readStorage(database) }, asked);
  }
}

/** Refuses early what cannot fit; the trigger in the database has the last word. Throws QUOTA_EXCEEDED. */
export function requireStorage(database: Reading, asked: number): void {
  const { used, limit } = readStorage(database);
  if (limit !== null && used + asked > limit)
    throw quotaExceeded({ quota: 'storageBytes', used, limit }, asked);
}
