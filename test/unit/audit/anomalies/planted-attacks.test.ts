import { expect, test } from 'vitest';
import { countedEntry } from '../../../../main/audit/alerts/anomalies/counted-entry.ts';
import {
  LogStatistics,
  type UnusualFinding,
} from '../../../../main/audit/alerts/anomalies/log-statistics.ts';
import { type Act, attacks, day, monday, plausibleTenant, recordsOf } from './plausible-tenant.ts';

const seeds = [1, 2, 3];
const weeks = 10;
/** The first two are learnt from alone. */
const watchedWeeks = weeks - 2;
const learntUntil = (monday + 14 * day) / day;

interface Found extends UnusualFinding {
  /** Of the entry that made it. */
  readonly time: number;
}

function findingsIn(acts: readonly Act[]): Found[] {
  const statistics = new LogStatistics({ read: () => new Map() });
  return recordsOf(acts).flatMap((record) => {
    const entry = countedEntry(record);
    if (entry === undefined) throw new RangeError('not counted');
    return statistics.read(entry).map((finding) => ({ ...finding, time: record.t }));
  });
}

test('a plausible tenant raises at most one false alarm a week, and none while it is learnt from', () => {
  let raised = 0;
  for (const seed of seeds) {
    const found = findingsIn(plausibleTenant(seed, weeks));
    expect(found.filter(({ anomaly }) => anomaly.day < learntUntil)).toEqual([]);
    raised += found.length;
  }
  expect(raised / (seeds.length * watchedWeeks)).toBeLessThanOrEqual(1);
});

test('each planted attack is found, by who did it and while it was done', () => {
  for (const seed of seeds) {
    const found = findingsIn([...plausibleTenant(seed, weeks), ...Object.values(attacks).flat()]);
    for (const [name, planted] of Object.entries(attacks)) {
      const times = new Set(planted.map(({ time }) => Math.round(time)));
      const of = found.find(({ subject, time }) => subject === `p:${planted[0]?.actor}` && times.has(time));
      expect(of, `${name}, seed ${seed}`).toBeDefined();
      const { score = 0, needed = 0, contributions = [] } = of?.anomaly ?? {};
      expect(score).toBeGreaterThanOrEqual(needed);
      expect(score).toBeCloseTo(
        contributions.reduce((sum, each) => sum + each.score, 0),
        5,
      );
    }
  }
});
