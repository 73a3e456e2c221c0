import { z } from 'zod';
import type { Reading, Transaction } from '../../storage/store.ts';

const name = 'backup.forget.asked';
const ids = z.array(z.string());

/** Sound snapshots that somebody asked to remove: no rule of a policy keeps them. A mark goes with each. */
export function askedToGo(reading: Reading): ReadonlySet<string> {
  const row = reading.sql<{ value: string }>('SELECT value FROM settings WHERE name = ?').get(name);
  return new Set(row === undefined ? [] : ids.parse(JSON.parse(row.value)));
}

export function askToGo(transaction: Transaction, snapshotId: string): void {
  put(transaction, [...new Set([...askedToGo(transaction), snapshotId])]);
}

export function askNoMore(transaction: Transaction, gone: ReadonlySet<string>): void {
  const before = [...askedToGo(transaction)];
  const left = before.filter((id) => !gone.has(id));
  if (left.length < before.length) put(transaction, left);
}

function put(transaction: Transaction, asked: readonly string[]): void {
  transaction
    .sql(
      'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    )
    .run(name, JSON.stringify(asked));
}
