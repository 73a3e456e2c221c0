import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendarOf } from '../../../../main/backups/retention/calendar.ts';
import { decideRetention, type RetainedSnapshot } from '../../../../main/backups/retention/decide.ts';
import { calendarRules, type RetentionPolicy } from '../../../../shared/retention.ts';

const none: RetentionPolicy = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimum: 1 };
const utc = calendarOf('UTC');

const at = (time: string, more: Partial<RetainedSnapshot> = {}): RetainedSnapshot => ({
  id: time,
  time: Date.parse(time),
  safety: false,
  verified: false,
  held: false,
  undo: false,
  ...more,
});

const kept = (
  snapshots: readonly RetainedSnapshot[],
  policy: Partial<RetentionPolicy>,
  periodsOf = utc,
): Record<string, readonly string[]> =>
  Object.fromEntries(
    [...decideRetention(snapshots, { ...none, ...policy }, periodsOf)].filter(([, why]) => why.length > 0),
  );

describe('what a policy keeps', () => {
  test('the newest of each period, and says which rules want it', () => {
    const snapshots = ['2026-03-30T08:00Z', '2026-03-31T08:00Z', '2026-03-31T20:00Z', '2026-04-01T08:00Z'];
    expect(
      kept(
        snapshots.map((time) => at(time)),
        { daily: 2, monthly: 2 },
      ),
    ).toEqual({
      '2026-04-01T08:00Z': ['daily', 'monthly', 'newest'],
      '2026-03-31T20:00Z': ['daily', 'monthly'],
    });
  });

  test('weeks begin on Monday and belong to the year of their Thursday', () => {
    // 2027-01-01 is a Friday: it lies in week 53 of 2026, as does Sunday the 3rd
    const snapshots = ['2026-12-28T12:00Z', '2027-01-03T12:00Z', '2027-01-04T12:00Z'];
    expect(
      Object.keys(
        kept(
          snapshots.map((time) => at(time)),
          { weekly: 9 },
        ),
      ),
    ).toEqual(['2027-01-04T12:00Z', '2027-01-03T12:00Z']);
  });

  test('days end at midnight of the zone, however long they are', () => {
    const berlin = calendarOf('Europe/Berlin');
    // 2026-10-25 has 25 hours there: from 22:00Z the day before to 23:00Z
    const snapshots = ['2026-10-24T21:59Z', '2026-10-24T22:00Z', '2026-10-25T22:59Z', '2026-10-25T23:00Z'];
    expect(
      Object.keys(
        kept(
          snapshots.map((time) => at(time)),
          { daily: 9 },
          berlin,
        ),
      ),
    ).toEqual(['2026-10-25T23:00Z', '2026-10-25T22:59Z', '2026-10-24T21:59Z']);
  });

  test('the hour that comes twice when clocks are set back is two hours', () => {
    const berlin = calendarOf('Europe/Berlin');
    const snapshots = ['2026-10-25T00:10Z', '2026-10-25T00:50Z', '2026-10-25T01:10Z', '2026-10-25T01:50Z'];
    expect(
      Object.keys(
        kept(
          snapshots.map((time) => at(time)),
          { hourly: 9 },
          berlin,
        ),
      ),
    ).toEqual(['2026-10-25T01:50Z', '2026-10-25T00:50Z']);
  });

  test('hours of a zone half an hour off begin on its own hour', () => {
    const kolkata = calendarOf('Asia/Kolkata');
    const snapshots = ['2026-05-01T10:29Z', '2026-05-01T10:30Z', '2026-05-01T11:29Z'];
    expect(
      Object.keys(
        kept(
          snapshots.map((time) => at(time)),
          { hourly: 9 },
          kolkata,
        ),
      ),
    ).toEqual(['2026-05-01T11:29Z', '2026-05-01T10:29Z']);
  });
});

describe('what no policy lets go of', () => {
  test('the newest, the newest verified, what is held, what an undo needs', () => {
    const snapshots = [
      at('2026-01-01T00:00Z', { held: true }),
      at('2026-01-02T00:00Z', { verified: true }),
      at('2026-01-03T00:00Z', { verified: true }),
      at('2026-01-04T00:00Z', { safety: true, undo: true }),
      at('2026-01-05T00:00Z', { safety: true }),
      at('2026-01-06T00:00Z'),
    ];
    expect(kept(snapshots, {})).toEqual({
      '2026-01-06T00:00Z': ['newest'],
      '2026-01-04T00:00Z': ['undo'],
      '2026-01-03T00:00Z': ['newest-verified'],
      '2026-01-01T00:00Z': ['hold'],
    });
  });

  test('as many as the minimum says, the newest first; safety snapshots are no copies', () => {
    const snapshots = [
      at('2026-01-01T00:00Z'),
      at('2026-01-02T00:00Z'),
      at('2026-01-03T00:00Z', { safety: true, undo: true }),
      at('2026-01-04T00:00Z'),
    ];
    expect(kept(snapshots, { minimum: 2 })).toEqual({
      '2026-01-04T00:00Z': ['newest'],
      '2026-01-03T00:00Z': ['undo'],
      '2026-01-02T00:00Z': ['minimum'],
    });
  });
});

const hourMs = 3_600_000;
const start = Date.parse('2023-11-20T00:00Z');
const counts = fc.integer({ min: 0, max: 6 });
const policies = fc.record({
  last: counts,
  hourly: counts,
  daily: counts,
  weekly: counts,
  monthly: counts,
  yearly: counts,
  minimum: fc.integer({ min: 1, max: 8 }),
});
const flags = { safety: fc.boolean(), verified: fc.boolean(), held: fc.boolean(), undo: fc.boolean() };
/** In quarters of an hour: some close together, some years apart. */
const times = fc.oneof(...[3, 60, 3 * 365].map((days) => fc.nat(days * 24 * 4)));
const snapshotLists = fc.uniqueArray(fc.record({ time: times, ...flags }), {
  maxLength: 60,
  size: 'max',
  selector: ({ time }) => time,
});
const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
);

/** The same, as the sentence says it: a snapshot stays for a period rule when it is the newest of one of the newest n periods. */
function oracle(snapshots: readonly RetainedSnapshot[], policy: RetentionPolicy, zone: string): Set<string> {
  const periodsOf = calendarOf(zone);
  const ordinary = snapshots.filter(({ safety }) => !safety);
  const newerThan = (one: RetainedSnapshot) => ordinary.filter(({ time }) => time > one.time);
  const stays = (one: RetainedSnapshot) => {
    if (one.held || one.undo) return true;
    if (one.safety) return false;
    const newer = newerThan(one);
    if (newer.length < Math.max(1, policy.last)) return true;
    if (one.verified && !newer.some(({ verified }) => verified)) return true;
    return calendarRules.some((rule) => {
      const mine = periodsOf(one.time)[rule];
      const periods = new Set(newer.map(({ time }) => periodsOf(time)[rule]));
      return !periods.has(mine) && periods.size < policy[rule];
    });
  };
  const kept = new Set(snapshots.filter(stays).map(({ id }) => id));
  const spare = ordinary.filter(({ id }) => !kept.has(id)).sort((one, other) => other.time - one.time);
  while (ordinary.filter(({ id }) => kept.has(id)).length < policy.minimum && spare.length > 0) {
    kept.add(spare.shift()?.id ?? '');
  }
  return kept;
}

const made = (
  list: readonly { time: number; safety: boolean; verified: boolean; held: boolean; undo: boolean }[],
) => list.map((each) => ({ ...each, id: String(each.time), time: start + each.time * (hourMs / 4) }));

const idsKept = (snapshots: readonly RetainedSnapshot[], policy: RetentionPolicy, zone: string) =>
  new Set(
    [...decideRetention(snapshots, policy, calendarOf(zone))]
      .filter(([, why]) => why.length > 0)
      .map(([id]) => id),
  );

test('days and hours are what Intl says they are, at any time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 * 365 * 24 * 4 }), zones, (quarter, zone) => {
      const time = Date.UTC(2010, 0, 1) + quarter * (hourMs / 4);
      const written = new Intl.DateTimeFormat('sv-SE', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'short',
      });
      const [, year, month, day, hour] = /^(\d+)-(\d+)-(\d+) (\d+):/.exec(written.format(time)) ?? [];
      const { daily, hourly } = calendarOf(zone)(time);
      expect(daily).toBe([year, month, day].map(Number).join('-'));
      expect(hourly).toMatch(`${daily} ${Number(hour)} `);
    }),
    { numRuns: 400 },
  );
});

describe('for any snapshots and any policy', () => {
  test('it is what the slow oracle says', () => {
    fc.assert(
      fc.property(snapshotLists, policies, zones, (list, policy, zone) => {
        expect(idsKept(made(list), policy, zone)).toEqual(oracle(made(list), policy, zone));
      }),
      { numRuns: 150 },
    );
  });

  test('what stays, stays when it is asked again', () => {
    fc.assert(
      fc.property(snapshotLists, policies, (list, policy) => {
        const all = made(list);
        const first = idsKept(all, policy, 'Europe/Berlin');
        const again = idsKept(
          all.filter(({ id }) => first.has(id)),
          policy,
          'Europe/Berlin',
        );
        expect(again).toEqual(first);
      }),
      { numRuns: 150 },
    );
  });

  test('removing after every backup leaves what removing once at the end would', () => {
    fc.assert(
      fc.property(snapshotLists, policies, (list, policy) => {
        const plain = made(list)
          .map((each) => ({ ...each, safety: false, verified: false, held: false, undo: false }))
          .sort((one, other) => one.time - other.time);
        const noTopUp = { ...policy, minimum: 1 };
        let left: RetainedSnapshot[] = [];
        for (const snapshot of plain) {
          const present = [...left, snapshot];
          const ids = idsKept(present, noTopUp, 'Europe/Berlin');
          left = present.filter(({ id }) => ids.has(id));
        }
        expect(new Set(left.map(({ id }) => id))).toEqual(idsKept(plain, noTopUp, 'Europe/Berlin'));
      }),
      { numRuns: 100 },
    );
  });
});
