import { breachNoticeMs } from '../../../shared/breaches.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { countSpans, type SpanCounts } from '../../storage/count-spans.ts';
import type { Reading } from '../../storage/store.ts';

const ofOwner = `($tenantId IS NULL OR id IN (SELECT breach_id FROM breach_tenants WHERE tenant_id = $tenantId))`;

/** Breaches on record and not closed, that concern one tenant or all; epoch milliseconds. */
export function countBreaches(
  control: Reading,
  tenantId: Uuid | null,
  period: { readonly from: number; readonly to: number },
): SpanCounts {
  const spans = { table: 'breaches', began: 'recorded_at', ended: 'closed_at', where: ofOwner };
  return countSpans(control, { ...spans, values: { tenantId } }, period);
}

/** What became of the breaches on record, closed ones with them. `now`: epoch milliseconds. */
export function breachesByState(
  control: Reading,
  tenantId: Uuid | null,
  now: number,
): { readonly told: number; readonly decided: number; readonly open: number; readonly pastDue: number } {
  const row = control
    .sql<Record<'told' | 'decided' | 'open' | 'pastDue', number | null>>(
      `SELECT sum(outcome = 'notified') AS told, sum(outcome = 'not-notifiable') AS decided, sum(outcome = 'open') AS open,
         sum(outcome = 'open' AND aware_at + $noticeMs < $now) AS pastDue
       FROM (SELECT outcome, aware_at FROM breaches WHERE ${ofOwner})`,
    )
    .get({ tenantId, now, noticeMs: breachNoticeMs });
  const { told, decided, open, pastDue } = row ?? {};
  return { told: told ?? 0, decided: decided ?? 0, open: open ?? 0, pastDue: pastDue ?? 0 };
}
