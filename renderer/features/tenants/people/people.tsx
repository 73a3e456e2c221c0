import { Button } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Principal, Tenant } from '../../../../shared/contract/tenants.ts';
import { principalKinds } from '../../../../shared/states.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Choice } from '../../../ui/choice.tsx';
import type { Column } from '../../../ui/data-list/column.ts';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ExportList } from '../../../ui/export-list.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { useSearch } from '../../../ui/use-search.ts';
import { CreatePrincipal } from './create-principal.tsx';
import { PrincipalDetails } from './principal-details.tsx';

/** The users and bots of a tenant. */
export function People({ tenant }: { readonly tenant: Tenant }) {
  const { client, query } = useApi();
  const [get, set] = useSearch();
  const [creating, setCreating] = useState(false);
  const mayWrite = useAllowed('principals:write') && tenant.state === 'active';
  const kind = principalKinds.find((known) => known === get('kind'));
  const open = get('principal');
  const filter = { tenant: tenant.id, kind };
  const loaded = usePages<Principal>(
    useInfiniteQuery(
      query.tenants.listPrincipals.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...filter, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  const shown = loaded.rows.find(({ id }) => id === open);
  const create = mayWrite && (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => setCreating(true)}>
      {t('tenants.people.create')}
    </Button>
  );
  return (
    <>
      <FilterBar>
        <Choice
          label={t('tenants.people.kind')}
          value={kind}
          any={t('tenants.people.anyKind')}
          options={principalKinds.map((known) => [known, t(`words.principalKind.${known}`)])}
          onChange={(value) => set({ kind: value })}
        />
        <ExportList
          name={`${tenant.slug}-people`}
          columns={[
            ['id', ({ id }: Principal) => id],
            ['kind', (row) => row.kind],
            ['name', (row) => row.name],
            ['externalId', ({ externalId }) => externalId],
            ['state', (row) => row.state],
            ['scopes', ({ scopes }) => scopes.join(' ')],
            ['createdAt', ({ createdAt }) => createdAt],
          ]}
          page={(cursor) => client.tenants.listPrincipals({ ...filter, limit: 1000, cursor })}
        />
        <span style={{ flexGrow: 1 }} />
        {create}
      </FilterBar>
      <WithDetails
        pane={
          shown && {
            title: shown.name,
            content: <PrincipalDetails principal={shown} mayWrite={mayWrite} />,
            onClose: () => set({ principal: undefined }),
          }
        }
      >
        <DataList
          label={t('tenants.people.label')}
          columns={columns()}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open}
          onOpen={({ id }) => set({ principal: id })}
          minWidth={760}
          empty={
            <EmptyState
              title={t('tenants.people.emptyTitle')}
              text={t('tenants.people.emptyText')}
              action={create}
            />
          }
        />
      </WithDetails>
      {creating && <CreatePrincipal tenant={tenant} onClose={() => setCreating(false)} />}
    </>
  );
}

function columns(): readonly Column<Principal>[] {
  return [
    {
      key: 'name',
      header: t('tenants.people.columns.name'),
      width: 'minmax(160px, 2fr)',
      render: ({ name }) => name,
    },
    {
      key: 'kind',
      header: t('tenants.people.columns.kind'),
      width: '90px',
      render: ({ kind }) => t(`words.principalKind.${kind}`),
    },
    {
      key: 'state',
      header: t('tenants.people.columns.state'),
      width: '130px',
      render: ({ state }) => (
        <StateBadge
          tone={state === 'active' ? 'good' : 'neutral'}
          text={t(`words.principalState.${state}`)}
        />
      ),
    },
    {
      key: 'scopes',
      header: t('tenants.people.columns.scopes'),
      width: 'minmax(120px, 1fr)',
      render: ({ scopes }) => scopes.join(' '),
    },
    {
      key: 'created',
      header: t('tenants.people.columns.created'),
      width: '170px',
      render: ({ createdAt }) => <Time value={createdAt} />,
    },
  ];
}
