import { stringify } from 'csv-stringify/sync';
import { toRfc3339 } from '../../../shared/clock.ts';
import { encodeBase64 } from '../base64.ts';
import { canonicalText } from '../canonical-json.ts';
import { leafHash } from '../merkle.ts';
import type { AuditRecord } from '../record.ts';
import { ocsfEvent } from './ocsf.ts';

/** An entry of the exported period, as it is stored and as it was read. */
export interface ExportedEntry {
  readonly bytes: Uint8Array;
  readonly record: AuditRecord;
}

const columns = [
  'index',
  'time',
  'action',
  'severity',
  'outcome',
  'phase',
  'actor kind',
  'actor',
  'session',
  'resource kind',
  'resource',
  'operation',
  'facts',
];

/** The line of events.jsonl: the record byte for byte, with its place and its leaf hash. */
export function eventLine({ bytes, record }: ExportedEntry): string {
  const text = Buffer.from(bytes).toString('utf8');
  return `{"index":${record.i},"leaf":"${encodeBase64(leafHash(bytes))}","record":${text}}\n`;
}

/** The line of events.ocsf.jsonl. */
export function ocsfLine({ record }: ExportedEntry): string {
  return `${canonicalText(ocsfEvent(record), {})}\n`;
}

/** The first line of events.csv. */
export const csvHeader = stringify([columns], { record_delimiter: 'windows' });

/** The lines of events.csv (RFC 4180); what a spreadsheet would take for a formula is told to be text. */
export function csvLines(entries: readonly ExportedEntry[]): string {
  const rows = entries.map(({ record: { i, t, act, sev, out, ph, who, res, cor, x } }) => [
    i,
    toRfc3339(t),
    act,
    sev,
    out,
    ph,
    who.k,
    who.p,
    who.s,
    res?.k,
    res?.id,
    cor,
    x === undefined ? undefined : canonicalText(x, {}),
  ]);
  return stringify(rows, { record_delimiter: 'windows', escape_formulas: true });
}
