import { Button, Caption1, ToggleButton } from '@fluentui/react-components';
import {
  ArchiveArrowBackRegular,
  DataBarHorizontalRegular,
  ShieldCheckmarkRegular,
} from '@fluentui/react-icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { AuditEntry } from '../../../shared/contract/audit.ts';
import { issuesOf } from '../../i18n/failure-text.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { toFailure } from '../../rpc/failure.ts';
import { useStatus } from '../../rpc/use-status.ts';
import { actionText } from '../../ui/action-text.ts';
import { DataList } from '../../ui/data-list/data-list.tsx';
import { firstPage, nextPage, usePages } from '../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../ui/details-pane.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Page } from '../../ui/page.tsx';
import { HorizonText } from '../../ui/protection/horizon.tsx';
import { TimelineChart } from '../../ui/timeline-chart.tsx';
import { useTenants } from '../../ui/use-names.ts';
import { Archived } from './archived.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { AuditPages } from './audit-pages.tsx';
import { Contradicted } from './contradicted.tsx';
import { CountsPane } from './counts/counts-pane.tsx';
import { totalText } from './counts/total-text.ts';
import { useCounts } from './counts/use-counts.ts';
import { entryColumns } from './entry-columns.tsx';
import { EntryDetails } from './entry-details.tsx';
import { ExportDialog } from './export/export-dialog.tsx';
import { useFilterText } from './filter-text.ts';
import { isNarrowed, searchOf, useAuditFilter } from './filters.ts';
import { Following } from './following.tsx';
import { NarrowedTo } from './narrowed-to.tsx';
import { NoEntries, SearchOn } from './searched.tsx';
import { useTrailTail } from './use-trail-tail.ts';
import { Verification } from './verification.tsx';

/** The record: searched, looked at entry by entry, verified. */
export function Audit() {
  const { query } = useApi();
  const tenants = useTenants();
  const status = useStatus();
  const { filter, set, open, paused, counting } = useAuditFilter();
  const filterText = useFilterText();
  const [verifying, setVerifying] = useState(false);
  const [exporting, setExporting] = useState(false);
  const { tenant, to } = filter;
  const trail = useInfiniteQuery(
    query.audit.getAuditTrail.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, limit: 200, cursor }),
      initialPageParam: firstPage,
      getNextPageParam: nextPage,
      staleTime: 30_000,
    }),
  );
  const pages = usePages<AuditEntry>(trail);
  const canFollow = filter.order === 'newest' && to === undefined;
  const following = canFollow && !paused && trail.error === null;
  const tail = useTrailTail(pages, filter, following);
  // a search that was given back early goes on when the reader says so
  const reached = trail.data?.pages.at(-1)?.reached ?? undefined;
  const loaded = reached === undefined ? tail.loaded : { ...tail.loaded, more: false };
  const textProblem = trail.error ? issuesOf(toFailure(trail.error)).get('text') : undefined;
  const counted = useCounts(filter, tail.news);
  const counts = counted.data;
  const jump = useCallback((until: string | undefined) => set({ to: until }), [set]);
  const total = counts?.since === null ? counts.total : undefined;
  const listed = loaded.rows.find(({ eventId }) => eventId === open);
  // an address may name an entry that the list has not come to
  const asked = useQuery(
    query.audit.getAuditEntry.queryOptions({
      input: { eventId: open ?? '' },
      enabled: open !== undefined && listed === undefined && !loaded.pending,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  const shown = listed ?? asked.data;
  return (
    <Page
      title={t('shell.navigation.audit')}
      marks={counts && <small>{totalText(counts)}</small>}
      actions={
        <>
          <Button icon={<ArchiveArrowBackRegular />} onClick={() => setExporting(true)}>
            {t('audit.export.open')}
          </Button>
          <Button appearance="primary" icon={<ShieldCheckmarkRegular />} onClick={() => setVerifying(true)}>
            {t('audit.verify')}
          </Button>
        </>
      }
    >
      <AuditPages />
      <Contradicted />
      {status.data && (
        <Caption1>
          <HorizonText horizon={status.data.log.horizon} />
        </Caption1>
      )}
      <Archived tenant={tenant} />
      <AuditFilters filter={filter} set={set}>
        <Following
          state={canFollow ? (paused ? 'paused' : 'following') : 'elsewhere'}
          tail={tail}
          onPause={(pause) => set({ live: pause ? 'off' : undefined })}
          onNow={() => set({ to: undefined, order: undefined, live: undefined })}
        />
        <ToggleButton
          size="small"
          icon={<DataBarHorizontalRegular />}
          checked={counting}
          onClick={() => set({ counts: counting ? 'off' : undefined })}
        >
          {t('audit.counts.title')}
        </ToggleButton>
      </AuditFilters>
      <NarrowedTo filter={filter} set={set} />
      {counted.error && textProblem === undefined && (
        <ErrorNote error={counted.error} onRetry={() => void counted.refetch()} />
      )}
      {counts && (
        <TimelineChart
          timeline={counts.timeline}
          until={to}
          onChoose={jump}
          onNarrow={(start, end) => set({ from: start, to: end })}
        />
      )}
      <ErrorNote error={asked.error} />
      {verifying && <Verification tenant={tenant} onClose={() => setVerifying(false)} />}
      {exporting && <ExportDialog filter={filter} onClose={() => setExporting(false)} />}
      <WithDetails
        beside={
          counting &&
          counts && <CountsPane counts={counts} old={counted.isPlaceholderData} filter={filter} set={set} />
        }
        pane={
          shown && {
            title: actionText(shown.action),
            content: (
              <EntryDetails
                entry={shown}
                twin={loaded.rows.find(
                  ({ correlationId, phase }) =>
                    correlationId === shown.correlationId && phase !== shown.phase,
                )}
                onOpen={(entry) => set({ entry })}
                onNarrow={(narrowed) => set({ ...searchOf(narrowed), entry: shown.eventId })}
              />
            ),
            onClose: () => set({ entry: undefined }),
          }
        }
      >
        {textProblem === undefined ? (
          <DataList
            // what is searched for anew is looked at from its beginning
            key={JSON.stringify(filter)}
            label={t('audit.label')}
            columns={entryColumns(tenants)}
            loaded={loaded}
            rowKey={({ eventId, phase }) => `${eventId}${phase}`}
            total={total}
            selected={shown && `${shown.eventId}${shown.phase}`}
            onOpen={({ eventId }) => set({ entry: eventId })}
            onTop={tail.atTop}
            toTop={tail.shows}
            minWidth={780}
            empty={
              <NoEntries
                searched={isNarrowed(filter) ? filterText(filter) : undefined}
                onClear={() => set(searchOf({}))}
              />
            }
          />
        ) : (
          <EmptyState title={t('audit.notSearched')} text={textProblem} />
        )}
        {reached !== undefined && (
          <SearchOn reached={reached} busy={trail.isFetchingNextPage} onGo={() => pages.loadMore()} />
        )}
      </WithDetails>
      {total !== undefined && loaded.rows.length < total && (
        <small>
          {t('audit.shown', { shown: formatCount(loaded.rows.length), total: formatCount(total) })}
        </small>
      )}
    </Page>
  );
}
