import { Button } from '@fluentui/react-components';
import { AddRegular, KeyResetRegular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { ApiKey } from '../../../../shared/contract/auth.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import type { Column } from '../../../ui/data-list/column.ts';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { Time, useNow } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { CheckKey } from './check-key.tsx';
import { CreateKey } from './create-key.tsx';
import { KeyDetails } from './key-details.tsx';
import { keyState, toneOf } from './key-state.ts';

/** The API keys of one tenant or of all. */
export function Keys() {
  const { query } = useApi();
  const now = useNow();
  const tenants = useTenants();
  const [search, setSearch] = useSearchParams();
  const [dialog, setDialog] = useState<'create' | 'check'>();
  const mayWrite = useAllowed('keys:write');
  const tenant = search.get('tenant') ?? undefined;
  const open = search.get('key') ?? undefined;
  const loaded = usePages<ApiKey>(
    useInfiniteQuery(
      query.auth.listApiKeys.infiniteOptions({
        input: (cursor: string | undefined) => ({ limit: 200, tenant, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  const shown = loaded.rows.find(({ id }) => id === open);
  const set = (name: string, value: string | undefined) =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      if (value === undefined) after.delete(name);
      else after.set(name, value);
      return after;
    });

  const columns: readonly Column<ApiKey>[] = [
    {
      key: 'lookup',
      header: t('access.keys.columns.lookup'),
      width: 'minmax(150px, 1.2fr)',
      render: ({ lookup }) => <code>hfk_{lookup}_…</code>,
    },
    {
      key: 'tenant',
      header: t('access.keys.columns.tenant'),
      width: 'minmax(90px, 1.2fr)',
      render: ({ tenantId }) => tenants.get(tenantId)?.name ?? tenantId,
    },
    {
      key: 'scopes',
      header: t('access.keys.columns.scopes'),
      width: 'minmax(80px, 1fr)',
      render: ({ scopes }) => scopes.join(' '),
    },
    {
      key: 'created',
      header: t('access.keys.columns.created'),
      width: '104px',
      render: ({ createdAt }) => <Time value={createdAt} as="ago" />,
    },
    {
      key: 'expires',
      header: t('access.keys.columns.expires'),
      width: '104px',
      render: ({ expiresAt }) => <Time value={expiresAt} as="ago" />,
    },
    {
      key: 'used',
      header: t('access.keys.columns.used'),
      width: '104px',
      render: ({ lastUsedAt }) => <Time value={lastUsedAt} as="ago" />,
    },
    {
      key: 'state',
      header: t('access.keys.columns.state'),
      width: '100px',
      render: (key) => (
        <StateBadge tone={toneOf(key, now)} text={t(`access.keys.state.${keyState(key, now)}`)} />
      ),
    },
  ];
  const create = mayWrite && (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => setDialog('create')}>
      {t('access.keys.create')}
    </Button>
  );
  return (
    <>
      <FilterBar>
        <TenantChoice
          label={t('access.keys.tenant')}
          placeholder={t('access.keys.anyTenant')}
          value={tenant}
          onChange={(value) => set('tenant', value)}
        />
        <span style={{ flexGrow: 1 }} />
        <Button icon={<KeyResetRegular />} onClick={() => setDialog('check')}>
          {t('access.keys.check')}
        </Button>
        {create}
      </FilterBar>
      <WithDetails
        pane={
          shown && {
            title: `hfk_${shown.lookup}_…`,
            content: <KeyDetails apiKey={shown} tenant={tenants.get(shown.tenantId)} />,
            onClose: () => set('key', undefined),
          }
        }
      >
        <DataList
          label={t('access.keys.label')}
          columns={columns}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open}
          onOpen={({ id }) => set('key', id)}
          minWidth={740}
          empty={
            <EmptyState
              title={tenant === undefined ? t('access.keys.emptyTitle') : t('access.keys.emptyFiltered')}
              text={t('access.keys.emptyText')}
              action={create}
            />
          }
        />
      </WithDetails>
      {dialog === 'create' && <CreateKey tenant={tenant} onClose={() => setDialog(undefined)} />}
      {dialog === 'check' && <CheckKey onClose={() => setDialog(undefined)} />}
    </>
  );
}
