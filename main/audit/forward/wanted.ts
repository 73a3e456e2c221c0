import type { Uuid } from '../../../shared/ids.ts';
import type { Severity } from '../../../shared/severities.ts';
import { isTold } from '../alerts/told-alert.ts';
import type { AuditRecord } from '../record.ts';
import type { DestinationRow } from './destination-rows.ts';

const ranks: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };

/** Whether an owner's log is read for a destination. Null: the installation's, which tells of every alert. */
export function readsLogOf(
  { what, tenantId }: Pick<DestinationRow, 'what' | 'tenantId'>,
  owner: Uuid | null,
): boolean {
  if (what === 'alerts') return owner === null;
  return tenantId === null || tenantId === owner;
}

/** Which entries go to a destination. */
export function wantedBy({
  what,
  minimumSeverity,
  tenantId,
}: Pick<DestinationRow, 'what' | 'minimumSeverity' | 'tenantId'>): (record: AuditRecord) => boolean {
  const least = ranks[minimumSeverity];
  if (what === 'entries') return ({ sev }) => ranks[sev] >= least;
  return (record) => ranks[record.sev] >= least && isTold(record, tenantId);
}
