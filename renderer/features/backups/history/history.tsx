import { Button } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Snapshot } from '../../../../shared/contract/backups.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ExportList } from '../../../ui/export-list.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { installationChoice } from '../../../ui/tenant-choice.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { useSearch } from '../../../ui/use-search.ts';
import { DaysChart } from '../days-chart.tsx';
import { ClearOwner, OwnerFilter } from '../owner-filter.tsx';
import { historyColumns } from '../snapshot-columns.tsx';
import { SnapshotDetails } from './snapshot-details.tsx';

/** Every snapshot there is. */
export function History({ onBackUpAll }: { readonly onBackUpAll: (() => void) | undefined }) {
  const { client, query } = useApi();
  const tenants = useTenants();
  const [get, set] = useSearch();
  const whose = get('tenant');
  const open = get('snapshot');
  const filter =
    whose === undefined
      ? {}
      : whose === installationChoice
        ? { installation: true as const }
        : { tenant: whose };
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
        <OwnerFilter installation />
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
      {loaded.rows.length > 1 && <DaysChart snapshots={loaded.rows} />}
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
          columns={historyColumns((tenantId) => ownerName(tenantId, tenants))}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open}
          onOpen={({ id }) => set({ snapshot: id })}
          minWidth={740}
          empty={
            whose === undefined ? (
              <EmptyState
                title={t('backups.history.emptyTitle')}
                text={t('backups.history.emptyText')}
                action={
                  onBackUpAll && (
                    <Button appearance="primary" onClick={onBackUpAll}>
                      {t('backups.runAll')}
                    </Button>
                  )
                }
              />
            ) : (
              <EmptyState title={t('backups.history.noneOfThis')} action={<ClearOwner />} />
            )
          }
        />
      </WithDetails>
    </>
  );
}
