import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CountedFilter } from '../../../main/audit/search/counts/counted-window.ts';
import { readFrequencies } from '../../../main/audit/search/counts/frequencies.ts';
import { stretchesOf } from '../../../main/audit/search/counts/spans.ts';
import { isAction } from '../../../main/audit/search/event-kinds.ts';
import { insertEvents } from '../../../main/audit/search/insert-events.ts';
import { readTimeline } from '../../../main/audit/search/timeline.ts';
import { searchMigrations } from '../../../main/storage/migrations/search.ts';
import type { Store } from '../../../main/storage/store.ts';
import { outcomes, severities } from '../../../shared/severities.ts';
import { makePlace, type Place } from '../../doubles/store-place.ts';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 1);
const actions = ['a.b', 'a.c', 'b.c'] as const;
const actors = ['p:1', 'p:2', 'p:3'] as const;
const busy = fc.integer({ min: start, max: start + 3 * hour });
const anyTime = fc.integer({ min: start, max: start + 200 * day });
const event = fc.record({
  log: fc.integer({ min: 0, max: 2 }),
  time: fc.oneof(busy, anyTime),
  action: fc.constantFrom(...actions),
  severity: fc.constantFrom(...severities),
  outcome: fc.constantFrom(...outcomes),
  actor: fc.option(fc.constantFrom(...actors)),
});
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;
const maybe = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const filter = fc.record({
  logs: maybe(fc.uniqueArray(fc.integer({ min: 0, max: 3 }))),
  actors: maybe(fc.uniqueArray(fc.constantFrom(...actors, 'p:nobody', null))),
  action: maybe(fc.constantFrom('a.*', 'a.b', 'z.z')),
  severity: maybe(fc.constantFrom(...severities)),
  outcome: maybe(fc.constantFrom(...outcomes)),
  from: maybe(fc.oneof(busy, anyTime)),
  to: maybe(fc.oneof(busy, anyTime)),
});

function rightOnes(events: readonly Event[], asked: CountedFilter): Event[] {
  return events.filter(
    ({ log, time, action, severity, outcome, actor }) =>
      (asked.logs ?? [log]).includes(log) &&
      (asked.actors?.includes(actor) ?? true) &&
      (asked.action === undefined || isAction(asked.action, action)) &&
      (asked.severity ?? severity) === severity &&
      (asked.outcome ?? outcome) === outcome &&
      time >= (asked.from ?? time) &&
      (asked.to === undefined || time < asked.to),
  );
}

/** Stored in several transactions, with as many more that are taken away again. */
async function store(search: Store, events: readonly Event[]): Promise<void> {
  const stored = [...events, ...events].map((each, position) => ({ ...each, position }));
  await search.write((transaction) => void transaction.sql('DELETE FROM events').run());
  for (let at = 0; at < stored.length; at += 9) {
    await search.write((transaction) => void insertEvents(transaction, stored.slice(at, at + 9)));
  }
  await search.write((transaction) => {
    transaction.sql('DELETE FROM events WHERE position >= ?').run(events.length);
  });
}

function frequencies<Thing>(things: readonly Thing[]): Map<Thing, number> {
  const counts = new Map<Thing, number>();
  for (const thing of things) counts.set(thing, (counts.get(thing) ?? 0) + 1);
  return counts;
}

test('counts each action and each actor of any filter, as looking at every entry does', async () => {
  const search = await place.open({ name: 'search', migrations: searchMigrations });
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 60 }),
      fc.array(filter, { minLength: 3, maxLength: 8 }),
      async (events, asks) => {
        await store(search, events);
        for (const asked of asks) {
          const right = rightOnes(events, asked);
          const counted = await readFrequencies(search, asked);
          expect(new Map(counted.actions.told(99).top)).toEqual(
            frequencies(right.map(({ action }) => action)),
          );
          expect(new Map(counted.actors.told(99).top)).toEqual(frequencies(right.map(({ actor }) => actor)));
          expect((await readTimeline(search, { ...asked, buckets: 50 })).total).toBe(right.length);
        }
      },
    ),
    { numRuns: 80 },
  );
  await search.close();
});

test('what is taken away leaves no row of counts behind', async () => {
  const search = await place.open({ name: 'search', migrations: searchMigrations });
  const one = { log: 1, action: 'a.b', severity: 'info', outcome: 'success' } as const;
  await store(search, [
    { ...one, time: start, actor: 'p:1' },
    { ...one, time: start + day, actor: null },
  ]);
  expect(search.sql('SELECT * FROM event_counts').all()).not.toEqual([]);
  await search.write((transaction) => void transaction.sql('DELETE FROM events').run());
  expect(search.sql('SELECT * FROM event_counts').all()).toEqual([]);
  await search.close();
});

test('an index that counted by hours alone is counted by actors when it is opened', async () => {
  const old = await place.open({ name: 'search', migrations: searchMigrations.slice(0, 5) });
  await old.write((transaction) => {
    transaction
      .sql("INSERT INTO event_kinds VALUES (7, 'a.b', 'info', 'success'), (8, 'a.c', 'warning', 'failure')")
      .run();
    const add = transaction.sql('INSERT INTO events VALUES (?, ?, ?, ?, ?)');
    for (let at = 0; at < 400; at += 1) {
      add.run(at, at % 3, start + at * 7 * hour, 7 + (at % 2), at % 5 === 0 ? null : `p:${at % 5}`);
    }
  });
  const rows = old.sql<Event & { kind: number; position: number }>('SELECT * FROM events').all();
  await old.close();
  const search = await place.open({ name: 'search', migrations: searchMigrations });
  const byMigration = search.sql('SELECT * FROM event_counts').all();
  await search.write((transaction) => {
    transaction.sql('DELETE FROM events').run();
    const kinds = {
      7: { action: 'a.b', severity: 'info', outcome: 'success' },
      8: { action: 'a.c', severity: 'warning', outcome: 'failure' },
    } as const;
    insertEvents(
      transaction,
      rows.map(({ kind, ...row }) => ({ ...row, ...kinds[kind === 7 ? 7 : 8] })),
    );
  });
  expect(byMigration.length).toBeGreaterThan(1000);
  expect(search.sql('SELECT * FROM event_counts').all()).toEqual(byMigration);
  await search.close();
});

test('hours are made up of the longest spans there are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 5_000 }), (from, length) => {
      const stretches = stretchesOf(from, from + length);
      const hours = stretches.flatMap(({ span, from: first, to }) =>
        Array.from({ length: (to - first) * span }, (_, at) => first * span + at),
      );
      expect(hours).toEqual(Array.from({ length }, (_, at) => from + at));
      const read = stretches.reduce((sum, { from: first, to }) => sum + to - first, 0);
      expect(read).toBeLessThanOrEqual(2 * 23 + 2 * 27 + 8);
    }),
  );
});

test('the most frequent are named, and the others counted', async () => {
  const search = await place.open({ name: 'search', migrations: searchMigrations });
  const one = { log: 1, severity: 'info', outcome: 'success', actor: null } as const;
  const events = Array.from({ length: 55 }, (_, at) => ({
    ...one,
    time: start + at,
    action: `a.b${Math.floor(Math.sqrt(at * 2 + 0.25) - 0.5)}`,
  }));
  await search.write((transaction) => {
    insertEvents(
      transaction,
      events.map((each, position) => ({ ...each, position })),
    );
  });
  const { actions: told } = await readFrequencies(search, {});
  expect(told.told(2)).toEqual({
    top: [
      ['a.b9', 10],
      ['a.b8', 9],
    ],
    others: { different: 8, count: 36 },
  });
  await search.close();
});
