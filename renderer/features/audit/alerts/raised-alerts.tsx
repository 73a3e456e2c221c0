import { Button } from '@fluentui/react-components';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { alertRuleIds } from '../../../../shared/alert-rules.ts';
import type { Alert } from '../../../../shared/contract/audit/alerts.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { AlertDetails } from '../../../ui/alert-details.tsx';
import { Choice } from '../../../ui/choice.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { ExportList } from '../../../ui/export-list.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { useSearch } from '../../../ui/use-search.ts';
import { alertColumns, alertExport } from './columns.tsx';

const everyMs = 15_000;
/** A look leaves an entry in the log; so long it is one look. */
const lookedAtMs = 60_000;

/** Every alert, newest first. */
export function RaisedAlerts() {
  const { client, query } = useApi();
  const [get, set] = useSearch();
  const tenants = useTenants();
  const tenant = get('tenant');
  const rule = alertRuleIds.find((known) => known === get('rule'));
  const filter = { tenant, rule };
  const loaded = usePages<Alert>(
    useInfiniteQuery(
      query.audit.listAlerts.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...filter, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
        refetchInterval: everyMs,
      }),
    ),
  );
  const asked = get('alert');
  const listed = loaded.rows.find(({ id }) => id === asked);
  // an address may name an alert that the list has not come to
  const found = useQuery(
    query.audit.getAlert.queryOptions({
      input: { alertId: asked ?? '' },
      enabled: asked !== undefined && listed === undefined && !loaded.pending,
      staleTime: lookedAtMs,
    }),
  );
  const open = listed ?? found.data;
  const narrowed = tenant !== undefined || rule !== undefined;
  return (
    <>
      <FilterBar>
        <Choice
          label={t('alerts.filter.rule')}
          any={t('alerts.filter.anyRule')}
          value={rule}
          options={alertRuleIds.map((id) => [id, t(`alerts.rules.${id}.title`)] as const)}
          onChange={(value) => set({ rule: value, alert: undefined })}
        />
        <TenantChoice
          label={t('alerts.filter.tenant')}
          placeholder={t('alerts.filter.anyTenant')}
          value={tenant}
          onChange={(value) => set({ tenant: value, alert: undefined })}
        />
        <ExportList
          name="alerts"
          columns={alertExport}
          page={(cursor) => client.audit.listAlerts({ ...filter, limit: 1000, cursor })}
        />
      </FilterBar>
      <ErrorNote error={found.error} />
      <WithDetails
        pane={
          open && {
            title: t(`alerts.rules.${open.rule}.title`),
            content: <AlertDetails key={open.id} alert={open} />,
            onClose: () => set({ alert: undefined }),
          }
        }
      >
        <DataList
          label={t('alerts.label')}
          columns={alertColumns((id) => ownerName(id, tenants))}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open?.id}
          onOpen={({ id }) => set({ alert: id })}
          minWidth={760}
          empty={
            narrowed ? (
              <EmptyState
                title={t('alerts.filteredTitle')}
                action={
                  <Button onClick={() => set({ tenant: undefined, rule: undefined })}>
                    {t('common.clear')}
                  </Button>
                }
              />
            ) : (
              <EmptyState
                title={t('alerts.emptyTitle')}
                text={t('alerts.emptyText')}
                action={<LinkButton href="/audit/alerts/rules">{t('alerts.toRules')}</LinkButton>}
              />
            )
          }
        />
      </WithDetails>
    </>
  );
}
