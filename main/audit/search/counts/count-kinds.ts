import type { Reading } from '../../../storage/store.ts';
import type { StoredKind } from '../event-kinds.ts';
import type { Turns } from '../turns.ts';
import type { CountedWindow } from './counted-window.ts';
import { partsOf, type Stretch } from './spans.ts';

/** How many events of one actor there are of each kind that the window lets through, in spans that are counted. */
export async function countKinds(
  search: Reading,
  { logs, kinds }: CountedWindow,
  { actor, stretches }: { readonly actor: number; readonly stretches: readonly Stretch[] },
  turns: Turns,
): Promise<Map<StoredKind, number>> {
  const counts = search.sql<{ kind: number; count: number }>(
    `SELECT kind, sum(count) AS count FROM event_counts
     WHERE span = ? AND log = ? AND actor = ? AND at >= ? AND at < ? GROUP BY kind`,
  );
  const counted = new Map<StoredKind, number>();
  for (const log of logs) {
    for (const { span, from, to } of partsOf(stretches)) {
      for (const { kind, count } of counts.all(span, log, actor, from, to)) {
        const stored = kinds.get(kind);
        if (stored !== undefined) counted.set(stored, (counted.get(stored) ?? 0) + count);
      }
      await turns.next();
    }
  }
  return counted;
}
