import { Input, makeStyles } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { DocumentRevision, Tenant } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Choice } from '../../../ui/choice.tsx';
import type { Column } from '../../../ui/data-list/column.ts';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Time } from '../../../ui/time.tsx';
import { useSearch } from '../../../ui/use-search.ts';
import { DocumentDetails } from './document-details.tsx';
import { ExportCollection } from './export-collection.tsx';

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: '8px', marginLeft: 'auto' },
});

interface DocumentsProps {
  readonly tenant: Tenant;
  readonly collection: string;
  readonly mayWrite: boolean;
  readonly actions: ReactNode;
}

/** The live documents of one collection, by id or by time of change. */
export function Documents({ tenant, collection, mayWrite, actions }: DocumentsProps) {
  const styles = useStyles();
  const { query } = useApi();
  const [get, set] = useSearch();
  const by = get('by') === 'time' ? 'time' : 'key';
  const from = get('from');
  const open = get('document');
  const loaded = usePages<DocumentRevision>(
    useInfiniteQuery(
      query.tenants.getTenantData.infiniteOptions({
        input: (cursor: string | undefined) => ({
          tenant: tenant.id,
          collection,
          by,
          ...(by === 'key' && from !== undefined ? { fromKey: from } : {}),
          limit: 200,
          cursor,
        }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  return (
    <>
      <FilterBar>
        <Choice
          label={t('tenants.data.order')}
          value={by}
          options={[
            ['key', t('tenants.data.byKey')],
            ['time', t('tenants.data.byTime')],
          ]}
          onChange={(value) => set({ by: value === 'time' ? 'time' : undefined })}
        />
        {by === 'key' && (
          <Input
            value={from ?? ''}
            placeholder={t('tenants.data.fromKey')}
            aria-label={t('tenants.data.fromKey')}
            data-search
            onChange={(_, { value }) => set({ from: value })}
          />
        )}
        <div className={styles.actions}>
          <ExportCollection tenant={tenant} collection={collection} />
          {actions}
        </div>
      </FilterBar>
      <WithDetails
        pane={
          open === undefined
            ? undefined
            : {
                title: open,
                content: (
                  <DocumentDetails
                    key={`${collection}/${open}`}
                    tenant={tenant}
                    collection={collection}
                    id={open}
                    mayWrite={mayWrite}
                  />
                ),
                onClose: () => set({ document: undefined }),
              }
        }
      >
        <DataList
          label={collection}
          columns={columns()}
          loaded={loaded}
          rowKey={({ id }) => id}
          selected={open}
          onOpen={({ id }) => set({ document: id })}
          minWidth={540}
          empty={<EmptyState title={t('tenants.data.emptyCollection')} />}
        />
      </WithDetails>
    </>
  );
}

const shownCharacters = 300;

function columns(): readonly Column<DocumentRevision>[] {
  return [
    {
      key: 'id',
      header: t('tenants.data.columns.id'),
      width: 'minmax(100px, 1fr)',
      render: ({ id }) => <code>{id}</code>,
    },
    {
      key: 'value',
      header: t('tenants.data.columns.value'),
      width: 'minmax(200px, 4fr)',
      render: ({ value }) => JSON.stringify(value).slice(0, shownCharacters),
    },
    {
      key: 'revision',
      header: t('tenants.data.columns.revision'),
      width: '84px',
      align: 'end',
      render: ({ revision }) => revision,
    },
    {
      key: 'updated',
      header: t('tenants.data.columns.updated'),
      width: '170px',
      render: ({ updatedAt }) => <Time value={updatedAt} />,
    },
  ];
}
