import { stringify } from 'csv-stringify/sync';
import type {
  ArchivedStretch,
  EvidenceFound,
  ReportedFindings,
} from '../../../shared/contract/audit/reports.ts';
import { isInstallationLog } from '../log-name.ts';

const columns = [
  'standard',
  'control',
  'title',
  'status',
  'nist',
  'evidence',
  'query',
  'found',
  'count',
  'first entry',
  'first time',
  'last entry',
  'last time',
  'entries',
  'archived entries',
  'to be added by people',
];

/** A line for each control and kind of evidence (RFC 4180); what a spreadsheet would take for a formula is told to be text. */
export function controlsCsv(standards: readonly ReportedFindings[]): string {
  return stringify([columns, ...standards.flatMap(rowsOf)], {
    record_delimiter: 'windows',
    escape_formulas: true,
  });
}

function rowsOf({ standard, controls, archived, tenantId }: ReportedFindings) {
  const ofInstallation = archived.filter(({ logId }) => isInstallationLog(logId));
  const archives = {
    both: archivesText(archived),
    installation: archivesText(ofInstallation),
    owner: archivesText(
      tenantId === null ? archived : archived.filter((each) => !ofInstallation.includes(each)),
    ),
  };
  return controls.flatMap(({ id, title, status, nist, evidence, collect }) => {
    const begin = [standard, id, title, status, nist.join(' ')];
    const people = collect.join('; ');
    if (evidence.length === 0)
      return [[...begin, ...Array(columns.length - begin.length - 1).fill(''), people]];
    return evidence.map((each) => [
      ...begin,
      ...evidenceCells(each),
      each.of === null ? '' : archives[each.of],
      people,
    ]);
  });
}

function evidenceCells({ text, query, found, count, first, last, entries }: EvidenceFound) {
  return [
    text,
    query,
    found ? 'yes' : 'no',
    count,
    first && placeText(first),
    first?.time,
    last && placeText(last),
    last?.time,
    entries.map(placeText).join(' '),
  ];
}

/** The oldest; the data has all. */
const mostArchives = 50;

/** Which entries were not counted because they are archived, and where. */
function archivesText(stretches: readonly ArchivedStretch[]): string {
  const more = stretches.length - mostArchives;
  return [
    ...stretches
      .slice(0, mostArchives)
      .map(
        ({ logId, from, to, size, time, days, file, manifest }) =>
          `${logId}#${from}..${to} of ${size}, pruned ${time} under ${days} days, in ${file}, manifest SHA-256 ${manifest}`,
      ),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('; ');
}

const placeText = ({ logId, index }: { readonly logId: string; readonly index: number }) =>
  `${logId}#${index}`;
