import type { Reading, SqlValue } from './store.ts';

export interface SpanCounts {
  /** There at the beginning and at the end of a period. */
  readonly start: number;
  readonly end: number;
  /** In the period. */
  readonly added: number;
  readonly removed: number;
}

interface Spans {
  readonly table: string;
  /** SQL of when a row began to count, and when it ended (NULL: it has not); epoch milliseconds. */
  readonly began: string;
  readonly ended: string;
  readonly where?: string;
  readonly values?: Readonly<Record<string, SqlValue>>;
}

/** How many rows counted at the beginning and the end of a period, by the times that they keep. One pass over the table. */
export function countSpans(
  reading: Reading,
  { table, began, ended, where = 'true', values = {} }: Spans,
  { from, to }: { readonly from: number; readonly to: number },
): SpanCounts {
  const there = (at: string) => `sum(began <= ${at} AND (ended IS NULL OR ended > ${at}))`;
  const counts = reading
    .sql<Record<keyof SpanCounts, number | null>>(
      `SELECT ${there('$from')} AS start, ${there('$to')} AS "end", sum(began > $from AND began <= $to) AS added, sum(ended > $from AND ended <= $to) AS removed
       FROM (SELECT ${began} AS began, ${ended} AS ended FROM ${table} WHERE ${where})`,
    )
    .get({ ...values, from, to });
  return {
    start: counts?.start ?? 0,
    end: counts?.end ?? 0,
    added: counts?.added ?? 0,
    removed: counts?.removed ?? 0,
  };
}
