import type { ArchivedStretch } from '../../../shared/contract/audit/reports.ts';
import type { Pruning } from '../../../shared/contract/audit/retention.ts';
import type { LogHead } from '../log-store.ts';
import type { EntryEvidence } from './control.ts';
import type { ReportPeriod } from './tally.ts';

/** Whose logs a report looks at: the owner's own, and the installation's. */
export interface ReportLogs {
  readonly own: readonly LogHead[];
  readonly installation: readonly LogHead[];
}

/** What retention took out of the logs of a report, so that it cannot be counted. */
export interface Archived {
  /** Those that may hold entries of the period, by log and index. */
  readonly stretches: readonly ArchivedStretch[];
  /** Whether some of them are of these logs. */
  touches(logs: EntryEvidence['of']): boolean;
  /** Whether changes since the beginning or the end of the period are among what went of the owner's logs. */
  readonly since: { readonly start: boolean; readonly end: boolean };
}

export function archivedOf(
  prunings: readonly Pruning[],
  { own, installation }: ReportLogs,
  { from, to }: ReportPeriod,
): Archived {
  const sizes = new Map([...own, ...installation].map(({ origin, size }) => [origin, size]));
  const stretches = prunings
    .filter(({ oldest, newest }) => Date.parse(oldest) < to && Date.parse(newest) >= from)
    .flatMap((pruning) => {
      const size = sizes.get(pruning.logId);
      return size === undefined ? [] : [{ ...pruning, size }];
    })
    .sort((one, other) =>
      one.logId < other.logId ? -1 : one.logId > other.logId ? 1 : one.from - other.from,
    );
  const touched = new Set(stretches.map(({ logId }) => logId));
  const names = { owner: own, installation, both: [...own, ...installation] };
  const ownNames = new Set(own.map(({ origin }) => origin));
  const wentSince = (time: number) =>
    prunings.some(({ logId, newest }) => ownNames.has(logId) && Date.parse(newest) >= time);
  return {
    stretches,
    touches: (logs) => names[logs].some(({ origin }) => touched.has(origin)),
    since: { start: wentSince(from), end: wentSince(to) },
  };
}
