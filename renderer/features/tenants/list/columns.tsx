import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import type { Column } from '../../../ui/data-list/column.ts';
import type { ExportColumn } from '../../../ui/export-list.tsx';
import { SampleBadge } from '../../../ui/sample-badge.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';

export function tenantColumns(): readonly Column<Tenant>[] {
  return [
    {
      key: 'name',
      header: t('tenants.list.columns.name'),
      width: 'minmax(240px, 3fr)',
      sortable: true,
      render: ({ id, name, sample }) => (
        <span style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
          <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
            <TextLink href={`/tenants/${id}`}>{name}</TextLink>
          </span>
          {sample && <SampleBadge />}
        </span>
      ),
    },
    {
      key: 'slug',
      header: t('tenants.list.columns.slug'),
      width: 'minmax(110px, 1fr)',
      render: ({ slug }) => <code>{slug}</code>,
    },
    {
      key: 'tier',
      header: t('tenants.list.columns.tier'),
      width: '120px',
      render: ({ tier }) => t(`words.tier.${tier}`),
    },
    {
      key: 'state',
      header: t('tenants.list.columns.state'),
      width: '130px',
      render: ({ state }) => <TenantState state={state} />,
    },
    {
      key: 'created',
      header: t('tenants.list.columns.created'),
      width: '170px',
      sortable: true,
      render: ({ createdAt }) => <Time value={createdAt} />,
    },
  ];
}

export function TenantState({ state }: Pick<Tenant, 'state'>) {
  return <StateBadge tone={state === 'active' ? 'good' : 'warning'} text={t(`words.tenantState.${state}`)} />;
}

export const tenantExport: readonly ExportColumn<Tenant>[] = [
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['slug', ({ slug }) => slug],
  ['tier', ({ tier }) => tier],
  ['state', ({ state }) => state],
  ['sample', ({ sample }) => sample],
  ['createdAt', ({ createdAt }) => createdAt],
];
