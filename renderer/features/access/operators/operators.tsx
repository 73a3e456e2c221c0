import { Button } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { ListedOperator } from '../../../../shared/contract/auth.ts';
import { useAllowed, useSession } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import type { Column } from '../../../ui/data-list/column.ts';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { CreateOperator } from './create-operator.tsx';
import { OperatorDetails } from './operator-details.tsx';
import { RoleTable } from './role-table.tsx';

/** The people who use the console and the command line. */
export function Operators() {
  const { query } = useApi();
  const { operatorId } = useSession();
  const [search, setSearch] = useSearchParams();
  const [creating, setCreating] = useState(false);
  const mayWrite = useAllowed('operators:write');
  const open = search.get('operator') ?? undefined;
  const loaded = usePages<ListedOperator>(
    useInfiniteQuery(
      query.auth.listOperators.infiniteOptions({
        input: (cursor: string | undefined) => ({ limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  const shown = loaded.rows.find(({ id }) => id === open);
  const columns: readonly Column<ListedOperator>[] = [
    {
      key: 'name',
      header: t('access.operators.columns.name'),
      width: 'minmax(160px, 2fr)',
      render: ({ id, name }) => (id === operatorId ? `${name} (${t('access.operators.you')})` : name),
    },
    {
      key: 'role',
      header: t('access.operators.columns.role'),
      width: 'minmax(120px, 1fr)',
      render: ({ role }) => t(`words.role.${role}`),
    },
    {
      key: 'state',
      header: t('access.operators.columns.state'),
      width: '180px',
      render: ({ state, opens }) => (
        <StateBadge
          tone={state === 'disabled' ? 'neutral' : opens === false ? 'warning' : 'good'}
          text={t(
            state === 'active' && opens === false
              ? 'access.operators.opensNot'
              : `access.operators.state.${state}`,
          )}
        />
      ),
    },
    {
      key: 'created',
      header: t('access.operators.columns.created'),
      width: '180px',
      render: ({ createdAt }) => <Time value={createdAt} />,
    },
  ];
  return (
    <>
      <FilterBar>
        <span style={{ flexGrow: 1 }} />
        {mayWrite && (
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setCreating(true)}>
            {t('access.operators.create')}
          </Button>
        )}
      </FilterBar>
      <WithDetails
        pane={
          shown && {
            title: shown.name,
            content: <OperatorDetails operator={shown} />,
            onClose: () => setSearch({}),
          }
        }
      >
        <DataList
          label={t('access.operators.label')}
          columns={columns}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open}
          onOpen={({ id }) => setSearch({ operator: id })}
          empty={<EmptyState title={t('access.operators.emptyTitle')} />}
        />
      </WithDetails>
      <RoleTable />
      {creating && <CreateOperator onClose={() => setCreating(false)} />}
    </>
  );
}
