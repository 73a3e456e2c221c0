import { Button, Caption1, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BackupSchedule } from '../../../../shared/contract/backups/schedules.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { installationChoice } from '../../../ui/tenant-choice.tsx';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { useSearch } from '../../../ui/use-search.ts';
import { ownerOf } from '../owner.ts';
import { ClearOwner, OwnerFilter } from '../owner-filter.tsx';
import type { Scope } from '../scope.ts';
import { DrillCell, LastCell, ScheduleState } from './cells.tsx';
import { EditSchedule } from './edit-schedule.tsx';
import { timesText } from './words.ts';

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
  const [edited, setEdited] = useState<BackupSchedule>();
  const overdue = loaded.rows.filter((row) => row.overdue).length;
  return (
    <>
      <FilterBar>
        <OwnerFilter installation />
      </FilterBar>
      {overdue > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t('schedules.overdueBanner', { count: overdue })}</MessageBarBody>
        </MessageBar>
      )}
      <DataList
        label={t('schedules.label')}
        loaded={{ ...loaded, rows, pending: loaded.pending || (rows.length === 0 && loaded.more) }}
        rowKey={({ tenantId }) => tenantId ?? 'installation'}
        total={loaded.more ? undefined : rows.length}
        minWidth={740}
        columns={[
          {
            key: 'of',
            header: t('schedules.columns.of'),
            width: 'minmax(90px, 2fr)',
            render: ({ tenantId }) => ownerName(tenantId, tenants),
          },
          {
            key: 'state',
            header: t('schedules.columns.state'),
            width: 'minmax(100px, 1fr)',
            render: (schedule) => <ScheduleState schedule={schedule} />,
          },
          {
            key: 'every',
            header: t('schedules.columns.every'),
            width: 'minmax(76px, 1fr)',
            render: ({ every, times }) => (
              <span title={timesText(times, every)}>{timesText(times, every)}</span>
            ),
          },
          {
            key: 'last',
            header: t('schedules.columns.last'),
            width: 'minmax(100px, 1fr)',
            render: (schedule) => <LastCell schedule={schedule} />,
          },
          {
            key: 'next',
            header: t('schedules.columns.next'),
            width: '110px',
            render: ({ nextRun }) => <Time value={nextRun} as="ago" missing={t('schedules.byHand')} />,
          },
          {
            key: 'drill',
            header: t('schedules.columns.drill'),
            width: 'minmax(82px, 1fr)',
            render: ({ drill }) => <DrillCell drill={drill} />,
          },
          ...(mayWrite
            ? [
                {
                  key: 'act',
                  header: t('schedules.columns.act'),
                  width: '182px',
                  render: (schedule: BackupSchedule) => (
                    <>
                      <Button
                        size="small"
                        disabled={busy}
                        onClick={() => void onRun(ownerOf(schedule.tenantId))}
                      >
                        {t('schedules.runNow')}
                      </Button>{' '}
                      <Button size="small" onClick={() => setEdited(schedule)}>
                        {t('schedules.edit')}
                      </Button>
                    </>
                  ),
                },
              ]
            : []),
        ]}
        empty={
          <EmptyState
            title={t('schedules.emptyTitle')}
            action={whose === undefined ? undefined : <ClearOwner />}
          />
        }
      />
      <Caption1>{t('schedules.after')}</Caption1>
      {edited && (
        <EditSchedule
          owner={ownerOf(edited.tenantId)}
          name={ownerName(edited.tenantId, tenants)}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  );
}
