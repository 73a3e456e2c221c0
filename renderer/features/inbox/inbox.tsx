import { Button, Tooltip } from '@fluentui/react-components';
import { CheckmarkRegular } from '@fluentui/react-icons';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Notice } from '../../../shared/contract/suite.ts';
import { useAllowed } from '../../app/session.tsx';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { Choice } from '../../ui/choice.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../ui/details-pane.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ExportList } from '../../ui/export-list.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { noticeText } from '../../ui/notice-words.ts';
import { ownerName } from '../../ui/owner-name.ts';
import { Page } from '../../ui/page.tsx';
import { useTenants } from '../../ui/use-names.ts';
import { useSearch } from '../../ui/use-search.ts';
import { noticeColumns, noticeExport } from './columns.tsx';
import { NoticeDetails } from './notice-details.tsx';

const shows = ['open', 'acknowledged', 'all'] as const;
const everyMs = 15_000;
/** As many as one call may acknowledge. */
const mostAtOnce = 1_000;

/** What needs a person's eyes, until somebody has seen it. */
export function Inbox() {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [get, set] = useSearch();
  const tenants = useTenants();
  const mayAcknowledge = useAllowed('jobs:write');
  const show = shows.find((known) => known === get('show')) ?? 'open';
  const filter = show === 'all' ? {} : { state: show };
  const loaded = usePages<Notice>(
    useInfiniteQuery(
      query.suite.listNotices.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...filter, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
        refetchInterval: everyMs,
      }),
    ),
  );
  const acknowledge = useMutation(
    query.suite.acknowledgeNotices.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: query.suite.key() }),
    }),
  );
  const open = loaded.rows.find(({ id }) => id === get('notice'));
  const unseen = loaded.rows.filter(({ acknowledgedAt }) => acknowledgedAt === null).slice(0, mostAtOnce);
  const all = (
    <Button
      icon={<CheckmarkRegular />}
      disabled={!mayAcknowledge || acknowledge.isPending}
      onClick={() => acknowledge.mutate({ noticeIds: unseen.map(({ id }) => id) })}
    >
      {t('inbox.acknowledgeShown', { count: unseen.length })}
    </Button>
  );
  return (
    <Page title={t('shell.navigation.inbox')}>
      <FilterBar>
        <Choice
          label={t('inbox.state')}
          value={show}
          options={[
            ['open', t('inbox.states.open')],
            ['acknowledged', t('inbox.states.acknowledged')],
            ['all', t('inbox.anyState')],
          ]}
          onChange={(value) => set({ show: value === 'open' ? undefined : value, notice: undefined })}
        />
        <ExportList
          name="notices"
          columns={noticeExport}
          page={(cursor) => client.suite.listNotices({ ...filter, limit: 1000, cursor })}
        />
        <span style={{ flexGrow: 1 }} />
        {unseen.length > 0 &&
          (mayAcknowledge ? (
            all
          ) : (
            <Tooltip content={t('inbox.mayNot')} relationship="description">
              {all}
            </Tooltip>
          ))}
      </FilterBar>
      <ErrorNote error={acknowledge.error} />
      <WithDetails
        pane={
          open && {
            title: noticeText(open),
            content: (
              <NoticeDetails
                key={open.id}
                notice={open}
                onAcknowledge={() => acknowledge.mutate({ noticeIds: [open.id] })}
              />
            ),
            onClose: () => set({ notice: undefined }),
          }
        }
      >
        <DataList
          label={t('inbox.label')}
          columns={noticeColumns((id) => ownerName(id, tenants))}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open?.id}
          onOpen={({ id }) => set({ notice: id })}
          minWidth={800}
          empty={
            show === 'acknowledged' ? (
              <EmptyState
                title={t('inbox.filteredTitle')}
                action={<Button onClick={() => set({ show: undefined })}>{t('common.clear')}</Button>}
              />
            ) : (
              <EmptyState
                title={t('inbox.emptyTitle')}
                text={t('inbox.emptyText')}
                action={<LinkButton href="/jobs">{t('shell.jobs.all')}</LinkButton>}
              />
            )
          }
        />
      </WithDetails>
    </Page>
  );
}
