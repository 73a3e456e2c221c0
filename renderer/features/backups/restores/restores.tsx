import { Button } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RestoreRecord } from '../../../../shared/contract/backups.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { useSearch } from '../../../ui/use-search.ts';
import { ClearOwner, OwnerFilter } from '../owner-filter.tsx';
import { ControlRestore } from './control-restore.tsx';
import { UndoDialog } from './undo-dialog.tsx';

const tones = {
  pending: 'warning',
  replacing: 'info',
  done: 'good',
  abandoned: 'neutral',
  cancelled: 'neutral',
  failed: 'bad',
} as const;

/** What was restored in place, and the way back from it. */
export function Restores() {
  const { query } = useApi();
  const tenants = useTenants();
  const [get] = useSearch();
  const mayRestore = useAllowed('backups:restore');
  const isOwner = useAllowed('operators:write');
  const [asking, setAsking] = useState<string>();
  const [own, setOwn] = useState(false);
  const [jobId, setJobId] = useState<string>();
  const tenant = get('tenant');
  const loaded = usePages<RestoreRecord>(
    useInfiniteQuery(
      query.backups.listRestores.infiniteOptions({
        input: (cursor: string | undefined) => ({
          limit: 200,
          cursor,
          ...(tenant === 'installation' ? ({ installation: true } as const) : { tenant }),
        }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  return (
    <>
      {jobId !== undefined && (
        <Panel title={t('backups.restores.undoing')}>
          <JobPanel
            jobId={jobId}
            done={() => t(own ? 'backups.ownRestore.undoPrepared' : 'backups.restores.undone')}
            onClose={() => setJobId(undefined)}
          />
        </Panel>
      )}
      <ControlRestore
        onUndo={(undoId) => {
          setOwn(true);
          setAsking(undoId);
        }}
      />
      <FilterBar>
        <OwnerFilter installation={true} />
      </FilterBar>
      <DataList
        label={t('backups.restores.label')}
        loaded={loaded}
        rowKey={({ restoreId }) => restoreId}
        total={loaded.more ? undefined : loaded.rows.length}
        columns={[
          {
            key: 'time',
            header: t('backups.restores.columns.time'),
            width: '170px',
            render: ({ startedAt }) => <Time value={startedAt} />,
          },
          {
            key: 'of',
            header: t('backups.restores.columns.of'),
            width: 'minmax(140px, 2fr)',
            render: ({ tenantId }) => ownerName(tenantId, tenants),
          },
          {
            key: 'snapshot',
            header: t('backups.restores.columns.snapshot'),
            width: 'minmax(110px, 1fr)',
            render: ({ snapshotId }) => <code>{snapshotId.slice(0, 12)}</code>,
          },
          {
            key: 'state',
            header: t('backups.restores.columns.state'),
            width: '180px',
            render: ({ state }) => (
              <StateBadge tone={tones[state]} text={t(`backups.restores.state.${state}`)} />
            ),
          },
          {
            key: 'undo',
            header: t('backups.restores.columns.undo'),
            width: '120px',
            render: ({ undoId, undoable, tenantId }) =>
              undoable
                ? (tenantId === null ? isOwner : mayRestore) && (
                    <Button
                      size="small"
                      onClick={() => {
                        setOwn(tenantId === null);
                        setAsking(undoId);
                      }}
                    >
                      {t('backups.restores.undo')}
                    </Button>
                  )
                : t('common.none'),
          },
        ]}
        empty={
          tenant === undefined ? (
            <EmptyState title={t('backups.restores.emptyTitle')} text={t('backups.restores.emptyText')} />
          ) : (
            <EmptyState title={t('backups.restores.noneOfThis')} action={<ClearOwner />} />
          )
        }
      />
      {asking !== undefined && (
        <UndoDialog undoId={asking} own={own} onStarted={setJobId} onClose={() => setAsking(undefined)} />
      )}
    </>
  );
}
