import type { Reading } from '../../../storage/store.ts';
import { Turns } from '../turns.ts';
import { everybody } from './add-counts.ts';
import { countKinds } from './count-kinds.ts';
import { type CountedFilter, type CountedWindow, countedWindow } from './counted-window.ts';
import { singleEvents } from './single-events.ts';
import { hourMs, spans, stretchesOf } from './spans.ts';
import { Tally } from './tally.ts';

/** How often there is each action, and each actor by pseudonym; null: the system. */
export interface Frequencies {
  readonly actions: Tally<string>;
  readonly actors: Tally<string | null>;
}

/** From the counts of whole hours, days and 28 days, and event by event at the edges. */
export async function readFrequencies(search: Reading, filter: CountedFilter): Promise<Frequencies> {
  const actions = new Tally<string>();
  const byNumber = new Tally<number>();
  const window = countedWindow(search, filter);
  if (window === undefined) return { actions, actors: new Tally() };
  const { from, to, firstHour, lastHour, actors } = window;
  const turns = new Turns();
  const singly = async (start: number, end: number) => {
    for await (const { kind, actor } of singleEvents(search, window, [start, end], turns)) {
      const action = window.kinds.get(kind)?.action;
      if (action !== undefined) actions.add(action, 1);
      byNumber.add(actor, 1);
    }
  };
  if (firstHour >= lastHour) {
    await singly(from, to);
  } else {
    await singly(from, firstHour * hourMs);
    const stretches = stretchesOf(firstHour, lastHour);
    for (const actor of actors) {
      const counted = await countKinds(search, window, { actor, stretches }, turns);
      for (const [{ action }, count] of counted) actions.add(action, count);
    }
    for await (const actor of actorsMet(search, window, turns)) {
      const counted = await countKinds(search, window, { actor, stretches }, turns);
      for (const count of counted.values()) byNumber.add(actor, count);
    }
    await singly(lastHour * hourMs, to);
  }
  return { actions, actors: named(search, byNumber) };
}

/** Of the longest spans: so that few rows tell who there is. */
const longest = Math.max(...spans);

/** Everyone who ever did something in these logs, or who the filter names. */
async function* actorsMet(
  search: Reading,
  { logs, actors }: CountedWindow,
  turns: Turns,
): AsyncGenerator<number, void> {
  if (!actors.includes(everybody)) {
    yield* actors;
    return;
  }
  const next = search.sql<{ actor: number }>(
    'SELECT actor FROM event_counts WHERE span = ? AND log = ? AND actor > ? ORDER BY actor LIMIT 1',
  );
  const met = new Set<number>();
  for (const log of logs) {
    for (let found = next.get(longest, log, everybody); found !== undefined; ) {
      met.add(found.actor);
      await turns.next();
      found = next.get(longest, log, found.actor);
    }
  }
  yield* met;
}

function named(search: Reading, byNumber: Tally<number>): Tally<string | null> {
  const pseudonymOf = search.sql<{ pseudonym: string | null }>(
    'SELECT pseudonym FROM event_actors WHERE actor = ?',
  );
  return byNumber.map((actor) => pseudonymOf.get(actor)?.pseudonym ?? null);
}
