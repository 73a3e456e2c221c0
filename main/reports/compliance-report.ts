import { type EvidenceStatus, evidenceStatuses, standardNames } from '../../shared/compliance.ts';
import type {
  ComplianceFindings,
  ControlFound,
  EvidenceFound,
  ReportedFindings,
} from '../../shared/contract/audit/reports.ts';
import { archivedBlocks } from './archived-entries.ts';
import type { Block, Report } from './report.ts';

const statusTexts = {
  'evidence-for': 'Evidence for',
  'may-be-archived': 'May be archived',
  'no-evidence-found': 'No evidence found',
  'not-applicable': 'Not applicable',
  'needs-human-evidence': 'Needs human evidence',
} as const satisfies Record<EvidenceStatus, string>;

/** So many entries of one kind of evidence are printed; the files beside have more. */
const mostPrinted = 10;

/** When and for whom a report is made, and where it lies. */
export interface Occasion {
  /** Stands at the foot of each page. */
  readonly foot: string;
  /** Printed with what was asked for. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What the file says of its making, epoch milliseconds. */
  readonly time: number;
  readonly notes: string | null;
  /** The period had not ended. */
  readonly early: boolean;
  /** How others can check what is said of the log. */
  readonly checking: string;
}

/** Which controls a report has; null: all. */
export const controlsText = (chosen: readonly string[] | null) =>
  chosen === null ? 'all of the catalogue' : `chosen: ${chosen.join(', ')}`;

/** Of a report that is a file of its own. */
export function occasionOf(found: ComplianceFindings): Occasion {
  const { standard, reportId, chosen, by, made, app, to, notes } = found;
  return {
    foot: `${standardNames[standard]}, report ${reportId}`,
    facts: [
      ['Controls', controlsText(chosen)],
      ['Asked for by', by],
      ['Made', `${made} by Holdfast ${app}`],
      ['Report', reportId],
    ],
    time: Date.parse(made),
    notes,
    early: to > made,
    checking:
      'The log itself can be exported and checked by anybody, without Holdfast: with holdfast audit export, and then the verifier that lies in the bundle. This report is an entry of the log as well, with the SHA-256 of its file.',
  };
}

/** Evidence for a standard's controls as it is printed, for whoever audits. */
export function complianceReport(
  found: ReportedFindings,
  occasion: Occasion,
  logo: Uint8Array | undefined,
): Report {
  const { standard, owner, checkpoint, accuracy } = found;
  return {
    title: `Evidence for ${standardNames[standard]}`,
    foot: occasion.foot,
    time: occasion.time,
    archival: true,
    ...(logo === undefined ? {} : { logo: { image: logo, alt: `Logo of ${owner}` } }),
    ...(checkpoint === null ? {} : { anchor: { checkpoint, horizon: accuracy.horizon } }),
    blocks: [
      ...parameters(found, occasion),
      ...summary(found),
      { kind: 'heading', text: 'Controls and their evidence' },
      ...found.controls.flatMap(controlBlocks),
      ...humanEvidence(found.controls),
      ...exceptions(found),
      ...populations(found),
      ...completeness(found),
      ...archivedBlocks(found.archived),
      { kind: 'text', text: occasion.checking },
      { kind: 'blanks', labels: ['Reviewed on', 'Name and signature'] },
    ],
  };
}

function parameters(found: ReportedFindings, { facts, early, notes }: Occasion): Block[] {
  const { owner, tenantId, installationId, from, to, zone } = found;
  return [
    {
      kind: 'text',
      strong: true,
      text: 'This report lists evidence. It does not say that anybody complies with anything: that is for people to judge, with the evidence that only people have.',
    },
    {
      kind: 'facts',
      facts: [
        ['Of', tenantId === null ? owner : `${owner} (${tenantId})`],
        ['Installation', installationId],
        ['Period', `from ${from}\nto ${to}, which is no more part of it`],
        ['Zone', `${zone}, for every time in this report`],
        ...facts,
        ['Source', 'the audit log, and the tables of the installation where it says so'],
      ],
    },
    ...(early
      ? [{ kind: 'text', text: 'The period had not ended when this report was made.', strong: true } as const]
      : []),
    ...(notes === null
      ? []
      : [{ kind: 'heading', text: 'Notes' } as const, { kind: 'text', text: notes } as const]),
  ];
}

function summary({ totals, controls, archived }: ReportedFindings): Block[] {
  return [
    { kind: 'heading', text: 'Summary' },
    ...(archived.length === 0
      ? []
      : [
          {
            kind: 'text',
            strong: true,
            text: 'Entries of the period may have been archived and pruned by retention. They were not counted; “Archived entries” says which and where they are.',
          } as const,
        ]),
    {
      kind: 'table',
      head: ['Found', 'Controls'],
      widths: [3, 1],
      rows: evidenceStatuses.map((status) => [statusTexts[status], String(totals[status])]),
    },
    {
      kind: 'table',
      head: ['Control', 'Title', 'Found', 'Entries', 'NIST SP 800-53'],
      widths: [2.2, 4, 2.2, 1.1, 2],
      rows: controls.map(({ id, title, status, evidence, nist }) => [
        id,
        title,
        statusTexts[status],
        String(entriesOf(evidence)),
        nist.join(', ') || '–',
      ]),
    },
  ];
}

/** Of several kinds of evidence, which may share entries, each counted. */
function entriesOf(evidence: readonly EvidenceFound[]): number {
  return evidence.reduce((sum, { kind, count }) => sum + (kind === 'entries' ? count : 0), 0);
}

function controlBlocks({ id, title, asks, status, why, evidence, collect }: ControlFound): Block[] {
  const listed = evidence.filter(({ entries }) => entries.length > 0);
  return [
    { kind: 'heading', text: `${id}  ${title}`, lesser: true },
    { kind: 'text', text: asks },
    { kind: 'text', text: `${statusTexts[status]}. ${why}`, strong: true },
    ...(evidence.length === 0
      ? []
      : [
          {
            kind: 'table',
            head: ['Evidence', 'What was looked for', 'Found', 'First and last entry'],
            widths: [3, 4, 1.2, 3.4],
            rows: evidence.map((each) => [each.text, each.query, foundText(each), placesText(each)]),
          } as const,
        ]),
    ...(listed.length === 0
      ? []
      : [
          {
            kind: 'table',
            head: ['Action', 'Entry', 'Time', 'Outcome'],
            widths: [3, 3.6, 3, 1.2],
            rows: listed.flatMap(({ count, entries }) => entryRows(count, entries)),
          } as const,
        ]),
    ...(collect.length === 0
      ? []
      : [
          { kind: 'text', text: 'To be added by people:' } as const,
          { kind: 'list', items: collect } as const,
        ]),
  ];
}

function foundText({ kind, count, found, archived }: EvidenceFound): string {
  if (archived) return `${count} left`;
  return kind === 'entries' || kind === 'population' ? String(count) : found ? 'yes' : 'no';
}

function placesText({ first, last }: EvidenceFound): string {
  if (first === null || last === null) return '–';
  return first.logId === last.logId && first.index === last.index
    ? entryText(first)
    : `${entryText(first)}\n${entryText(last)}`;
}

/** The installation's id is the same in each: printed once, at the beginning. */
function entryText({ logId, index }: { readonly logId: string; readonly index: number }): string {
  return `${logId.slice(logId.indexOf('/') + 1)}: ${index}`;
}

function entryRows(count: number, entries: EvidenceFound['entries']): string[][] {
  const printed = entries.slice(0, mostPrinted);
  const rows = printed.map((entry) => [entry.action, entryText(entry), entry.time, entry.outcome]);
  const more = count - printed.length;
  return more > 0 ? [...rows, ['…', `and ${more} more`, '–', '–']] : rows;
}

function humanEvidence(controls: readonly ControlFound[]): Block[] {
  const needed = controls.filter(({ collect, status }) => collect.length > 0 && status !== 'not-applicable');
  if (needed.length === 0) return [];
  return [
    { kind: 'heading', text: 'What people have to add' },
    {
      kind: 'table',
      head: ['Control', 'Evidence of people', 'Where it is kept'],
      widths: [2, 6, 3],
      rows: needed.flatMap(({ id, collect }) => collect.map((text) => [id, text, ' '])),
    },
  ];
}

function exceptions({
  exceptions: { failures, critical, gaps },
  accuracy,
  archived,
}: ReportedFindings): Block[] {
  const none = archived.length === 0 ? 'None in the period.' : 'None among the entries that are left.';
  const tallies = (title: string, all: typeof failures): Block[] => [
    { kind: 'heading', text: title, lesser: true },
    all.length === 0
      ? { kind: 'text', text: none }
      : {
          kind: 'table',
          head: ['Action', 'Severity', 'Number', 'First', 'Last'],
          widths: [3, 1.3, 1.2, 3.6, 3.6],
          rows: all.map((each) => [
            each.action,
            each.severity,
            String(each.count),
            `${each.first.time}\n${entryText(each.first)}`,
            `${each.last.time}\n${entryText(each.last)}`,
          ]),
        },
  ];
  return [
    { kind: 'heading', text: 'Exceptions' },
    ...tallies('Refused or failed', failures),
    ...tallies('Critical and carried out', critical),
    { kind: 'heading', text: 'Times without a sign of life', lesser: true },
    gaps.length === 0
      ? { kind: 'text', text: none }
      : { kind: 'list', items: gaps.map(({ from, to, text }) => `${from} to ${to}: ${text}`) },
    ...(accuracy.problems.length === 0
      ? []
      : [
          { kind: 'heading', text: 'What the verification found', lesser: true } as const,
          {
            kind: 'list',
            items: accuracy.problems.map(({ logId, index, reason }) =>
              index === null ? `${logId}: ${reason}` : `${logId}, entry ${index}: ${reason}`,
            ),
          } as const,
        ]),
  ];
}

function populations({ populations: all, policies, from, to }: ReportedFindings): Block[] {
  const told = (value: number | null) => (value === null ? 'not known' : String(value));
  return [
    { kind: 'heading', text: 'Populations' },
    { kind: 'text', text: `At the beginning (${from}) and at the end (${to}).` },
    {
      kind: 'table',
      head: ['Of what', 'Beginning', 'Added', 'Removed', 'End', 'Source'],
      widths: [3, 1.5, 1.1, 1.3, 1.1, 3.8],
      rows: all.map(({ text, start, end, added, removed, source }) => [
        text,
        told(start),
        String(added),
        String(removed),
        told(end),
        source,
      ]),
    },
    { kind: 'heading', text: 'Settings in force when the report was made' },
    {
      kind: 'table',
      head: ['Setting', 'Value'],
      widths: [3, 8],
      rows: policies.map(({ title, text }) => [title, text]),
    },
  ];
}

const verdictTexts = {
  verified:
    'Verified: every stored value was read again and leads to the signed heads. What vouches for them:',
  tampered:
    'TAMPERED: what is stored does not lead to the signed heads. No entry counts as evidence; see “What the verification found”.',
  incomplete: 'Incomplete: the log agrees with itself, but could not be compared with its anchor.',
} as const;

function completeness({ completeness: logs, accuracy: { verdict, horizon } }: ReportedFindings): Block[] {
  return [
    { kind: 'heading', text: 'Completeness and accuracy' },
    {
      kind: 'text',
      text: 'Entries are numbered without gaps. The range of each log that the period touches, as far as it was not archived, and how many of its entries are there:',
    },
    {
      kind: 'table',
      head: ['Log', 'Range of entries', 'There', 'In the period'],
      widths: [5, 2, 2, 1.6],
      rows: logs.map(({ logId, from, to, present, expected, inPeriod }) => [
        logId.slice(logId.indexOf('/') + 1),
        from === null ? 'none' : `${from} to ${to}`,
        from === null ? '–' : `${present} of ${expected}`,
        String(inPeriod),
      ]),
    },
    { kind: 'text', text: verdictTexts[verdict], strong: true },
    { kind: 'text', text: horizon },
  ];
}
