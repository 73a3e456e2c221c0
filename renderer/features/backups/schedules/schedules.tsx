import { Button } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { BackupSchedule } from '../../../../shared/contract/backups.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import type { Scope } from '../run-menu.tsx';

const outcomeTones = { running: 'info', succeeded: 'good', failed: 'bad' } as const;

/** Who is backed up when, and whether that works. */
export function Schedules({ onRun }: { readonly onRun: (scope: Scope) => void }) {
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
  const scopeOf = (tenantId: string | null): Scope =>
    tenantId === null ? { installation: true } : { tenant: tenantId };
  return (
    <DataList
      label={t('backups.schedules.label')}
      loaded={loaded}
      rowKey={({ tenantId }) => tenantId ?? 'installation'}
      total={loaded.more ? undefined : loaded.rows.length}
      minWidth={860}
      columns={[
        {
          key: 'of',
          header: t('backups.schedules.columns.of'),
          width: 'minmax(140px, 2fr)',
          render: ({ tenantId }) => ownerName(tenantId, tenants),
        },
        {
          key: 'every',
          header: t('backups.schedules.columns.every'),
          width: '90px',
          render: ({ every }) => t(`words.every.${every}`),
        },
        {
          key: 'last',
          header: t('backups.schedules.columns.last'),
          width: '130px',
          render: ({ lastBackup }) => <Time value={lastBackup} as="ago" />,
        },
        {
          key: 'run',
          header: t('backups.schedules.columns.run'),
          width: '190px',
          render: ({ lastRun }) =>
            lastRun === null ? (
              t('backups.schedules.never')
            ) : (
              <>
                <StateBadge
                  tone={outcomeTones[lastRun.outcome]}
                  text={t(`backups.schedules.outcome.${lastRun.outcome}`)}
                />{' '}
                <Time value={lastRun.startedAt} as="ago" />
              </>
            ),
        },
        {
          key: 'next',
          header: t('backups.schedules.columns.next'),
          width: '160px',
          render: ({ nextRun }) => <Time value={nextRun} missing={t('backups.schedules.byHand')} />,
        },
        {
          key: 'state',
          header: t('backups.schedules.columns.state'),
          width: '210px',
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
                <Button size="small" onClick={() => onRun(scopeOf(tenantId))}>
                  {t('backups.schedules.runNow')}
                </Button>
              )}
            </>
          ),
        },
      ]}
      empty={<EmptyState title={t('backups.schedules.emptyTitle')} />}
    />
  );
}
