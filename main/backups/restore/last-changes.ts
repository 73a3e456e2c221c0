import type { Clock } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { fileEntries } from '../../row-hash/tenant-rows.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { beginTimeline } from '../snapshot/timeline.ts';
import { openRebuilt } from './rebuild-tenant.ts';

export interface RebuiltEnd {
  readonly timeline: Uuid;
  /** Events of its outbox that the audit log has. */
  readonly logged: readonly string[];
}

/** What a rebuilt tenant's database needs before it is worked with. */
export function lastChanges(rebuilt: Pick<Transaction, 'sql'>, { timeline, logged }: RebuiltEnd): void {
  beginTimeline(rebuilt, timeline);
  // one that goes on in this process finds that its beginnings are gone
  rebuilt.sql(`UPDATE imports SET state = 'interrupted' WHERE state = 'running'`).run();
  const forget = rebuilt.sql('DELETE FROM outbox WHERE event_id = ?');
  for (const eventId of logged) forget.run(eventId);
}

/**
 * Of the contents in the tenant's folder those that the live state names, or whose entries were deleted, are not to be
 * forgotten: the commits before the replacement name them, and the next snapshot has to hold those too.
 */
export function keepRemovedContents(rebuilt: Pick<Transaction, 'sql'>, live: Reading): void {
  rebuilt.sql('DELETE FROM removed_contents').run();
  const keep = rebuilt.sql(
    `INSERT INTO removed_contents (sha256, size, seq) VALUES (?, ?, ?)
     ON CONFLICT (sha256) DO UPDATE SET seq = max(seq, excluded.seq)`,
  );
  const removed = live.sql<{ sha256: Uint8Array; size: number; seq: number }>(
    'SELECT sha256, size, seq FROM removed_contents',
  );
  for (const { sha256, size, seq } of removed.iterate()) keep.run(sha256, size, seq);
  const stays = rebuilt.sql('SELECT 1 FROM files WHERE sha256 = ?');
  const last = live.sql<{ seq: number }>('SELECT seq FROM commit_clock').get()?.seq ?? 0;
  for (const { sha256, size } of fileEntries(live)) {
    if (stays.get(sha256) === undefined) keep.run(sha256, size, last + 1);
  }
}

/** For a rebuilt database that takes the place of the live one as a file. */
export async function finishRebuilt(file: string, end: RebuiltEnd, clock: Clock): Promise<void> {
  const store = await openRebuilt(file, clock);
  try {
    await store.write((transaction) => lastChanges(transaction, end));
  } finally {
    await store.close(); // the last connection leaves no write-ahead log
  }
}
