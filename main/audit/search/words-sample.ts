import { setImmediate } from 'node:timers/promises';
import type { Reading } from '../../storage/store.ts';
import { type LogHead, positionOf } from '../log-store.ts';
import { decodeRecord } from '../record.ts';
import { hasWords } from './text/word-index.ts';
import { tokensOf } from './text/words.ts';

/** The first of each so many is looked up, and each critical one: enough to see that words were taken away at large. */
const stretch = 200;

/**
 * Whether the index lacks words of an entry among those that are looked up. Entries that the log lacks are passed over. Throws
 * VALIDATION for a record that cannot be read, and the signal's reason.
 */
export async function lacksWords(
  search: Reading,
  reading: Reading,
  { log, size }: Pick<LogHead, 'log' | 'size'>,
  signal: AbortSignal,
): Promise<boolean> {
  const chosen = search.sql<{ position: number; kind: number }>(
    `SELECT position, kind FROM events JOIN event_kinds USING (kind)
     WHERE position >= ? AND position < ?
     AND (severity = 'critical' OR position = (SELECT min(position) FROM events WHERE position >= ? AND position < ?))`,
  );
  const entry = reading.sql<{ record: Uint8Array }>('SELECT record FROM entries WHERE position = ?');
  for (let start = 0; start < size; start += stretch) {
    const first = positionOf(log, start);
    const end = positionOf(log, Math.min(size, start + stretch));
    for (const { position, kind } of chosen.all(first, end, first, end)) {
      const bytes = entry.get(position)?.record;
      if (bytes === undefined) continue;
      const record = decodeRecord(bytes);
      if (!hasWords(search, { position, time: record.t, tokens: tokensOf(record, { log, kind }) }))
        return true;
      await setImmediate();
      signal.throwIfAborted();
    }
    await setImmediate();
    signal.throwIfAborted();
  }
  return false;
}
