import { toRfc3339 } from '../../../shared/clock.ts';
import type { Standard } from '../../../shared/compliance.ts';
import type { ComplianceFindings, ReportedFindings } from '../../../shared/contract/audit/reports.ts';
import type { AuditVerification } from '../../../shared/contract/audit.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { placeOf } from '../log-store.ts';
import type { FoundEvent } from '../search/event-streams.ts';
import { totalsOf } from './assess.ts';
import type { Counted } from './count.ts';
import type { Assessed, Looked, Owner } from './evidence-finder.ts';
import type { LogRange, Tally } from './tally.ts';

type Origin = (log: number) => string;

interface FoundIn {
  readonly installationId: Uuid;
  readonly standard: Standard;
  readonly of: Owner;
  readonly from: string;
  readonly to: string;
  readonly looked: Looked;
  readonly assessed: Assessed;
  readonly verification: AuditVerification;
  readonly archived: ComplianceFindings['archived'];
  readonly origin: Origin;
  /** The signed head that is printed, and what vouches for it in words. */
  readonly anchor: { readonly checkpoint: string | null; readonly horizon: string };
}

/** All that a report says of what was found. */
export function reportedFindings(found: FoundIn): ReportedFindings {
  const { installationId, standard, of, from, to, looked, verification, archived, origin, anchor } = found;
  const { controls, populations, policies } = found.assessed;
  const { verdict, problems, gaps } = verification;
  return {
    standard,
    installationId,
    tenantId: of.tenantId,
    owner: of.owner,
    from,
    to,
    zone: 'UTC',
    totals: totalsOf(controls),
    controls,
    exceptions: exceptionsOf(looked.counted, gaps, { from, to }, origin),
    populations,
    policies,
    completeness: rangesFound(looked.counted.ranges, origin),
    archived,
    accuracy: { verdict, problems, horizon: anchor.horizon },
    checkpoint: anchor.checkpoint,
  };
}

/** What went wrong or was grave in a period, the most frequent first, and when the log was silent. */
function exceptionsOf(
  { failures, critical }: Counted,
  gaps: AuditVerification['gaps'],
  { from, to }: { readonly from: string; readonly to: string },
  origin: Origin,
): ComplianceFindings['exceptions'] {
  return {
    failures: byKind(failures, origin),
    critical: byKind(critical, origin),
    gaps: gaps.filter((gap) => gap.to > from && gap.from < to),
  };
}

/** Each log, with how many entries the range of its indices has to hold and how many are there. */
function rangesFound(ranges: readonly LogRange[], origin: Origin): ComplianceFindings['completeness'] {
  return ranges.map(({ log, range, present, inPeriod }) => ({
    logId: origin(log),
    from: range?.first ?? null,
    to: range?.last ?? null,
    expected: range === null ? 0 : range.last - range.first + 1,
    present,
    inPeriod,
  }));
}

/** Of all logs together, however many there are. */
function byKind(tallies: readonly Tally[], origin: Origin): ComplianceFindings['exceptions']['failures'] {
  const kinds = new Map<number, Tally>();
  for (const tally of tallies) {
    const known = kinds.get(tally.kind);
    kinds.set(tally.kind, known === undefined ? tally : joined(known, tally));
  }
  const place = ({ position, time }: FoundEvent) => {
    const { log, index } = placeOf(position);
    return { logId: origin(log), index, time: toRfc3339(time) };
  };
  return [...kinds.values()]
    .sort((one, other) => other.count - one.count)
    .map(({ action, severity, outcome, count, first, last }) => ({
      action,
      severity,
      outcome,
      count,
      first: place(first),
      last: place(last),
    }));
}

function joined(one: Tally, other: Tally): Tally {
  return {
    ...one,
    count: one.count + other.count,
    first: one.first.time <= other.first.time ? one.first : other.first,
    last: one.last.time > other.last.time ? one.last : other.last,
  };
}
