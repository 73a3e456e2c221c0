import { baselineDays, learningDays, learningEntries } from '../../../../shared/anomalies.ts';
import type { AnomalyBaseline } from '../../../../shared/contract/audit/anomalies.ts';
import type { Reading } from '../../../storage/store.ts';
import type { LogHead } from '../../log-store.ts';
import { dayMs } from '../alert-store.ts';
import { Baseline } from './baseline.ts';
import { storedDays } from './day-store.ts';
import { wholeLog } from './log-statistics.ts';

/** Whether a log's statistics raise anything at a time (epoch milliseconds) by what is kept of its days, and what they wait for. */
export function baselineOf(
  reading: Reading,
  { origin, tenantId }: Pick<LogHead, 'origin' | 'tenantId'>,
  now: number,
): AnomalyBaseline {
  const today = Math.floor(now / dayMs);
  const rows = storedDays(reading, origin).read(wholeLog, today - baselineDays, today);
  const { age: days, entries, full } = new Baseline(today, rows);
  const daysLeft = Math.max(0, learningDays - days);
  const entriesLeft = Math.max(0, learningEntries - entries);
  const reasons = [
    ...(daysLeft > 0 ? (['days'] as const) : []),
    ...(entriesLeft > 0 ? (['entries'] as const) : []),
    ...(full.has('actor') ? (['too-many-actors'] as const) : []),
  ];
  const state = reasons.length === 0 ? 'watching' : 'learning';
  return { tenantId, logId: origin, state, reasons, days, entries, daysLeft, entriesLeft };
}
