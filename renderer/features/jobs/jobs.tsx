import { Spinner } from '@fluentui/react-components';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { Job } from '../../../shared/contract/suite.ts';
import { jobStates } from '../../../shared/states.ts';
import { formatDuration } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { Choice } from '../../ui/choice.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../ui/details-pane.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { jobKindText, jobTones } from '../../ui/job-words.ts';
import { ownerName } from '../../ui/owner-name.ts';
import { Page } from '../../ui/page.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { useTenants } from '../../ui/use-names.ts';
import { useSearch } from '../../ui/use-search.ts';
import { JobDetails } from './job-details.tsx';

const busyMs = 2_000;

/** All long work that ran or runs. */
export function Jobs({ jobId }: { readonly jobId: string | undefined }) {
  const { query } = useApi();
  const tenants = useTenants();
  const [, go] = useLocation();
  const [get, set] = useSearch();
  const state = jobStates.find((known) => known === get('state'));
  const loaded = usePages<Job>(
    useInfiniteQuery(
      query.jobs.listJobs.infiniteOptions({
        input: (cursor: string | undefined) => ({ state, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
        refetchInterval: ({ state: { data } }) =>
          data?.pages[0]?.items.some(({ endedAt }) => endedAt === null) ? busyMs : false,
      }),
    ),
  );
  const opened = useQuery(
    query.jobs.getJob.queryOptions({ input: { jobId: jobId ?? '' }, enabled: jobId !== undefined }),
  );
  return (
    <Page title={t('shell.navigation.jobs')}>
      <FilterBar>
        <Choice
          label={t('jobs.state')}
          value={state}
          any={t('jobs.anyState')}
          options={jobStates.map((known) => [known, t(`words.jobState.${known}`)])}
          onChange={(value) => set({ state: value })}
        />
      </FilterBar>
      <WithDetails
        pane={
          jobId === undefined
            ? undefined
            : {
                title: opened.data ? jobKindText(opened.data.kind) : t('shell.navigation.jobs'),
                content: opened.data ? (
                  <JobDetails key={jobId} jobId={jobId} />
                ) : (
                  <Spinner label={t('common.loading')} />
                ),
                onClose: () => go('/jobs'),
              }
        }
      >
        <DataList
          label={t('jobs.label')}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={jobId}
          onOpen={({ id }) => go(`/jobs/${id}`)}
          minWidth={760}
          columns={[
            {
              key: 'time',
              header: t('jobs.columns.time'),
              width: '170px',
              render: ({ createdAt }) => <Time value={createdAt} />,
            },
            {
              key: 'kind',
              header: t('jobs.columns.kind'),
              width: 'minmax(150px, 1.5fr)',
              render: ({ kind }) => jobKindText(kind),
            },
            {
              key: 'tenant',
              header: t('jobs.columns.tenant'),
              width: 'minmax(120px, 1fr)',
              render: ({ tenantId }) => ownerName(tenantId, tenants),
            },
            {
              key: 'state',
              header: t('jobs.columns.state'),
              width: '140px',
              render: (job) => (
                <StateBadge tone={jobTones[job.state]} text={t(`words.jobState.${job.state}`)} />
              ),
            },
            {
              key: 'phase',
              header: t('jobs.columns.phase'),
              width: 'minmax(120px, 1.5fr)',
              render: ({ phase }) => phase,
            },
            {
              key: 'took',
              header: t('jobs.columns.took'),
              width: '90px',
              align: 'end',
              render: ({ startedAt, endedAt }) =>
                startedAt !== null && endedAt !== null
                  ? formatDuration(Date.parse(endedAt) - Date.parse(startedAt))
                  : '',
            },
          ]}
          empty={<EmptyState title={t('jobs.emptyTitle')} text={t('jobs.emptyText')} />}
        />
      </WithDetails>
    </Page>
  );
}
