import type { Reading, Transaction } from '../storage/store.ts';

/** Runs that were left out, as the schedule of their owner has it. Times are epoch milliseconds. */
export interface Skip {
  /** A tenant's id, or `installation`. */
  readonly owner: string;
  /** What was due up to then is left out. */
  readonly through: number;
  readonly dueAt: number;
  readonly why: 'missed' | 'overlap';
}

export function putSkip(transaction: Transaction, skip: Skip): void {
  transaction
    .sql(
      `INSERT INTO schedule_skips (owner, through, due_at, why) VALUES ($owner, $through, $dueAt, $why)
       ON CONFLICT (owner) DO UPDATE SET through = $through, due_at = $dueAt, why = $why`,
    )
    .run({ ...skip });
}

/** The newest of each owner. */
export function readSkips(reading: Reading): ReadonlyMap<string, Skip> {
  const rows = reading.sql<Skip>('SELECT owner, through, due_at AS dueAt, why FROM schedule_skips').all();
  return new Map(rows.map((row) => [row.owner, row]));
}
