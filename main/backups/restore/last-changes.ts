import type { Clock } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Transaction } from '../../storage/store.ts';
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

/** For a rebuilt database that takes the place of the live one as a file. */
export async function finishRebuilt(file: string, end: RebuiltEnd, clock: Clock): Promise<void> {
  const store = await openRebuilt(file, clock);
  try {
    await store.write((transaction) => lastChanges(transaction, end));
  } finally {
    await store.close(); // the last connection leaves no write-ahead log
  }
}
