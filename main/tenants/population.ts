import { type Uuid, uuidTime } from '../../shared/ids.ts';
import { countSpans, type SpanCounts } from '../storage/count-spans.ts';
import type { Reading } from '../storage/store.ts';

interface Period {
  readonly from: number;
  readonly to: number;
}

/** Tenants, without samples; of an erased one its id says when it was made. Epoch milliseconds. */
export function countTenants(control: Reading, period: Period): SpanCounts {
  const present = countSpans(
    control,
    { table: 'tenants', began: 'created_at', ended: 'NULL', where: 'sample = 0' },
    period,
  );
  const erased = control
    .sql<{ id: Uuid; ended: number }>('SELECT tenant_id AS id, erased_at AS ended FROM erasures')
    .all()
    .map(({ id, ended }) => ({ began: uuidTime(id), ended }));
  const { from, to } = period;
  const count = (isOne: (span: (typeof erased)[number]) => boolean) => erased.filter(isOne).length;
  return {
    start: present.start + count(({ began, ended }) => began <= from && ended > from),
    end: present.end + count(({ began, ended }) => began <= to && ended > to),
    added: present.added + count(({ began }) => began > from && began <= to),
    removed: count(({ ended }) => ended > from && ended <= to),
  };
}

/** Users and bots, of one tenant or of all, by the counters that quotas go by. */
export function countPrincipals(control: Reading, tenantId: Uuid | null): number {
  const row = control
    .sql<{ n: number }>('SELECT total(bots + users) AS n FROM tenants WHERE id = ifnull(?, id)')
    .get(tenantId);
  return row?.n ?? 0;
}
