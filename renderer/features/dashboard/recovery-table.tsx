import { Caption1, Subtitle2 } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { OwnerProtection } from '../../../shared/contract/backups/drills.ts';
import { formatDuration } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ownerName } from '../../ui/owner-name.ts';
import { forecastInputs } from '../../ui/protection/forecast-inputs.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';
import { useTenants } from '../../ui/use-names.ts';
import { leastSure } from './recovery-order.ts';
import { useTableStyles } from './table-styles.ts';

const everyMs = 30_000;
const most = 1_000;

/** The owners whose way back is the least sure. */
export function RecoveryTable() {
  const styles = useTableStyles();
  const { query } = useApi();
  const tenants = useTenants();
  const { data, error } = useQuery(
    query.backups.listProtection.queryOptions({ input: { limit: most }, refetchInterval: everyMs }),
  );
  if (data === undefined) return <ErrorNote error={error} />;
  return (
    <>
      <Subtitle2 as="h3">{t('dashboard.recovery.owners')}</Subtitle2>
      <table className={styles.table}>
        <thead className={styles.quiet}>
          <tr>
            <th className={styles.cell}>{t('dashboard.recovery.columns.of')}</th>
            <th className={styles.cell}>{t('dashboard.recovery.columns.lostDisk')}</th>
            <th className={styles.cell}>{t('dashboard.recovery.columns.proof')}</th>
            <th className={styles.cell}>{t('dashboard.recovery.columns.forecast')}</th>
          </tr>
        </thead>
        <tbody>
          {leastSure(data.items).map((owner) => (
            <tr key={owner.tenantId ?? ''}>
              <td className={styles.cell} title={ownerName(owner.tenantId, tenants)}>
                <TextLink href={`/backups/drills?tenant=${owner.tenantId ?? 'installation'}`}>
                  {ownerName(owner.tenantId, tenants)}
                </TextLink>
              </td>
              <td className={styles.cell}>
                <Time value={owner.lostDisk.upTo} as="ago" missing={t('drills.objectives.nothing')} />
              </td>
              <td className={styles.cell}>
                <Proof owner={owner} />
              </td>
              <td className={styles.cell}>
                <Forecast forecast={owner.forecast} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Forecast({ forecast }: Pick<OwnerProtection, 'forecast'>) {
  const styles = useTableStyles();
  if (forecast === null) return t('drills.objectives.notMeasured');
  return (
    <>
      {formatDuration(forecast.durationMs)}
      <Caption1 block wrap={false} truncate className={styles.quiet} title={forecastInputs(forecast)}>
        {forecastInputs(forecast)}
      </Caption1>
    </>
  );
}

function Proof({ owner: { drills, lastProof } }: { readonly owner: OwnerProtection }) {
  if (drills.last?.outcome === 'failed') return <StateBadge tone="bad" text={t('drills.outcome.failed')} />;
  return <Time value={lastProof?.time ?? null} as="ago" missing={t('drills.objectives.never')} />;
}
