import { setImmediate } from 'node:timers/promises';
import type { Reading } from '../../../storage/store.ts';
import { positionOf } from '../../log-store.ts';
import { decodeRecord } from '../../record.ts';
import type { Anomaly, Contribution } from './contribution.ts';
import { countedEntry } from './counted-entry.ts';
import { LogStatistics, wholeLog } from './log-statistics.ts';

/** Read in one go, in about 10 ms. */
const chunk = 200;
const tolerance = 0.011;

export type AnomalyProblem = 'baseline-missing' | 'baseline-differs' | 'below-threshold';

/**
 * Reckons a finding again from the log alone: all entries that it looked at, the days before included. `number`: the log's.
 * Errors: VALIDATION (an entry that is none any more).
 */
export async function recomputeAnomaly(
  { from, to, needed, score, contributions }: Anomaly,
  subject: string,
  number: number,
  log: Reading,
): Promise<{ readonly score: number; readonly problems: readonly AnomalyProblem[] }> {
  const statistics = new LogStatistics({ read: () => new Map() }, subject);
  const select = log.sql<{ record: Uint8Array }>(
    'SELECT record FROM entries WHERE position >= ? AND position < ? ORDER BY position',
  );
  let missing = false;
  let found: Contribution[] = [];
  for (let at = from; at <= to; at += chunk) {
    const end = Math.min(to + 1, at + chunk);
    const rows = select.all(positionOf(number, at), positionOf(number, end));
    missing ||= rows.length < end - at;
    for (const { record } of rows) {
      const entry = countedEntry(decodeRecord(record));
      if (entry === undefined) continue;
      statistics.count(entry);
      if (entry.index === to)
        found =
          subject === wholeLog ? statistics.logContributions(entry) : statistics.actorContributions(entry);
    }
    await setImmediate();
  }
  if (missing) return { score: 0, problems: ['baseline-missing'] };
  const again = found.reduce((sum, each) => sum + each.score, 0);
  const problems: AnomalyProblem[] = [];
  if (Math.abs(again - score) > tolerance || !sameContributions(found, contributions))
    problems.push('baseline-differs');
  if (again < needed - tolerance) problems.push('below-threshold');
  return { score: Math.round(again * 100) / 100, problems };
}

function sameContributions(found: readonly Contribution[], kept: readonly Contribution[]): boolean {
  return (
    found.length === kept.length &&
    found.every((each, at) => {
      const other = kept[at];
      return (
        other !== undefined &&
        each.kind === other.kind &&
        each.what === other.what &&
        each.entry === other.entry &&
        each.value === other.value &&
        each.of === other.of &&
        Math.abs(each.expected - other.expected) <= tolerance &&
        Math.abs(each.score - other.score) <= tolerance
      );
    })
  );
}
