import type { AuditLogger } from '../../../main/audit/audit-logger.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { Outcome, Severity } from '../../../shared/severities.ts';

const atOnce = 2_000;

export interface ManyEntries {
  readonly audit: AuditLogger;
  readonly ids: Ids;
  readonly count: number;
  readonly tenants: readonly Uuid[];
  /** The number of the first; 0 by default. */
  readonly from?: number;
  /** Told before each entry is made. */
  readonly next?: () => void;
}

/** What many tenants do: most of it ordinary, one in a thousand critical, one in ten thousand a failure. */
export async function appendMany({ audit, ids, count, tenants, next, from = 0 }: ManyEntries): Promise<void> {
  for (let at = 0; at < count; at += atOnce) {
    const events = Array.from({ length: atOnce }, (_, offset) => {
      const n = from + at + offset;
      next?.();
      const tenantId = tenants[n % tenants.length];
      const severity: Severity = n % 1_000 === 7 ? 'critical' : n % 20 === 3 ? 'warning' : 'info';
      const outcome: Outcome = n % 10_000 === 9 ? 'failure' : 'success';
      const operation = {
        id: ids.uuid(),
        action: `shop.event-${n % 40}`,
        severity,
        critical: false,
      } as const;
      const resource = { kind: 'order', id: `order-${n}` };
      const details = { ...(tenantId && { tenantId }), resource, outcome };
      return audit.event({ ...operation, caller: { kind: 'system' } }, details, 'outcome');
    });
    await Promise.all(events.map((event) => audit.append(event)));
  }
}
