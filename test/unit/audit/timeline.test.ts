import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertEvents } from '../../../main/audit/search/insert-events.ts';
import { readTimeline, type TimelineRequest } from '../../../main/audit/search/timeline.ts';
import { searchMigrations } from '../../../main/storage/migrations/search.ts';
import { outcomes, severities } from '../../../shared/severities.ts';
import { makePlace, type Place } from '../../doubles/store-place.ts';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const event = fc.record({
  log: fc.integer({ min: 0, max: 2 }),
  time: fc.oneof(
    fc.integer({ min: start, max: start + 3 * hour }),
    fc.integer({ min: start, max: start + 400 * 24 * hour }),
  ),
  severity: fc.constantFrom(...severities),
  outcome: fc.constantFrom(...outcomes),
});
const maybe = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
/** Where many events are, so that bounds cut hours that hold some. */
const busy = fc.integer({ min: start, max: start + 3 * hour });
const request = fc.record({
  logs: maybe(fc.uniqueArray(fc.integer({ min: 0, max: 2 }))),
  severity: maybe(fc.constantFrom(...severities)),
  outcome: maybe(fc.constantFrom(...outcomes)),
  from: maybe(fc.oneof(busy, fc.integer({ min: start - hour, max: start + 300 * 24 * hour }))),
  to: maybe(fc.oneof(busy, fc.integer({ min: start, max: start + 500 * 24 * hour }))),
  buckets: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 200 })),
});

type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

function rightOnes(events: readonly Event[], asked: TimelineRequest): Event[] {
  return events.filter(
    ({ log, time, severity, outcome }) =>
      (asked.logs === undefined || asked.logs.includes(log)) &&
      (asked.severity === undefined || severity === asked.severity) &&
      (asked.outcome === undefined || outcome === asked.outcome) &&
      (asked.from === undefined || time >= asked.from) &&
      (asked.to === undefined || time < asked.to),
  );
}

test('counts what there is, wherever the bounds lie and after some was taken away', async () => {
  const search = await place.open({ name: 'search', migrations: searchMigrations });
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 60 }),
      fc.array(request, { minLength: 3, maxLength: 8 }),
      async (events, requests) => {
        await search.write((transaction) => {
          transaction.sql('DELETE FROM events').run();
          const stored = [...events, ...events].map((each, position) => ({ ...each, position }));
          insertEvents(
            transaction,
            stored.map((each) => ({ ...each, action: 'a.b', actor: null })),
          );
          transaction.sql('DELETE FROM events WHERE position >= ?').run(events.length);
        });
        for (const asked of requests) {
          const { buckets, total, bucketMs, from, to } = await readTimeline(search, asked);
          const right = rightOnes(events, asked);
          expect(total).toBe(right.length);
          expect(buckets.length).toBeLessThanOrEqual(asked.buckets);
          for (const [at, bucket] of buckets.entries()) {
            expect(Date.parse(bucket.time)).toBe(Date.parse(from ?? '') + at * bucketMs);
            const inIt = right.filter(
              ({ time }) => Math.floor((time - Date.parse(bucket.time)) / bucketMs) === 0,
            );
            for (const severity of severities) {
              expect(bucket[severity]).toBe(inIt.filter((each) => each.severity === severity).length);
            }
          }
          if (buckets.length > 0)
            expect(Date.parse(to ?? '')).toBe(Date.parse(from ?? '') + buckets.length * bucketMs);
        }
      },
    ),
    { numRuns: 60 },
  );
  await search.close();
});
