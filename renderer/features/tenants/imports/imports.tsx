import { Button } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';

const tones = { running: 'info', done: 'good', undone: 'neutral', interrupted: 'warning' } as const;

/** The imports of a tenant, each of which can be taken back. */
export function Imports({ tenant }: { readonly tenant: Tenant }) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const mayWrite = useAllowed('data:write') && tenant.state === 'active';
  const [asking, setAsking] = useState<string>();
  const [jobId, setJobId] = useState<string>();
  const imports = useQuery(query.tenants.listImports.queryOptions({ input: { tenant: tenant.id } }));
  const rows = imports.data?.items ?? [];
  return (
    <>
      {jobId !== undefined && (
        <Panel title={t('tenants.imports.undoing')}>
          <JobPanel
            jobId={jobId}
            done={() => t('words.jobState.succeeded')}
            onClose={() => setJobId(undefined)}
          />
        </Panel>
      )}
      <DataList
        label={t('tenants.imports.label')}
        rowKey={({ id }) => id}
        total={rows.length}
        loaded={{
          rows,
          pending: imports.isPending,
          error: imports.error,
          more: false,
          loadMore: () => {},
          reload: () => void imports.refetch(),
        }}
        columns={[
          {
            key: 'time',
            header: t('tenants.imports.columns.time'),
            width: '170px',
            render: ({ startedAt }) => <Time value={startedAt} />,
          },
          {
            key: 'collection',
            header: t('tenants.imports.columns.collection'),
            width: 'minmax(120px, 1fr)',
            render: ({ collection }) => collection,
          },
          {
            key: 'state',
            header: t('tenants.imports.columns.state'),
            width: '140px',
            render: ({ state }) => (
              <StateBadge tone={tones[state]} text={t(`tenants.imports.state.${state}`)} />
            ),
          },
          {
            key: 'imported',
            header: t('tenants.imports.columns.imported'),
            width: '110px',
            align: 'end',
            render: ({ imported }) => formatCount(imported),
          },
          {
            key: 'skipped',
            header: t('tenants.imports.columns.skipped'),
            width: '110px',
            align: 'end',
            render: ({ skipped }) => formatCount(skipped),
          },
          {
            key: 'action',
            header: t('tenants.imports.undo'),
            width: '120px',
            render: ({ id, state }) =>
              mayWrite &&
              state !== 'undone' &&
              state !== 'running' && (
                <Button size="small" onClick={() => setAsking(id)}>
                  {t('tenants.imports.undo')}
                </Button>
              ),
          },
        ]}
        empty={<EmptyState title={t('tenants.imports.emptyTitle')} text={t('tenants.imports.emptyText')} />}
      />
      {asking !== undefined && (
        <ConfirmDialog
          title={t('tenants.imports.undoTitle')}
          confirm={t('tenants.imports.undo')}
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            const started = await client.tenants.undoImport({ tenant: tenant.id, importId: asking });
            setJobId(started.jobId);
            await queries.invalidateQueries({ queryKey: query.tenants.key() });
          }}
        >
          <p>{t('tenants.imports.undoText')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
