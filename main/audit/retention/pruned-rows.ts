import type { Reading, Transaction } from '../../storage/store.ts';

/** How much of the beginning of a log is pruned; both are multiples of 256. */
export interface Pruned {
  /** Entries below may be gone: a `log.pruned` leaf says where they are archived. */
  readonly minimum: number;
  /** Entries below are gone, but for those that the log itself still needs. */
  readonly dropped: number;
}

/** A row of the table `pruned`. */
export interface PrunedRow extends Pruned {
  readonly log: number;
  /** JSON: indices below the minimum that are not dropped, in order. */
  readonly kept: string;
  /** Id of the event `log.pruned` that tells of it. */
  readonly leaf: string;
}

/** What is pruned of a log; undefined where nothing is. */
export function prunedOf(reading: Reading, log: number): PrunedRow | undefined {
  return reading.sql<PrunedRow>('SELECT * FROM pruned WHERE log = ?').get(log);
}

/** Indices below the minimum that stay. */
export function keptOf({ kept }: PrunedRow): number[] {
  return JSON.parse(kept) as number[];
}

/** By number of the log. */
export function allPruned(reading: Reading): Map<number, PrunedRow> {
  const rows = reading.sql<PrunedRow>('SELECT * FROM pruned').all();
  return new Map(rows.map((row) => [row.log, row]));
}

export function storePruned(transaction: Pick<Transaction, 'sql'>, row: PrunedRow): void {
  transaction
    .sql(
      `INSERT INTO pruned (log, minimum, dropped, kept, leaf) VALUES ($log, $minimum, $dropped, $kept, $leaf)
       ON CONFLICT (log) DO UPDATE
       SET minimum = excluded.minimum, dropped = excluded.dropped, kept = excluded.kept, leaf = excluded.leaf`,
    )
    .run({ ...row });
}
