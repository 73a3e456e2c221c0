import { Body1, Caption1, makeStyles, ProgressBar, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Tenant, TenantUsage } from '../../../../shared/contract/tenants.ts';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';

const useStyles = makeStyles({
  row: { display: 'flex', flexDirection: 'column', gap: '4px' },
  line: { display: 'flex', gap: '8px', alignItems: 'center', justifyContent: 'space-between' },
});

const quotas = ['bots', 'users', 'storageBytes'] as const;

/** How much of each limit is used. */
export function Usage({ tenant }: { readonly tenant: Tenant }) {
  const { query } = useApi();
  const usage = useQuery(query.tenants.getUsage.queryOptions({ input: { tenant: tenant.id } }));
  return (
    <Panel title={t('tenants.overview.usage')}>
      {usage.error && <ErrorNote error={usage.error} onRetry={() => void usage.refetch()} />}
      {usage.isPending && <Spinner label={t('common.loading')} />}
      {usage.data && quotas.map((quota) => <Quota key={quota} quota={quota} usage={usage.data} />)}
    </Panel>
  );
}

interface QuotaProps {
  readonly quota: (typeof quotas)[number];
  readonly usage: TenantUsage;
}

function Quota({ quota, usage: { usage, limits, warnings } }: QuotaProps) {
  const styles = useStyles();
  const used = usage[quota];
  const limit = limits[quota];
  const warning = warnings.find((each) => each.quota === quota);
  const format = quota === 'storageBytes' ? formatBytes : formatCount;
  const name = t(`tenants.overview.quota.${quota}`);
  return (
    <div className={styles.row}>
      <div className={styles.line}>
        <Body1>{name}</Body1>
        {warning && (
          <StateBadge
            tone={warning.percent >= 95 ? 'bad' : 'warning'}
            text={t('tenants.overview.near', { percent: Math.floor(warning.percent) })}
          />
        )}
        <Caption1>
          {limit === null
            ? t('tenants.overview.usedUnlimited', { used: format(used) })
            : t('tenants.overview.used', { used: format(used), limit: format(limit) })}
        </Caption1>
      </div>
      {limit !== null && (
        <ProgressBar
          aria-label={name}
          value={Math.min(used, limit)}
          max={limit}
          color={warning === undefined ? 'brand' : warning.percent >= 95 ? 'error' : 'warning'}
        />
      )}
    </div>
  );
}
