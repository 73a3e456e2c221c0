import { Button } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { breachStates } from '../../../../shared/breaches.ts';
import type { Breach } from '../../../../shared/contract/audit/breaches.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Choice } from '../../../ui/choice.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { ExportList } from '../../../ui/export-list.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { Page } from '../../../ui/page.tsx';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { useSearch } from '../../../ui/use-search.ts';
import { BreachDetails } from './breach-details.tsx';
import { breachColumns, breachExport } from './columns.tsx';

const everyMs = 30_000;
/** A look leaves an entry in the log; so long it is one look. */
const lookedAtMs = 60_000;

/** Breaches of personal data: what is on record, how much time is left, and what is to be done. */
export function Breaches() {
  const { client, query } = useApi();
  const [, go] = useLocation();
  const [get, set] = useSearch();
  const tenants = useTenants();
  const mayRecord = useAllowed('breaches:write');
  const tenant = get('tenant');
  const state = breachStates.find((known) => known === get('state'));
  const filter = { tenant, state };
  const loaded = usePages<Breach>(
    useInfiniteQuery(
      query.audit.listBreaches.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...filter, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
        refetchInterval: everyMs,
      }),
    ),
  );
  const open = get('breach');
  const details = useQuery(
    query.audit.getBreach.queryOptions({
      input: { breachId: open ?? '' },
      enabled: open !== undefined,
      staleTime: lookedAtMs,
    }),
  );
  const narrowed = tenant !== undefined || state !== undefined;
  const record = mayRecord && (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => go('/audit/breaches/record')}>
      {t('breaches.record')}
    </Button>
  );
  return (
    <Page
      title={t('breaches.title')}
      above={<TextLink href="/audit">{t('shell.navigation.audit')}</TextLink>}
      actions={record}
    >
      <FilterBar>
        <Choice
          label={t('breaches.filter.state')}
          any={t('breaches.filter.anyState')}
          value={state}
          options={breachStates.map((each) => [each, t(`breaches.states.${each}`)] as const)}
          onChange={(value) => set({ state: value, breach: undefined })}
        />
        <TenantChoice
          label={t('breaches.filter.tenant')}
          placeholder={t('breaches.filter.anyTenant')}
          value={tenant}
          onChange={(value) => set({ tenant: value, breach: undefined })}
        />
        <ExportList
          name="breaches"
          columns={breachExport}
          page={(cursor) => client.audit.listBreaches({ ...filter, limit: 1000, cursor })}
        />
      </FilterBar>
      <ErrorNote error={details.error} />
      <WithDetails
        pane={
          open !== undefined && details.data?.breach.id === open
            ? {
                title: details.data.breach.title,
                content: <BreachDetails key={open} details={details.data} />,
                onClose: () => set({ breach: undefined }),
              }
            : undefined
        }
      >
        <DataList
          label={t('breaches.label')}
          columns={breachColumns((id) => ownerName(id, tenants))}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open}
          onOpen={({ id }) => set({ breach: id })}
          minWidth={860}
          empty={
            narrowed ? (
              <EmptyState
                title={t('breaches.filteredTitle')}
                action={
                  <Button onClick={() => set({ tenant: undefined, state: undefined })}>
                    {t('common.clear')}
                  </Button>
                }
              />
            ) : (
              <EmptyState title={t('breaches.emptyTitle')} text={t('breaches.emptyText')} action={record} />
            )
          }
        />
      </WithDetails>
    </Page>
  );
}
