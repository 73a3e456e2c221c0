import { toRfc3339 } from '../../../shared/clock.ts';
import { type EvidenceStatus, evidenceStatuses } from '../../../shared/compliance.ts';
import type { ControlFound, EvidenceFound, PopulationFound } from '../../../shared/contract/audit/reports.ts';
import { placeOf } from '../log-store.ts';
import type { FoundEvent } from '../search/event-streams.ts';
import type { Archived } from './archived.ts';
import type { Control, EntryEvidence, Evidence } from './control.ts';
import type { CountedEvidence } from './count.ts';
import type { ReportPolicy } from './needs.ts';

/** All that controls are held against. */
export interface Findings {
  readonly entries: ReadonlyMap<EntryEvidence, CountedEvidence>;
  readonly populations: readonly PopulationFound[];
  readonly policies: readonly ReportPolicy[];
  readonly archived: Archived;
  /** undefined: the log was not verified, only counted. */
  readonly verdict: 'verified' | 'tampered' | 'incomplete' | undefined;
  /** The name of a log, by its number. */
  readonly origin: (log: number) => string;
}

/**
 * What was found for a control. Of a log that was changed no entry is evidence. People are needed where nothing here can be
 * evidence; nothing is ever called compliant.
 */
export function assess(control: Control, findings: Findings): ControlFound {
  const { id, title, asks, nist, collect, onlyWith } = control;
  const evidence = control.evidence.map((each) => foundOf(each, findings));
  return {
    id,
    title,
    asks,
    nist: [...nist],
    ...statusOf(evidence, onlyWith, findings),
    evidence,
    collect: [...collect],
  };
}

/** How many controls have each status. */
export function totalsOf(
  controls: readonly { readonly status: EvidenceStatus }[],
): Record<EvidenceStatus, number> {
  const totals = Object.fromEntries(evidenceStatuses.map((status) => [status, 0])) as Record<
    EvidenceStatus,
    number
  >;
  for (const { status } of controls) totals[status] += 1;
  return totals;
}

function statusOf(
  evidence: readonly EvidenceFound[],
  onlyWith: Control['onlyWith'],
  { populations, verdict }: Findings,
): Pick<ControlFound, 'status' | 'why'> {
  const needed = populations.find(({ name }) => name === onlyWith);
  if (needed !== undefined && needed.start === 0 && needed.end === 0 && needed.added === 0) {
    return { status: 'not-applicable', why: `There were none in the period: ${needed.text.toLowerCase()}.` };
  }
  if (evidence.length === 0) {
    return { status: 'needs-human-evidence', why: 'Nothing that is recorded here can show it.' };
  }
  const found = evidence.filter((each) => each.found).length;
  const counted = `${found} of ${evidence.length} kinds of evidence were found`;
  if (verdict === 'tampered' || !evidence.some(({ archived }) => archived)) {
    return { status: found > 0 ? 'evidence-for' : 'no-evidence-found', why: `${counted}.` };
  }
  return found > 0
    ? { status: 'evidence-for', why: `${counted}. Entries that are archived were not counted.` }
    : { status: 'may-be-archived', why: `${counted} among the entries that are left. Look in the archives.` };
}

function foundOf(evidence: Evidence, findings: Findings): EvidenceFound {
  const { kind, text } = evidence;
  const none = { kind, text, of: null, archived: false, count: 0, first: null, last: null, entries: [] };
  switch (evidence.kind) {
    case 'entries':
      return entriesFound(evidence, findings);
    case 'population': {
      const of = findings.populations.find(({ name }) => name === evidence.population);
      const start = of?.start ?? 0;
      const end = of?.end ?? 0;
      const told = (value: number | null) => value ?? 'not known';
      const query =
        of === undefined
          ? 'not of this owner'
          : `${of.text}: ${told(of.start)} at the beginning, ${told(of.end)} at the end`;
      return { ...none, query, found: start + end + (of?.added ?? 0) > 0, count: end };
    }
    case 'policy': {
      const of = findings.policies.find(({ name }) => name === evidence.policy);
      return { ...none, query: of?.text ?? 'nothing is set', found: of?.holds ?? false };
    }
    case 'log':
      return { ...none, query: logQuery(findings.verdict), found: findings.verdict !== 'tampered' };
  }
}

function logQuery(verdict: Findings['verdict']): string {
  return verdict === undefined
    ? 'the log is verified when the report is made'
    : `verification of the log: ${verdict}`;
}

function entriesFound(
  evidence: EntryEvidence,
  { entries, archived, verdict, origin }: Findings,
): EvidenceFound {
  const counted = entries.get(evidence) ?? {
    count: 0,
    here: 0,
    first: undefined,
    last: undefined,
    entries: [],
  };
  const place = ({ position, time }: FoundEvent) => {
    const { log, index } = placeOf(position);
    return { logId: origin(log), index, time: toRfc3339(time) };
  };
  return {
    kind: 'entries',
    text: evidence.text,
    query: queryText(evidence),
    of: evidence.of,
    found: counted.count > 0 && verdict !== 'tampered',
    archived: archived.touches(evidence.of),
    count: counted.count,
    first: counted.first === undefined ? null : place(counted.first),
    last: counted.last === undefined ? null : place(counted.last),
    entries: counted.entries.map((event) => ({
      ...place(event),
      action: event.action,
      severity: event.severity,
      outcome: event.outcome,
    })),
  };
}

const places = {
  owner: "the owner's logs",
  installation: "the installation's log",
  both: "the owner's and the installation's logs",
} as const;

/** The filter in words that `holdfast audit list` takes. */
function queryText({ actions, outcome, severity, of }: EntryEvidence): string {
  return [
    ...(actions.length === 0 ? ['any action'] : [`action ${actions.join(' or ')}`]),
    ...(outcome === undefined ? [] : [`outcome ${outcome}`]),
    ...(severity === undefined ? [] : [`severity ${severity}`]),
    `in ${places[of]}`,
  ].join(', ');
}
