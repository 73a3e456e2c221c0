import type { Reading, Transaction } from '../../storage/store.ts';
import { decodeRecord } from '../record.ts';
import { removeWords, type WordedEvent } from './text/word-index.ts';
import { tokensOf } from './text/words.ts';

/** Positions, the end excluded. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface Row {
  readonly position: number;
  readonly log: number;
  readonly time: number;
  readonly kind: number;
}

/**
 * Takes the first events of a stretch out, with their words, but for those at `kept` (JSON of positions): as many as a short
 * transaction can. `log`: audit.db, which tells their words as long as it has them. Answers where to go on.
 */
export function removeEvents(
  transaction: Transaction,
  log: Reading,
  { from, to }: Stretch,
  { kept, bytes }: { readonly kept: string; readonly bytes: number },
): number {
  const recordAt = log.sql<{ record: Uint8Array }>('SELECT record FROM entries WHERE position = ?');
  const worded = ({ position, time, ...row }: Row, record: Uint8Array): WordedEvent => ({
    position,
    time,
    tokens: tokensOf(decodeRecord(record), row),
  });
  const rows = transaction
    .sql<Row>(
      `SELECT position, log, time, kind FROM events
       WHERE position >= ? AND position < ? AND position NOT IN (SELECT value FROM json_each(?))
       ORDER BY position LIMIT ?`,
    )
    .all(from, to, kept, mostAtOnce);
  const remove = transaction.sql('DELETE FROM events WHERE position = ?');
  const gone: Row[] = [];
  const removed: WordedEvent[] = [];
  let read = 0;
  for (const row of rows) {
    const record = recordAt.get(row.position)?.record;
    read += record?.length ?? 0;
    if (read > bytes && gone.length > 0) break;
    remove.run(row.position);
    gone.push(row);
    if (record !== undefined) removed.push(worded(row, record));
  }
  const others = sharing(transaction, gone).flatMap((row) => {
    const record = recordAt.get(row.position)?.record;
    return record === undefined ? [] : [worded(row, record)];
  });
  removeWords(transaction, removed, others);
  const last = gone.at(-1);
  return last === undefined ? to : last.position + 1;
}

const mostAtOnce = 200;

/** What is left in the places of these. */
function sharing(transaction: Transaction, rows: readonly Row[]): Row[] {
  const at = transaction.sql<Row>(
    'SELECT position, log, time, kind FROM events WHERE time = ? AND position % 64 = ? % 64',
  );
  const found = rows.flatMap(({ time, position }) => at.all(time, position));
  return [...new Map(found.map((row) => [row.position, row])).values()];
}
