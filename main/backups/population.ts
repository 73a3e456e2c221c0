import type { Uuid } from '../../shared/ids.ts';
import { countSpans, type SpanCounts } from '../storage/count-spans.ts';
import type { Reading } from '../storage/store.ts';

interface Period {
  readonly from: number;
  readonly to: number;
}

/** Backups that are kept today, of one tenant, or of the installation and all tenants; epoch milliseconds. */
export function countSnapshots(control: Reading, tenantId: Uuid | null, period: Period): SpanCounts {
  return countSpans(
    control,
    { table: 'snapshots', began: 'time', ended: 'NULL', ...ofOwner(tenantId, 'safety = 0') },
    period,
  );
}

/** Restores that a drill has proven so far. */
export function countProvenDrills(control: Reading, tenantId: Uuid | null, period: Period): SpanCounts {
  return countSpans(
    control,
    { table: 'drills', began: 'ended_at', ended: 'NULL', ...ofOwner(tenantId, "outcome = 'proven'") },
    period,
  );
}

/** When the newest copy of an owner's backups on a further target was brought up to date, and on how many targets there is one. */
export function copiesOf(
  control: Reading,
  owner: string,
): { readonly targets: number; readonly newest: number | null } {
  const row = control
    .sql<{ targets: number; newest: number | null }>(
      'SELECT count(*) AS targets, max(newest) AS newest FROM backup_copies WHERE owner = ? AND gone = 0',
    )
    .get(owner);
  return row ?? { targets: 0, newest: null };
}

const ofOwner = (tenantId: Uuid | null, also: string) => ({
  where: `${also} AND ($tenantId IS NULL OR tenant_id = $tenantId)`,
  values: { tenantId },
});
