import { baselineDays } from '../../../../shared/anomalies.ts';
import type { Reading, Transaction } from '../../../storage/store.ts';
import { DayCounts } from './day-counts.ts';
import { type DayRows, wholeLog } from './log-statistics.ts';

/** More days than are looked back on, for a clock that was ahead for some. */
const keptDays = baselineDays + 8;

/** The table `anomaly_days` of one log. */
export function storedDays(reading: Reading, origin: string): DayRows {
  return {
    read(subject, first, last) {
      const rows = reading
        .sql<{ day: number; counts: string }>(
          'SELECT day, counts FROM anomaly_days WHERE origin = ? AND subject = ? AND day >= ? AND day <= ?',
        )
        .all(origin, subject, first, last);
      return new Map(rows.map(({ day, counts }) => [day, DayCounts.parse(counts)]));
    },
  };
}

/** Keeps changed days, and lets those go that are further back than the newest 64 of the log. */
export function putDays(
  transaction: Transaction,
  origin: string,
  changed: ReadonlyMap<string, ReadonlyMap<number, DayCounts>>,
): void {
  const put = transaction.sql(
    'INSERT OR REPLACE INTO anomaly_days (origin, subject, day, counts) VALUES (?, ?, ?, ?)',
  );
  for (const [subject, days] of changed)
    for (const [day, counts] of days) put.run(origin, subject, day, counts.text());
  transaction
    .sql(
      `DELETE FROM anomaly_days WHERE origin = $origin AND day <
         (SELECT day FROM anomaly_days WHERE origin = $origin AND subject = $whole ORDER BY day DESC LIMIT 1 OFFSET $kept)`,
    )
    .run({ origin, whole: wholeLog, kept: keptDays - 1 });
}
