import { makeStyles } from '@fluentui/react-components';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';
import { TenantActions } from './tenant-actions.tsx';
import { Usage } from './usage.tsx';

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(360px, 100%), 1fr))',
    gap: '12px',
    alignItems: 'start',
  },
  links: { display: 'flex', flexDirection: 'column', gap: '4px', alignItems: 'flex-start' },
});

/** What a tenant is, how much of its tier it uses, and what can be done with it. */
export function Overview({ tenant }: { readonly tenant: Tenant }) {
  const styles = useStyles();
  const mayRestore = useAllowed('backups:restore');
  const { id, slug, tier, createdAt, updatedAt } = tenant;
  return (
    <div className={styles.grid}>
      <Panel title={t('tenants.overview.facts')}>
        <Facts
          facts={[
            [t('tenants.list.columns.tier'), t(`words.tier.${tier}`)],
            [t('tenants.list.columns.slug'), <code key="slug">{slug}</code>],
            [t('tenants.overview.id'), <Identifier key="id" value={id} />],
            [t('tenants.list.columns.created'), <Time key="created" value={createdAt} />],
            [t('tenants.overview.updated'), <Time key="updated" value={updatedAt} />],
          ]}
        />
      </Panel>
      <Usage tenant={tenant} />
      <TenantActions tenant={tenant} />
      <Panel title={t('tenants.overview.elsewhere')}>
        <div className={styles.links}>
          <TextLink href={`/backups?tenant=${id}`}>{t('tenants.overview.backups')}</TextLink>
          {mayRestore && (
            <TextLink href={`/backups/restore?tenant=${id}`}>{t('tenants.overview.restore')}</TextLink>
          )}
          <TextLink href={`/audit?tenant=${id}`}>{t('tenants.overview.audit')}</TextLink>
          <TextLink href={`/access/keys?tenant=${id}`}>{t('tenants.overview.keys')}</TextLink>
        </div>
      </Panel>
    </div>
  );
}
