import { expect, test } from 'vitest';
import { countedEntry } from '../../../../main/audit/alerts/anomalies/counted-entry.ts';
import { LogStatistics, type UnusualFinding } from '../../../../main/audit/alerts/anomalies/log-statistics.ts';
import { type Act, attacks, plausibleTenant, recordsOf } from './plausible-tenant.ts';

const seeds = [1, 2, 3];
const weeks = 10;
/** Two of the ten are learnt from alone. */
const watchedWeeks = weeks - 2;

function findingsIn(acts: readonly Act[]): { finding: UnusualFinding; index: number }[] {
  const statistics = new LogStatistics({ read: () => new Map() });
  return recordsOf(acts).flatMap((record) => {
    const entry = countedEntry(record);
    if (entry === undefined) throw new RangeError('not counted');
    return statistics.read(entry).map((finding) => ({ finding, index: record.i }));
  });
}

test('at most one false alarm a week in a plausible tenant, and none in its first two weeks', () => {
  let raised = 0;
  for (const seed of seeds) {
    const acts = plausibleTenant(seed, weeks);
    const learnt = acts.filter(({ time }) => time < (acts[0]?.time ?? 0) + 14 * 86_400_000).length;
    const found = findingsIn(acts);
    expect(learnt).toBeGreaterThan(1000);
    expect(found.filter(({ finding }) => finding.anomaly.day < 20_458 + 14)).toEqual([]);
    raised += found.length;
  }
  expect(raised / (seeds.length * watchedWeeks)).toBeLessThanOrEqual(1);
});

test.each(Object.entries(attacks))('%s is found, by what was planted', (_, planted) => {
  for (const seed of seeds) {
    const acts = [...plausibleTenant(seed, weeks), ...planted];
    const actor = `p:${planted[0]?.actor}`;
    const times = new Set(planted.map(({ time }) => Math.round(time)));
    const records = recordsOf(acts);
    const found = findingsIn(acts).filter(
      ({ finding, index }) => finding.subject === actor && times.has(records[index]?.t ?? 0),
    );
    expect(found.length, `seed ${seed}`).toBeGreaterThan(0);
    const [{ finding } = { finding: undefined }] = found;
    const { score, needed, contributions = [] } = finding?.anomaly ?? {};
    expect(score).toBeCloseTo(contributions.reduce((sum, each) => sum + each.score, 0), 5);
    expect(score).toBeGreaterThanOrEqual(needed ?? Number.NaN);
    expect(finding?.entries).toContain(found[0]?.index);
  }
});
