import { Button } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { BackupSchedule } from '../../../../shared/contract/backups/schedules.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { installationChoice } from '../../../ui/tenant-choice.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { useSearch } from '../../../ui/use-search.ts';
import { ClearOwner, OwnerFilter } from '../owner-filter.tsx';
import type { Scope } from '../scope.ts';

const outcomeTones = { running: 'info', succeeded: 'good', failed: 'bad' } as const;

interface SchedulesProps {
  readonly onRun: (scope: Scope) => Promise<unknown>;
  /** A backup is being started already. */
  readonly busy: boolean;
}

/** Who is backed up when, and whether that works. */
export function Schedules({ onRun, busy }: SchedulesProps) {
  const { query } = useApi();
  const tenants = useTenants();
  const mayWrite = useAllowed('backups:write');
  const loaded = usePages<BackupSchedule>(
    useInfiniteQuery(
      query.backups.listSchedules.infiniteOptions({
        input: (cursor: string | undefined) => ({ limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
        refetchInterval: 15_000,
      }),
    ),
  );
  const [get] = useSearch();
  const whose = get('tenant');
  // the contract lists all of them; what is left out here is loaded on, until the one is found
  const rows =
    whose === undefined
      ? loaded.rows
      : loaded.rows.filter(({ tenantId }) => (tenantId ?? installationChoice) === whose);
  const scopeOf = (tenantId: string | null): Scope =>
    tenantId === null ? { installation: true } : { tenant: tenantId };
  return (
    <>
      <FilterBar>
        <OwnerFilter installation />
      </FilterBar>
      <DataList
        label={t('backups.schedules.label')}
        loaded={{ ...loaded, rows, pending: loaded.pending || (rows.length === 0 && loaded.more) }}
        rowKey={({ tenantId }) => tenantId ?? 'installation'}
        total={loaded.more ? undefined : rows.length}
        minWidth={740}
        columns={[
          {
            key: 'of',
            header: t('backups.schedules.columns.of'),
            width: 'minmax(110px, 2fr)',
            render: ({ tenantId }) => ownerName(tenantId, tenants),
          },
          {
            key: 'every',
            header: t('backups.schedules.columns.every'),
            width: '76px',
            render: ({ every }) => t(`words.every.${every}`),
          },
          {
            key: 'last',
            header: t('backups.schedules.columns.last'),
            width: '112px',
            render: ({ lastBackup }) => <Time value={lastBackup} as="ago" />,
          },
          {
            key: 'run',
            header: t('backups.schedules.columns.run'),
            width: 'minmax(120px, 1fr)',
            render: ({ lastRun }) =>
              lastRun === null ? (
                t('backups.schedules.never')
              ) : (
                <>
                  <StateBadge
                    tone={outcomeTones[lastRun.outcome]}
                    text={t(`backups.schedules.outcome.${lastRun.outcome}`)}
                  />{' '}
                  {lastRun.jobId === null ? (
                    <Time value={lastRun.startedAt} as="ago" />
                  ) : (
                    <TextLink href={`/jobs/${lastRun.jobId}`}>
                      <Time value={lastRun.startedAt} as="ago" />
                    </TextLink>
                  )}
                </>
              ),
          },
          {
            key: 'next',
            header: t('backups.schedules.columns.next'),
            width: '112px',
            render: ({ nextRun }) => (
              <Time value={nextRun} as="ago" missing={t('backups.schedules.byHand')} />
            ),
          },
          {
            key: 'state',
            header: t('backups.schedules.columns.state'),
            width: '194px',
            render: ({ tenantId, overdue, every }) => (
              <>
                <StateBadge
                  tone={overdue ? 'warning' : every === 'manual' ? 'neutral' : 'good'}
                  text={
                    overdue
                      ? t('backups.schedules.overdue')
                      : every === 'manual'
                        ? t('backups.schedules.byHand')
                        : t('backups.schedules.onTime')
                  }
                />{' '}
                {mayWrite && (
                  <Button size="small" disabled={busy} onClick={() => void onRun(scopeOf(tenantId))}>
                    {t('backups.schedules.runNow')}
                  </Button>
                )}
              </>
            ),
          },
        ]}
        empty={
          <EmptyState
            title={t('backups.schedules.emptyTitle')}
            action={whose === undefined ? undefined : <ClearOwner />}
          />
        }
      />
    </>
  );
}
