import type { Uuid } from '../../shared/ids.ts';
import type { Role } from '../../shared/roles.ts';
import { countSpans, type SpanCounts } from '../storage/count-spans.ts';
import type { Reading } from '../storage/store.ts';

interface Period {
  readonly from: number;
  readonly to: number;
}

/** Operators that could sign in, of one role or of all; epoch milliseconds. */
export function countOperators(control: Reading, role: Role | null, period: Period): SpanCounts {
  return countSpans(
    control,
    {
      table: 'operator',
      began: 'created_at',
      ended: 'disabled_at',
      where: 'role = ifnull($role, role)',
      values: { role },
    },
    period,
  );
}

/** API keys in force, of one tenant or of all; epoch milliseconds. */
export function countApiKeys(control: Reading, tenantId: Uuid | null, period: Period): SpanCounts {
  return countSpans(
    control,
    {
      table: 'api_key',
      began: 'created_at',
      ended: 'min(ifnull(revoked_at, expires_at), expires_at)',
      where: 'tenant_id = ifnull($tenantId, tenant_id)',
      values: { tenantId },
    },
    period,
  );
}
