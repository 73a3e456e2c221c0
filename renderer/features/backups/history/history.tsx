import { Badge } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Snapshot } from '../../../../shared/contract/backups.ts';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { formatBytes, formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Choice } from '../../../ui/choice.tsx';
import type { Column } from '../../../ui/data-list/column.ts';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ExportList } from '../../../ui/export-list.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { useSearch } from '../../../ui/use-search.ts';
import { SizeChart } from './size-chart.tsx';
import { SnapshotDetails } from './snapshot-details.tsx';

const own = 'installation';

/** Every snapshot there is. */
export function History() {
  const { client, query } = useApi();
  const tenants = useTenants();
  const [get, set] = useSearch();
  const whose = get('tenant');
  const open = get('snapshot');
  const filter =
    whose === undefined ? {} : whose === own ? { installation: true as const } : { tenant: whose };
  const loaded = usePages<Snapshot>(
    useInfiniteQuery(
      query.backups.getBackupHistory.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...filter, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  return (
    <>
      <FilterBar>
        <Choice
          label={t('backups.of')}
          value={whose}
          any={t('backups.everybody')}
          options={[
            [own, t('common.installation')] as const,
            ...[...tenants.values()].map(({ id, name }) => [String(id), name] as const),
          ]}
          onChange={(tenant) => set({ tenant, snapshot: undefined })}
        />
        <ExportList
          name="backups"
          columns={[
            ['id', ({ id }: Snapshot) => id],
            ['tenantId', ({ tenantId }) => tenantId],
            ['time', ({ time }) => time],
            ['kind', ({ kind }) => kind],
            ['bytesAdded', ({ bytesAdded }) => bytesAdded],
            ['durationMs', ({ durationMs }) => durationMs],
            ['verifiedLevel', ({ verified }) => verified?.level ?? null],
            ['verifiedAt', ({ verified }) => verified?.time ?? null],
            ['safety', ({ safety }) => safety],
            ['repository', ({ repository }) => repository],
          ]}
          page={(cursor) => client.backups.getBackupHistory({ ...filter, limit: 1000, cursor })}
        />
      </FilterBar>
      {loaded.rows.length > 1 && <SizeChart snapshots={loaded.rows} />}
      <WithDetails
        pane={
          open === undefined
            ? undefined
            : {
                title: t('backups.details.id'),
                content: <SnapshotDetails key={open} id={open} />,
                onClose: () => set({ snapshot: undefined }),
              }
        }
      >
        <DataList
          label={t('backups.history.label')}
          columns={columns(tenants)}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open}
          onOpen={({ id }) => set({ snapshot: id })}
          minWidth={760}
          empty={<EmptyState title={t('backups.history.emptyTitle')} text={t('backups.history.emptyText')} />}
        />
      </WithDetails>
    </>
  );
}

function columns(tenants: ReadonlyMap<string, Tenant>): readonly Column<Snapshot>[] {
  return [
    {
      key: 'time',
      header: t('backups.history.columns.time'),
      width: '170px',
      render: ({ time }) => <Time value={time} />,
    },
    {
      key: 'of',
      header: t('backups.history.columns.of'),
      width: 'minmax(140px, 2fr)',
      render: ({ tenantId }) => ownerName(tenantId, tenants),
    },
    {
      key: 'kind',
      header: t('backups.history.columns.kind'),
      width: '140px',
      render: ({ kind, safety }) => (
        <>
          {t(`words.snapshotKind.${kind}`)}{' '}
          {safety && <Badge appearance="outline">{t('backups.history.safety')}</Badge>}
        </>
      ),
    },
    {
      key: 'added',
      header: t('backups.history.columns.added'),
      width: '100px',
      align: 'end',
      render: ({ bytesAdded }) => formatBytes(bytesAdded),
    },
    {
      key: 'duration',
      header: t('backups.history.columns.duration'),
      width: '90px',
      align: 'end',
      render: ({ durationMs }) => formatDuration(durationMs),
    },
    {
      key: 'verified',
      header: t('backups.history.columns.verified'),
      width: '130px',
      render: ({ verified }) =>
        verified === null ? (
          t('common.notYet')
        ) : (
          <StateBadge tone="good" text={t('backups.history.level', { level: verified.level })} />
        ),
    },
  ];
}
