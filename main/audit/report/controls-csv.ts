import { stringify } from 'csv-stringify/sync';
import type { ComplianceFindings, EvidenceFound } from '../../../shared/contract/audit/reports.ts';

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
  'to be added by people',
];

/** A line for each control and kind of evidence (RFC 4180); what a spreadsheet would take for a formula is told to be text. */
export function controlsCsv({ standard, controls }: ComplianceFindings): string {
  const rows = controls.flatMap(({ id, title, status, nist, evidence, collect }) => {
    const begin = [standard, id, title, status, nist.join(' ')];
    const people = collect.join('; ');
    if (evidence.length === 0)
      return [[...begin, ...Array(columns.length - begin.length - 1).fill(''), people]];
    return evidence.map((each) => [...begin, ...evidenceCells(each), people]);
  });
  return stringify([columns, ...rows], { record_delimiter: 'windows', escape_formulas: true });
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

const placeText = ({ logId, index }: { readonly logId: string; readonly index: number }) =>
  `${logId}#${index}`;
