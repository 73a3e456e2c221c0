import { Button, makeStyles } from '@fluentui/react-components';
import { AddRegular, BeakerRegular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import { tenantStates } from '../../../shared/states.ts';
import { tiers } from '../../../shared/tiers.ts';
import { useAllowed } from '../../app/session.tsx';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { forbidden } from '../../rpc/failure.ts';
import { Choice } from '../../ui/choice.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../ui/data-list/use-pages.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ExportList } from '../../ui/export-list.tsx';
import { Page } from '../../ui/page.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { useSearch } from '../../ui/use-search.ts';
import { tenantColumns, tenantExport } from './list/columns.tsx';
import { CreateTenant } from './list/create-tenant.tsx';
import { SampleDialog } from './list/sample-dialog.tsx';

const useStyles = makeStyles({
  elsewhere: { display: 'flex', flexWrap: 'wrap', gap: '4px 16px', flexShrink: 0 },
});

/** All tenants, to search and to open. */
export function Tenants() {
  const styles = useStyles();
  const { client, query } = useApi();
  const [, go] = useLocation();
  const [get, set] = useSearch();
  const mayWrite = useAllowed('tenants:write');
  const search = get('search');
  const tier = tiers.find((known) => known === get('tier'));
  const state = tenantStates.find((known) => known === get('state'));
  const sort = get('sort') === 'createdAt' ? 'createdAt' : 'name';
  const filter = { search, tier, state, sort } as const;
  const filtered = search !== undefined || tier !== undefined || state !== undefined;
  const loaded = usePages<Tenant>(
    useInfiniteQuery(
      query.tenants.listTenants.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...filter, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  const dialog = get('create') !== undefined ? 'create' : get('sample') !== undefined ? 'sample' : undefined;
  const actions = mayWrite && (
    <>
      <Button icon={<BeakerRegular />} onClick={() => set({ sample: '1' })}>
        {t('tenants.list.sample')}
      </Button>
      <Button appearance="primary" icon={<AddRegular />} onClick={() => set({ create: '1' })}>
        {t('tenants.list.create')}
      </Button>
    </>
  );
  return (
    <Page title={t('shell.navigation.tenants')} actions={actions}>
      {dialog !== undefined && !mayWrite && <ErrorNote error={forbidden} />}
      <FilterBar
        search={{
          value: search ?? '',
          onChange: (value) => set({ search: value }),
          label: t('tenants.list.search'),
        }}
      >
        <Choice
          label={t('tenants.list.tier')}
          value={tier}
          any={t('tenants.list.anyTier')}
          options={tiers.map((known) => [known, t(`words.tier.${known}`)])}
          onChange={(value) => set({ tier: value })}
        />
        <Choice
          label={t('tenants.list.state')}
          value={state}
          any={t('tenants.list.anyState')}
          options={tenantStates.map((known) => [known, t(`words.tenantState.${known}`)])}
          onChange={(value) => set({ state: value })}
        />
        <ExportList
          name="tenants"
          columns={tenantExport}
          page={(cursor) => client.tenants.listTenants({ ...filter, limit: 1000, cursor })}
        />
      </FilterBar>
      <DataList
        label={t('tenants.list.label')}
        columns={tenantColumns()}
        loaded={loaded}
        rowKey={({ id }) => id}
        total={loaded.more ? undefined : loaded.rows.length}
        onOpen={({ id }) => go(`/tenants/${id}`)}
        sorting={{
          key: sort === 'name' ? 'name' : 'created',
          direction: 'ascending',
        }}
        onSort={({ key }) => set({ sort: key === 'created' ? 'createdAt' : undefined })}
        empty={
          filtered ? (
            <EmptyState
              title={t('tenants.list.filteredTitle')}
              action={
                <Button onClick={() => set({ search: undefined, tier: undefined, state: undefined })}>
                  {t('common.clear')}
                </Button>
              }
            />
          ) : (
            <EmptyState
              title={t('tenants.list.emptyTitle')}
              text={t('tenants.list.emptyText')}
              action={<div style={{ display: 'flex', gap: 8 }}>{actions}</div>}
            />
          )
        }
      />
      <nav className={styles.elsewhere} aria-label={t('tenants.list.erased')}>
        <TextLink href="/erased">{t('erasure.title')}</TextLink>
        <TextLink href="/erased/people">{t('subject.title')}</TextLink>
      </nav>
      {dialog === 'create' && mayWrite && <CreateTenant onClose={() => set({ create: undefined })} />}
      {dialog === 'sample' && mayWrite && <SampleDialog onClose={() => set({ sample: undefined })} />}
    </Page>
  );
}
