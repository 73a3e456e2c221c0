import { setImmediate } from 'node:timers/promises';
import type { AuditExportPlan } from '../../../shared/contract/audit.ts';
import type { Reading } from '../../storage/store.ts';
import { type LogHead, positionOf } from '../log-store.ts';
import { archivedOf } from '../retention/archived-part.ts';
import { readTimeline } from '../search/timeline.ts';
import { type Period, rangeOf } from './export-range.ts';
import { disclosureOf } from './opening-lines.ts';

/** So many entries are looked at before others get their turn. */
const atOnce = 2_000;
/** Of a bundle without entries, and what is left of the bytes of records in the files that repeat them: as measured. */
const [emptyBundle, bytesPerRecordByte, bytesPerEntry, bytesPerReport] = [68_000, 0.55, 90, 107_000];

/** What an export of this period would hold. The index is up to date. Errors: NOT_FOUND (no entry of the period). */
export async function planExport(
  { store, search }: { readonly store: Reading; readonly search: Reading },
  head: LogHead,
  { period, reports }: { readonly period: Period; readonly reports: number },
): Promise<AuditExportPlan> {
  const range = await rangeOf(store, head, period);
  const { total } = await readTimeline(search, {
    logs: [head.log],
    severity: undefined,
    outcome: undefined,
    from: period.from ?? undefined,
    to: period.to ?? undefined,
    buckets: 1,
  });
  const fields = { people: 0, reasons: 0, states: 0 };
  let recordBytes = 0;
  for (let start = range.first; start < range.end; start += atOnce) {
    const between = [start, Math.min(range.end, start + atOnce)].map((index) => positionOf(head.log, index));
    for (const { field, count } of store
      .sql<{ field: string; count: number }>(
        'SELECT field, count(*) AS count FROM openings WHERE position >= ? AND position < ? GROUP BY field',
      )
      .all(...between)) {
      fields[disclosureOf(field)] += count;
    }
    const read = store
      .sql<{ bytes: number }>(
        'SELECT total(length(record)) AS bytes FROM entries WHERE position >= ? AND position < ?',
      )
      .get(...between);
    recordBytes += read?.bytes ?? 0;
    await setImmediate();
  }
  const bytes =
    emptyBundle +
    recordBytes * bytesPerRecordByte +
    (range.end - range.first) * bytesPerEntry +
    reports * bytesPerReport;
  return {
    entries: total,
    from: range.first,
    to: range.end - 1,
    fields,
    bytes: Math.round(bytes),
    archived: archivedOf(store, head.log, period),
  };
}
