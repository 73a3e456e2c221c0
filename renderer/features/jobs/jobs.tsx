import { Button } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useLocation, useSearchParams } from 'wouter';
import type { Job } from '../../../shared/contract/suite.ts';
import { jobStates } from '../../../shared/states.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { intervalFor } from '../../rpc/use-current-jobs.ts';
import { Choice } from '../../ui/choice.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../ui/details-pane.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportList } from '../../ui/export-list.tsx';
import { jobKinds, jobKindText } from '../../ui/job-words.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { useOperators, useTenants } from '../../ui/use-names.ts';
import { useSearch } from '../../ui/use-search.ts';
import { jobColumns, jobExport } from './columns.tsx';
import { JobDetails } from './job-details.tsx';

const kinds = [...jobKinds].sort((one, other) => jobKindText(one).localeCompare(jobKindText(other)));

/** All long work, newest first; one of it open beside the list. */
export function Jobs({ jobId }: { readonly jobId: string | undefined }) {
  const { client, query } = useApi();
  const [, go] = useLocation();
  const [search] = useSearchParams();
  const [get, narrow] = useSearch();
  const tenants = useTenants();
  const operators = useOperators();
  const state = jobStates.find((known) => known === get('state'));
  const kind = kinds.find((known) => known === get('kind'));
  const filter = {
    ...(state === undefined ? {} : { state }),
    ...(kind === undefined ? {} : { kind }),
  };
  const loaded = usePages<Job>(
    useInfiniteQuery(
      query.jobs.listJobs.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...filter, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
        refetchInterval: ({ state: { data } }) => intervalFor(data?.pages.flatMap(({ items }) => items)),
      }),
    ),
  );
  const operatorName = (id: string) => operators.get(id)?.name ?? id;
  const kept = search.size === 0 ? '' : `?${search.toString()}`;
  const open = loaded.rows.find(({ id }) => id === jobId);
  return (
    <Page title={t('shell.navigation.jobs')}>
      <FilterBar>
        <Choice
          label={t('jobs.list.state')}
          value={state}
          any={t('jobs.list.anyState')}
          options={jobStates.map((known) => [known, t(`words.jobState.${known}`)])}
          onChange={(value) => narrow({ state: value })}
        />
        <Choice
          label={t('jobs.list.kind')}
          value={kind}
          any={t('jobs.list.anyKind')}
          options={kinds.map((known) => [known, jobKindText(known)])}
          onChange={(value) => narrow({ kind: value })}
        />
        <ExportList
          name="jobs"
          columns={jobExport}
          page={(cursor) => client.jobs.listJobs({ ...filter, limit: 1000, cursor })}
        />
      </FilterBar>
      <WithDetails
        pane={
          jobId === undefined
            ? undefined
            : {
                title: open ? jobKindText(open.kind) : t('common.details'),
                content: <JobDetails jobId={jobId} operatorName={operatorName} />,
                onClose: () => go(`/jobs${kept}`),
              }
        }
      >
        <DataList
          label={t('jobs.list.label')}
          columns={jobColumns({ tenant: (id) => tenants.get(id)?.name ?? id, operator: operatorName })}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={jobId}
          onOpen={({ id }) => go(`/jobs/${id}${kept}`)}
          minWidth={750}
          empty={
            state === undefined && kind === undefined ? (
              <EmptyState
                title={t('jobs.list.emptyTitle')}
                text={t('jobs.list.emptyText')}
                action={<LinkButton href="/backups">{t('jobs.list.emptyNext')}</LinkButton>}
              />
            ) : (
              <EmptyState
                title={t('jobs.list.filteredTitle')}
                action={
                  <Button onClick={() => narrow({ state: undefined, kind: undefined })}>
                    {t('common.clear')}
                  </Button>
                }
              />
            )
          }
        />
      </WithDetails>
    </Page>
  );
}
