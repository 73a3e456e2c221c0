import type { Reading } from '../../../storage/store.ts';
import type { Turns } from '../turns.ts';
import { everybody } from './add-counts.ts';
import { type CountedWindow, eachLog } from './counted-window.ts';

export interface SingleEvent {
  readonly time: number;
  readonly position: number;
  readonly kind: number;
  readonly actor: number;
}

/** So many are read at once. */
const atOnce = 3_000;

/** The events of a window one by one, between two times in epoch milliseconds, the second excluded. */
export async function* singleEvents(
  search: Reading,
  { logs, kinds, actors }: CountedWindow,
  [from, to]: readonly [number, number],
  turns: Turns,
): AsyncGenerator<SingleEvent, void> {
  const all = actors.includes(everybody);
  for (const [where, values] of eachLog(logs)) {
    const events = search.sql<SingleEvent>(
      `SELECT time, position, kind,
         (SELECT event_actors.actor FROM event_actors WHERE pseudonym IS events.actor) AS actor
       FROM events WHERE ${where} AND (time, position) > (?, ?) AND time < ?
       ORDER BY time, position LIMIT ${atOnce}`,
    );
    for (let after = [from, -1]; from < to; ) {
      const found = events.all(...values, ...after, to);
      for (const event of found)
        if (kinds.has(event.kind) && (all || actors.includes(event.actor))) yield event;
      const last = found.at(-1);
      if (last === undefined || found.length < atOnce) break;
      after = [last.time, last.position];
      await turns.next();
    }
  }
}
