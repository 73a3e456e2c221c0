import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { positionOf } from '../../../main/audit/log-store.ts';
import type { AuditRecord } from '../../../main/audit/record.ts';
import { type EventFilter, letsThrough } from '../../../main/audit/search/event-filter.ts';
import type { FoundEvent } from '../../../main/audit/search/event-streams.ts';
import { insertEvents } from '../../../main/audit/search/insert-events.ts';
import { findByWords, type Pace } from '../../../main/audit/search/text/find-by-words.ts';
import { parseText } from '../../../main/audit/search/text/text-query.ts';
import { addWords, keyOf, mergeWords, removeWords } from '../../../main/audit/search/text/word-index.ts';
import { tokensOf } from '../../../main/audit/search/text/words.ts';
import { searchMigrations } from '../../../main/storage/migrations/search.ts';
import type { Store } from '../../../main/storage/store.ts';
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

const hour = 3_600_000;
const maybe = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const values = ['blue', 'Blau und rot', 'rot', 'übrig', 'UEBRIG 7', '17', 'ro-blue', '漢字 blue'] as const;

const event = fc.record({
  log: fc.integer({ min: 1, max: 2 }),
  // in one millisecond, in one hour, over hours
  t: fc.oneof(fc.constant(5), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 9 * hour })),
  act: fc.constantFrom('key.revoke', 'key.create', 'auth.key.revoke', 'user.create'),
  sev: fc.constantFrom(...severities),
  out: fc.constantFrom(...outcomes),
  actor: fc.option(fc.constantFrom('p:1', 'p:2'), { nil: undefined }),
  res: fc.option(
    fc.record({ k: fc.constantFrom('api-key', 'user'), id: fc.constantFrom('A-17', 'a/17', 'p:1') }),
    {
      nil: undefined,
    },
  ),
  cor: fc.option(fc.constantFrom('c1', 'c2'), { nil: undefined }),
  x: fc.option(fc.dictionary(fc.constantFrom('colour', 'what'), fc.constantFrom(...values, 7, true)), {
    nil: undefined,
  }),
});
type Given = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

const texts = [
  'key',
  'REVOKE',
  'blue -rot',
  '"und rot"',
  'key.revoke',
  'bl*',
  '-"key create" ke*',
  'ubrig',
  'a-17',
  'key -auth',
  'colour blue',
  'nowhere',
  '漢字',
  'tru*',
];
const filter = fc.record({
  text: maybe(fc.constantFrom(...texts).map(parseText)),
  logs: maybe(fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { minLength: 1 })),
  from: maybe(fc.integer({ min: 0, max: 9 * hour })),
  to: maybe(fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 9 * hour }))),
  actors: maybe(fc.uniqueArray(fc.constantFrom('p:1', 'p:2', 'p:"', null))),
  action: maybe(fc.constantFrom('key.revoke', 'key.*', 'auth.*', 'z.*')),
  severity: maybe(fc.constantFrom(...severities)),
  outcome: maybe(fc.constantFrom(...outcomes)),
  resource: fc.oneof(
    fc.constant({ id: 'A-17' }),
    fc.constant({ kind: 'user' }),
    fc.constant({ kind: 'api-key', id: 'a/17' }),
    fc.constant(undefined),
  ),
  correlation: maybe(fc.constantFrom('c1', 'c3')),
});

function recordOf({ log, actor, ...given }: Given, i: number): AuditRecord {
  const { res, cor, x, ...rest } = given;
  return {
    v: 1,
    log: `l${log}`,
    i,
    id: `e${i}`,
    boot: 'b',
    mono: 0,
    ph: 'outcome',
    app: '1',
    pol: '0',
    ...rest,
    who: actor === undefined ? { k: 'system' } : { k: 'operator', p: actor },
    ...(res && { res }),
    ...(cor && { cor }),
    ...(x && { x }),
  };
}

/** In several transactions, as they come. */
async function index(given: readonly Given[]) {
  const rows = given.map((each, at) => {
    const record = recordOf(each, at);
    return { record, log: each.log, position: positionOf(each.log, at * 32) };
  });
  await search.write((transaction) => {
    transaction.sql('DELETE FROM events').run();
    transaction.sql("INSERT INTO event_words (event_words) VALUES ('delete-all')").run();
  });
  for (let at = 0; at < rows.length; at += 7) {
    const some = rows.slice(at, at + 7);
    await search.write((transaction) => {
      const kinds = insertEvents(
        transaction,
        some.map(({ record: { t, act, sev, out, who }, log, position }) => {
          return { position, log, time: t, action: act, severity: sev, outcome: out, actor: who.p ?? null };
        }),
      );
      addWords(
        transaction,
        some.map(({ record, log, position }, which) => ({
          position,
          time: record.t,
          tokens: tokensOf(record, { log, kind: kinds[which] ?? 0 }),
        })),
      );
      mergeWords(transaction, 16);
    });
  }
  return new Map(rows.map((row) => [row.position, row]));
}

/** As in a log of millions: many windows, and pages that are given back early. */
const hurried = { rare: 1, eventsAtOnce: 5, keysAtOnce: 3, patienceMs: -1 } satisfies Pace;
const unhurried = { ...hurried, patienceMs: 60_000 };

test.each([
  ['revoke', true],
  ['Auth.KEY', true],
  ['"key revoke"', true],
  ['"auth revoke"', false],
  ['auth revoke', true],
  ['rev*', true],
  ['-create', 'VALIDATION'],
  ['key -create', true],
  ['key -revoke', false],
  ['key -"auth revoke"', true],
  ['grun', true],
  ['GRÜN', true],
  ['"colour grün"', false],
  ['a17', false],
  ['A-17', true],
  ['a-1*', true],
  ['7', true],
  ['"', 'VALIDATION'],
  ['* - ""', 'VALIDATION'],
  ['a*', 'VALIDATION'],
  ['NEAR(key) OR AND', false],
  ['w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13', 'VALIDATION'],
] as const)('what is typed as %s', (typed, right) => {
  const record = recordOf(
    {
      log: 1,
      t: 1,
      act: 'auth.key.revoke',
      sev: 'info',
      out: 'success',
      actor: undefined,
      cor: undefined,
      res: { k: 'api-key', id: 'A-17' },
      x: { colour: 'Grün' as 'rot', what: 7 },
    },
    1,
  );
  const told = () => letsThrough({ text: parseText(typed) }, record, 1);
  if (right === 'VALIDATION') expect(told).toThrow(expect.objectContaining({ code: 'VALIDATION' }));
  else expect(told()).toBe(right);
});

test('a beginning of too many words asks for more of it', async () => {
  await index(
    Array.from({ length: 80 }, (_, at) => {
      const res = { k: 'user' as const, id: `n10${at}` as 'A-17' };
      return {
        log: 1,
        t: at,
        act: 'key.create',
        sev: 'info',
        out: 'success',
        actor: undefined,
        cor: undefined,
        res,
        x: {},
      };
    }),
  );
  const seek = async (text: string) => {
    const filter = { text: parseText(text) };
    const { found } = await findByWords(
      search,
      { filter, order: 'newest', limit: 100, after: undefined },
      () => true,
    );
    return found.length;
  };
  await expect(seek('n1*')).rejects.toMatchObject({
    code: 'VALIDATION',
    data: { issues: [{ reason: 'vague-prefix' }] },
  });
  expect(await seek('n107*')).toBe(11);
  expect(await seek('n9*')).toBe(0);
});

test.each([
  ['newest', hurried],
  ['newest', unhurried],
  ['oldest', hurried],
  ['oldest', unhurried],
] as const)('many entries of one hour, some of one moment, %s first', async (order, pace) => {
  const same = { log: 1, act: 'key.create', sev: 'info', out: 'success', actor: undefined } as const;
  const rest = { res: { k: 'user', id: 'A-17' }, cor: undefined, x: undefined } as const;
  const rows = await index(
    Array.from({ length: 60 }, (_, at) => ({
      ...same,
      ...rest,
      t: at < 20 ? 7 : at < 55 ? at : 3_000_000 + at,
    })),
  );
  const all: number[] = [];
  let [pages, after]: [number, [number, number] | undefined] = [0, undefined];
  do {
    const query = { filter: { text: parseText('key') }, order, limit: 7, after };
    const { found, reached }: Awaited<ReturnType<typeof findByWords>> = await findByWords(
      search,
      query,
      () => true,
      pace,
    );
    all.push(...found.map(({ position }) => position));
    const last = found.at(-1);
    after = reached !== null ? [reached, -1] : last && [last.time, last.position];
    pages = reached === null && found.length < 7 ? Number.POSITIVE_INFINITY : pages + 1;
  } while (pages < 200);
  const right = [...rows.keys()];
  expect(all).toEqual(order === 'newest' ? right.reverse() : right);
});

test('pages of any filter with words give what it lets through, once and in order', async () => {
  let [asked, met] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 70 }),
      fc.array(
        fc.tuple(
          filter,
          fc.constantFrom('newest', 'oldest'),
          fc.integer({ min: 1, max: 30 }),
          fc.constantFrom(hurried, unhurried, undefined),
        ),
        {
          minLength: 5,
          maxLength: 12,
        },
      ),
      async (given, asks) => {
        const rows = await index(given);
        const isSought = (by: EventFilter) => (position: number) => {
          const row = rows.get(position);
          return row !== undefined && letsThrough(by, row.record, row.log);
        };
        for (const [by, order, limit, pace] of asks) {
          if (by.text === undefined && by.resource === undefined && by.correlation === undefined) continue;
          const right = [...rows.values()]
            .filter(({ position }) => isSought(by)(position))
            .sort((one, other) => one.record.t - other.record.t || one.position - other.position);
          if (order === 'newest') right.reverse();
          const all: FoundEvent[] = [];
          for (let after: [number, number] | undefined; ; ) {
            const { found, reached } = await findByWords(
              search,
              { filter: by, order, limit, after },
              isSought(by),
              pace,
            );
            all.push(...found);
            const last = found.at(-1);
            if (reached !== null) after = [reached, -1];
            else if (last === undefined || found.length < limit) break;
            else after = [last.time, last.position];
          }
          expect(all.map(({ position }) => position)).toEqual(right.map(({ position }) => position));
          asked += 1;
          met += right.length > 0 ? 1 : 0;
        }
      },
    ),
    { numRuns: 120 },
  );
  expect(met / asked).toBeGreaterThan(0.1);
}, 60_000);

test('what is taken out leaves no word, and takes none of what shares its place', async () => {
  const words = () =>
    search
      .sql<{ term: string; doc: number }>('SELECT term, doc FROM event_vocabulary ORDER BY term, doc')
      .all();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(event, fc.boolean()), { maxLength: 40 }), async (given) => {
      const rows = [...(await index(given.map(([each]) => each))).values()];
      const kindOf = search.sql<{ kind: number }>('SELECT kind FROM events WHERE position = ?');
      const worded = rows.map(({ record, log, position }) => {
        const kind = kindOf.get(position)?.kind ?? 0;
        return { position, time: record.t, tokens: tokensOf(record, { log, kind }) };
      });
      const goes = new Set(worded.filter((_, at) => given[at]?.[1]).map(({ position }) => position));
      const places = new Set(
        worded
          .filter(({ position }) => goes.has(position))
          .map(({ time, position }) => keyOf(time, position)),
      );
      const others = worded.filter(
        ({ position, time }) => !goes.has(position) && places.has(keyOf(time, position)),
      );
      await search.write((transaction) => {
        const remove = transaction.sql('DELETE FROM events WHERE position = ?');
        for (const position of goes) remove.run(position);
        removeWords(
          transaction,
          worded.filter(({ position }) => goes.has(position)),
          others,
        );
        mergeWords(transaction, 16);
      });
      const left = words();
      await search.write((transaction) => {
        transaction.sql("INSERT INTO event_words (event_words) VALUES ('delete-all')").run();
        const staying = worded.filter(({ position }) => !goes.has(position));
        addWords(transaction, staying);
      });
      expect(left).toEqual(words());
    }),
    { numRuns: 150 },
  );
});
