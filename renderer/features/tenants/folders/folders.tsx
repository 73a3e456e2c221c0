import { Button } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProtectedFolder } from '../../../../shared/contract/backups/folders.ts';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { useSearch } from '../../../ui/use-search.ts';
import { AddFolder } from './add-folder.tsx';
import { FolderDetails } from './folder-details.tsx';
import { madeOf } from './results.ts';

/** The folders of this machine that are backed up with a tenant. */
export function Folders({ tenant }: { readonly tenant: Tenant }) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [get, set] = useSearch();
  const [adding, setAdding] = useState(false);
  const [run, setRun] = useState<{ readonly jobId: string; readonly path: string }>();
  const [error, setError] = useState<unknown>();
  const mayWrite = useAllowed('backups:write');
  const open = get('folder');
  const loaded = usePages<ProtectedFolder>(
    useInfiniteQuery(
      query.backups.listProtectedFolders.infiniteOptions({
        input: (cursor: string | undefined) => ({ tenant: tenant.id, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  const shown = loaded.rows.find(({ id }) => id === open);

  async function backUp({ id, path }: ProtectedFolder) {
    setError(undefined);
    try {
      const { jobId } = await client.backups.backUpFolder({ folderId: id });
      setRun({ jobId, path });
      for await (const { endedAt } of await client.jobs.watchJob({ jobId })) {
        if (endedAt !== null) await queries.invalidateQueries({ queryKey: query.backups.key() });
      }
    } catch (refused) {
      setError(refused);
    }
  }

  const add = mayWrite && (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => setAdding(true)}>
      {t('folders.add')}
    </Button>
  );
  return (
    <>
      <FilterBar>
        <span style={{ flexGrow: 1 }} />
        {add}
      </FilterBar>
      <ErrorNote error={error} />
      {run && (
        <Panel title={t('folders.running', { path: run.path })}>
          <JobPanel
            key={run.jobId}
            jobId={run.jobId}
            onClose={() => setRun(undefined)}
            done={({ result }) => <Made result={result} />}
          />
        </Panel>
      )}
      <WithDetails
        pane={
          shown && {
            title: shown.path,
            content: (
              <FolderDetails
                key={shown.id}
                id={shown.id}
                onRun={() => void backUp(shown)}
                onRemoved={() => set({ folder: undefined })}
              />
            ),
            onClose: () => set({ folder: undefined }),
          }
        }
      >
        <DataList
          label={t('folders.label')}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open}
          onOpen={({ id }) => set({ folder: id })}
          minWidth={560}
          columns={[
            {
              key: 'path',
              header: t('folders.columns.path'),
              width: 'minmax(160px, 3fr)',
              render: ({ path }) => path,
            },
            {
              key: 'last',
              header: t('folders.columns.last'),
              width: '120px',
              render: ({ lastBackup }) => <Time value={lastBackup?.time ?? null} as="ago" />,
            },
            {
              key: 'files',
              header: t('folders.columns.files'),
              width: '80px',
              align: 'end',
              render: ({ lastBackup }) => (lastBackup === null ? '' : formatCount(lastBackup.files)),
            },
            {
              key: 'size',
              header: t('folders.columns.size'),
              width: '90px',
              align: 'end',
              render: ({ lastBackup }) => (lastBackup === null ? '' : formatBytes(lastBackup.bytes)),
            },
            {
              key: 'state',
              header: t('folders.columns.state'),
              width: '130px',
              render: ({ lastBackup }) => <State lastBackup={lastBackup} />,
            },
          ]}
          empty={<EmptyState title={t('folders.emptyTitle')} text={t('folders.emptyText')} action={add} />}
        />
      </WithDetails>
      {adding && <AddFolder tenant={tenant} onClose={() => setAdding(false)} />}
    </>
  );
}

function State({ lastBackup }: Pick<ProtectedFolder, 'lastBackup'>) {
  if (lastBackup === null) return <StateBadge tone="neutral" text={t('folders.state.none')} />;
  const { warnings } = lastBackup;
  return warnings === 0 ? (
    <StateBadge tone="good" text={t('folders.state.good')} />
  ) : (
    <StateBadge tone="warning" text={t('folders.state.warnings', { count: warnings })} />
  );
}

function Made({ result }: { readonly result: unknown }) {
  const made = madeOf(result);
  const counted = t('folders.ran', {
    files: formatCount(made.files),
    bytes: formatBytes(made.bytes),
    added: formatBytes(made.added),
  });
  return (
    <div>
      {counted}{' '}
      {made.warnings > 0 && (
        <StateBadge tone="warning" text={t('folders.state.warnings', { count: made.warnings })} />
      )}
    </div>
  );
}
