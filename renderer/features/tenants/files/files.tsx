import { Button } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant, TenantFile } from '../../../../shared/contract/tenants.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Time } from '../../../ui/time.tsx';
import { useSearch } from '../../../ui/use-search.ts';
import { AddFile } from './add-file.tsx';
import { FileDetails } from './file-details.tsx';

/** The files of a tenant. */
export function Files({ tenant }: { readonly tenant: Tenant }) {
  const { query } = useApi();
  const [get, set] = useSearch();
  const [adding, setAdding] = useState(false);
  const mayWrite = useAllowed('data:write') && tenant.state === 'active';
  const prefix = get('prefix');
  const open = get('file');
  const loaded = usePages<TenantFile>(
    useInfiniteQuery(
      query.tenants.listFiles.infiniteOptions({
        input: (cursor: string | undefined) => ({ tenant: tenant.id, prefix, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  const shown = loaded.rows.find(({ id }) => id === open);
  const add = mayWrite && (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => setAdding(true)}>
      {t('tenants.files.add')}
    </Button>
  );
  return (
    <>
      <FilterBar
        search={{
          value: prefix ?? '',
          onChange: (value) => set({ prefix: value }),
          label: t('tenants.files.prefix'),
        }}
      >
        <span style={{ flexGrow: 1 }} />
        {add}
      </FilterBar>
      <WithDetails
        pane={
          shown && {
            title: shown.name,
            content: <FileDetails tenant={tenant} file={shown} mayWrite={mayWrite} />,
            onClose: () => set({ file: undefined }),
          }
        }
      >
        <DataList
          label={t('tenants.files.label')}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open}
          onOpen={({ id }) => set({ file: id })}
          columns={[
            {
              key: 'name',
              header: t('tenants.files.columns.name'),
              width: 'minmax(200px, 3fr)',
              render: ({ name }) => name,
            },
            {
              key: 'size',
              header: t('tenants.files.columns.size'),
              width: '110px',
              align: 'end',
              render: ({ size }) => formatBytes(size),
            },
            {
              key: 'created',
              header: t('tenants.files.columns.created'),
              width: '170px',
              render: ({ createdAt }) => <Time value={createdAt} />,
            },
          ]}
          empty={
            <EmptyState
              title={t('tenants.files.emptyTitle')}
              text={t('tenants.files.emptyText')}
              action={add}
            />
          }
        />
      </WithDetails>
      {adding && <AddFile tenant={tenant} onClose={() => setAdding(false)} />}
    </>
  );
}
