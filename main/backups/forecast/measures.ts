import type { Reading, Transaction } from '../../storage/store.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import { type RepositoryId, repositoryIdOf } from '../targets/target.ts';
import { type StoredDay, windowDays } from './fill.ts';

/** What one backup took. `time`: epoch milliseconds. */
export interface Measure {
  readonly time: number;
  readonly kind: 'full' | 'incremental';
  readonly bytes: number;
  readonly durationMs: number;
}

const dayMs = 86_400_000;
const keptOfEach = 100;
const keptDays = 4 * windowDays;

export const dayOf = (time: number): number => Math.floor(time / dayMs);

/** Keeps what a backup took and stored; the owner's oldest of more than a hundred is forgotten. */
export function measureBackup(transaction: Transaction, entry: CatalogueEntry): void {
  const owner = repositoryIdOf(entry.tenantId);
  addStored(transaction, owner, dayOf(entry.time), { added: entry.bytesAdded, removed: 0 });
  if (entry.safety) return;
  transaction
    .sql('INSERT INTO backup_measures (owner, time, kind, bytes, duration_ms) VALUES (?, ?, ?, ?, ?)')
    .run(owner, entry.time, entry.kind, entry.bytesAdded, entry.durationMs);
  transaction
    .sql(
      `DELETE FROM backup_measures WHERE id IN (
         SELECT id FROM backup_measures WHERE owner = ? ORDER BY time DESC, id DESC LIMIT -1 OFFSET ${keptOfEach})`,
    )
    .run(owner);
}

/** Keeps that a prune freed bytes. `now`: epoch milliseconds. */
export function measureRemoval(
  transaction: Transaction,
  owner: RepositoryId,
  now: number,
  bytes: number,
): void {
  addStored(transaction, owner, dayOf(now), { added: 0, removed: bytes });
}

export function removeMeasuresOf(transaction: Transaction, owner: RepositoryId): void {
  transaction.sql('DELETE FROM backup_measures WHERE owner = ?').run(owner);
  transaction.sql('DELETE FROM stored_days WHERE owner = ?').run(owner);
}

/** An owner's backups, oldest first; at most a hundred. */
export function measuresOf(reading: Reading, owner: RepositoryId): Measure[] {
  return reading
    .sql<Measure>(
      `SELECT time, kind, bytes, duration_ms AS durationMs FROM backup_measures WHERE owner = ?
       ORDER BY time, id`,
    )
    .all(owner);
}

/** What was stored day by day in the window before `today`: of all owners, or of those that a further target holds. */
export function storedDays(reading: Reading, today: number, targetId: string | null): StoredDay[] {
  return reading
    .sql<StoredDay>(
      `SELECT day, sum(added - removed) AS net FROM stored_days WHERE day >= ? AND day < ?
         AND (? IS NULL OR owner IN (SELECT owner FROM backup_copies WHERE target_id = ? AND gone = 0))
       GROUP BY day ORDER BY day`,
    )
    .all(today - windowDays, today, targetId, targetId);
}

function addStored(
  transaction: Transaction,
  owner: RepositoryId,
  day: number,
  { added, removed }: { readonly added: number; readonly removed: number },
): void {
  transaction
    .sql(
      `INSERT INTO stored_days (day, owner, added, removed) VALUES (?, ?, ?, ?)
       ON CONFLICT (day, owner) DO UPDATE SET added = added + excluded.added, removed = removed + excluded.removed`,
    )
    .run(day, owner, added, removed);
  transaction.sql('DELETE FROM stored_days WHERE owner = ? AND day < ?').run(owner, day - keptDays);
}
