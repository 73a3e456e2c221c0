import type { Reading, Transaction } from '../storage/store.ts';

/** Failed attempts in a row, and when the last one was (epoch milliseconds). */
export interface Failures {
  readonly failures: number;
  readonly lastAt: number;
}

const freeFailures = 3;
const firstDelayMs = 1000;
const mostDelayMs = 15 * 60_000;
const forgottenAfterMs = 24 * 3_600_000;
const mostNames = 10_000;

/** How long after the last of so many failures the next attempt is refused: 1 s after 3, doubling up to 15 min. */
export function delayAfter(failures: number): number {
  if (failures < freeFailures) return 0;
  return Math.min(firstDelayMs * 2 ** Math.min(failures - freeFailures, 30), mostDelayMs);
}

/** How long still to wait. A clock that was turned back makes no wait longer than the delay itself. */
export function waitOf({ failures, lastAt }: Failures, now: number): number {
  const delay = delayAfter(failures);
  return Math.min(delay, Math.max(0, lastAt + delay - now));
}

/** Failures by name, whether anybody has it or not; forgotten a day after the last one. */
export function failuresOf(reading: Reading, nameIndex: Uint8Array, now: number): Failures {
  const found = reading
    .sql<Failures>('SELECT failures, last_at AS lastAt FROM sign_in_failure WHERE name_index = ?')
    .get(nameIndex);
  return found === undefined || found.lastAt <= now - forgottenAfterMs ? { failures: 0, lastAt: now } : found;
}

/** Answers the failures with this one. */
export function addFailure(transaction: Transaction, nameIndex: Uint8Array, now: number): Failures {
  const failures = failuresOf(transaction, nameIndex, now).failures + 1;
  transaction
    .sql(
      `INSERT INTO sign_in_failure (name_index, failures, last_at) VALUES ($nameIndex, $failures, $now)
       ON CONFLICT (name_index) DO UPDATE SET failures = $failures, last_at = $now`,
    )
    .run({ nameIndex, failures, now });
  sweep(transaction, now);
  return { failures, lastAt: now };
}

export function forgetFailures(transaction: Transaction, nameIndex: Uint8Array): void {
  transaction.sql('DELETE FROM sign_in_failure WHERE name_index = ?').run(nameIndex);
}

/** Keeps the table small however many names are tried; the names of operators are never pushed out. */
function sweep(transaction: Transaction, now: number): void {
  transaction.sql('DELETE FROM sign_in_failure WHERE last_at <= ?').run(now - forgottenAfterMs);
  transaction
    .sql(
      `DELETE FROM sign_in_failure WHERE name_index IN (
         SELECT name_index FROM sign_in_failure AS tried
         WHERE NOT EXISTS (SELECT 1 FROM operator WHERE operator.name_index = tried.name_index)
         ORDER BY last_at DESC LIMIT -1 OFFSET ?)`,
    )
    .run(mostNames);
}
