import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventFilter } from '../../../main/audit/search/event-filter.ts';
import { type FoundEvent, findEvents } from '../../../main/audit/search/event-streams.ts';
import { insertEvents } from '../../../main/audit/search/insert-events.ts';
import { searchMigrations } from '../../../main/storage/migrations/search.ts';
import type { SqlParameters, Store } from '../../../main/storage/store.ts';
import { outcomes, severities } from '../../../shared/severities.ts';
import { makePlace, type Place } from '../../doubles/store-place.ts';

let place: Place;
let search: Store & { close(): Promise<void> };
beforeEach(async () => {
  place = makePlace();
  search = await place.open({ name: 'search', migrations: searchMigrations });
});
afterEach(async () => {
  await search.close();
  place.remove();
});

const actions = ['a.b', 'a.c', 'a.b.c', 'ab.c', 'b.c'] as const;
const actors = ['p:1', 'p:2', 'p:3'] as const;
/** Mostly not: a filter by everything lets hardly anything through. */
const maybe = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const event = fc.record({
  log: fc.integer({ min: 0, max: 2 }),
  time: fc.integer({ min: 0, max: 50 }),
  action: fc.constantFrom(...actions),
  severity: fc.constantFrom(...severities),
  outcome: fc.constantFrom(...outcomes),
  actor: fc.option(fc.constantFrom(...actors)),
});
const filter = fc.record({
  logs: maybe(fc.uniqueArray(fc.integer({ min: 0, max: 3 }))),
  from: maybe(fc.integer({ min: 0, max: 60 })),
  to: maybe(fc.integer({ min: 0, max: 60 })),
  actors: maybe(fc.uniqueArray(fc.constantFrom(...actors, null))),
  action: maybe(fc.constantFrom(...actions, 'a.*', 'a.b.*', 'z.*')),
  severity: maybe(fc.constantFrom(...severities)),
  outcome: maybe(fc.constantFrom(...outcomes)),
});

type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

async function store(events: readonly Event[]): Promise<void> {
  await search.write((transaction) => {
    transaction.sql('DELETE FROM events').run();
    insertEvents(
      transaction,
      events.map((each, position) => ({ ...each, position })),
    );
  });
}

function passes(asked: EventFilter, { log, time, action, severity, outcome, actor }: Event): boolean {
  const { action: wanted = action } = asked;
  return (
    (asked.logs === undefined || asked.logs.includes(log)) &&
    time >= (asked.from ?? 0) &&
    time < (asked.to ?? 1000) &&
    (asked.actors?.includes(actor) ?? true) &&
    (wanted.endsWith('.*') ? action.startsWith(wanted.slice(0, -1)) : action === wanted) &&
    (asked.severity ?? severity) === severity &&
    (asked.outcome ?? outcome) === outcome
  );
}

test('pages of any filter give what it lets through, once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 80 }),
      fc.array(fc.tuple(filter, fc.constantFrom('newest', 'oldest'), fc.integer({ min: 1, max: 30 })), {
        minLength: 4,
        maxLength: 8,
      }),
      async (events, asks) => {
        await store(events);
        for (const [asked, order, limit] of asks) {
          const right = events
            .map((each, position) => ({ ...each, position }))
            .filter((each) => passes(asked, each))
            .sort((one, other) => one.time - other.time || one.position - other.position);
          if (order === 'newest') right.reverse();
          const all: FoundEvent[] = [];
          for (let after: [number, number] | undefined; ; ) {
            const page = await findEvents(search, { filter: asked, order, limit, after });
            expect(page.length).toBeLessThanOrEqual(limit);
            all.push(...page);
            const last = page.at(-1);
            if (last === undefined || page.length < limit) break;
            after = [last.time, last.position];
          }
          expect(all.map(({ position }) => position)).toEqual(right.map(({ position }) => position));
        }
      },
    ),
    { numRuns: 80 },
  );
});

test('every value of a filter is a bound of the index, so that nothing is read to be left out', async () => {
  const [kind] = [{ action: 'a.b', severity: 'info', outcome: 'success' } as const];
  await store([
    { log: 1, time: 5, actor: 'p:1', ...kind },
    { log: 1, time: 6, actor: 'p:1', ...kind },
  ]);
  const plans: string[] = [];
  const watched = {
    sql: <Row>(text: string) => {
      const statement = search.sql<Row>(text);
      return {
        ...statement,
        all: (...values: SqlParameters) => {
          const plan = search.sql<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`).all(...values);
          if (text.includes('FROM events ')) plans.push(plan.map(({ detail }) => detail).join('; '));
          return statement.all(...values);
        },
      };
    },
  };
  const filters: [EventFilter, string][] = [
    [{}, 'events_by_time ('],
    [{ logs: [1] }, 'events_by_log (log=? AND '],
    [{ severity: 'info' }, 'events_by_kind (kind=? AND '],
    [{ logs: [1], action: 'a.*', outcome: 'success' }, 'events_by_log_and_kind (log=? AND kind=? AND '],
    [{ actors: ['p:1'] }, 'events_by_actor (actor=? AND kind=? AND '],
    [{ logs: [1], actors: ['p:1'] }, 'events_by_log_and_actor (log=? AND actor=? AND kind=? AND '],
  ];
  for (const [asked, index] of filters) {
    for (const order of ['newest', 'oldest'] as const) {
      plans.length = 0;
      await findEvents(watched, { filter: asked, order, limit: 1, after: undefined });
      await findEvents(watched, { filter: asked, order, limit: 1, after: [5, 1] });
      const right = `SEARCH events USING COVERING INDEX ${index}time>? AND time<?)`;
      expect(plans).toEqual([right, right]);
    }
  }
});
