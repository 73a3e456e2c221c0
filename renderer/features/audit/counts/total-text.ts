import type { AuditCounts } from '../../../../shared/contract/audit/counts.ts';
import { t } from '../../../i18n/translate.ts';

/** How many entries there are within the filter, as far as they were counted. */
export function totalText({ total, since }: AuditCounts): string {
  return t(since === null ? 'audit.total' : 'audit.atLeast', { count: total });
}
