import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Notice } from '../../../shared/contract/suite.ts';
import { useAllowed } from '../../app/session.tsx';
import { failureText } from '../../i18n/failure-text.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { Choice } from '../../ui/choice.tsx';
import { firstPage, nextPage, usePages } from '../../ui/data-list/use-pages.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { jobKindText } from '../../ui/job-words.ts';
import { ownerName } from '../../ui/owner-name.ts';
import { Page } from '../../ui/page.tsx';
import { SeverityBadge } from '../../ui/severity-badge.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';
import { useTenants } from '../../ui/use-names.ts';
import { useSearch } from '../../ui/use-search.ts';

const useStyles = makeStyles({
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
  },
  notice: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: '4px 16px',
    alignItems: 'center',
    padding: '12px 16px',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  text: { flexGrow: 1, flexBasis: '320px', minWidth: 0, overflowWrap: 'anywhere' },
});

const states = ['open', 'acknowledged'] as const;

/** What went wrong while nobody was looking, until somebody has seen it. */
export function Inbox() {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [get, set] = useSearch();
  const [error, setError] = useState<unknown>();
  const mayWrite = useAllowed('jobs:write');
  const state =
    get('state') === 'all' ? undefined : (states.find((known) => known === get('state')) ?? 'open');
  const loaded = usePages<Notice>(
    useInfiniteQuery(
      query.suite.listNotices.infiniteOptions({
        input: (cursor: string | undefined) => ({ state, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  const open = loaded.rows.filter(({ acknowledgedAt }) => acknowledgedAt === null).map(({ id }) => id);

  async function acknowledge(noticeIds: Notice['id'][]) {
    setError(undefined);
    try {
      await client.suite.acknowledgeNotices({ noticeIds });
      await queries.invalidateQueries({ queryKey: query.suite.key() });
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <Page
      title={t('shell.navigation.inbox')}
      actions={
        <>
          <Choice
            label={t('inbox.state')}
            value={state ?? 'all'}
            options={[
              ['open', t('inbox.open')],
              ['acknowledged', t('inbox.acknowledged')],
              ['all', t('inbox.all')],
            ]}
            onChange={(value) => set({ state: value })}
          />
          {mayWrite && open.length > 0 && (
            <Button onClick={() => void acknowledge(open)}>
              {t('inbox.acknowledgeAll', { count: open.length })}
            </Button>
          )}
        </>
      }
    >
      <ErrorNote error={error ?? loaded.error} onRetry={loaded.reload} />
      {!loaded.pending && loaded.rows.length === 0 && (
        <EmptyState title={t('inbox.emptyTitle')} text={t('inbox.emptyText')} />
      )}
      <ul className={styles.list}>
        {loaded.rows.map((notice) => (
          <li key={notice.id} className={styles.notice}>
            <SeverityBadge severity={notice.severity} />
            <NoticeText notice={notice} />
            <Time value={notice.time} as="ago" />
            {notice.jobId !== null && <TextLink href={`/jobs/${notice.jobId}`}>{t('inbox.toJob')}</TextLink>}
            {notice.kind === 'backup-missed' && (
              <TextLink href="/backups/schedules">{t('inbox.toSchedules')}</TextLink>
            )}
            {notice.acknowledgedAt === null ? (
              mayWrite && (
                <Button size="small" onClick={() => void acknowledge([notice.id])}>
                  {t('inbox.acknowledge')}
                </Button>
              )
            ) : (
              <span>{t('inbox.seen', { name: notice.acknowledgedBy ?? t('inbox.seenBySomebody') })}</span>
            )}
          </li>
        ))}
      </ul>
    </Page>
  );
}

function NoticeText({ notice }: { readonly notice: Notice }) {
  const styles = useStyles();
  const tenants = useTenants();
  const { kind, tenantId, jobKind, error, dueAt } = notice;
  const whom = ownerName(tenantId, tenants);
  return (
    <div className={styles.text}>
      <strong>
        {kind === 'backup-missed'
          ? t('inbox.kinds.backup-missed', { whom })
          : t(`inbox.kinds.${kind}`, { kind: jobKindText(jobKind ?? ''), whom })}
      </strong>
      {error !== null && <div>{failureText(error)}</div>}
      {dueAt !== null && (
        <div>
          {t('inbox.due')} <Time value={dueAt} />
        </div>
      )}
    </div>
  );
}
