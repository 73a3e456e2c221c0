import { Body1, Button, Spinner } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { recordClasses } from '../../../../shared/audit-retention.ts';
import type { RetentionPlan } from '../../../../shared/contract/audit/retention.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { list, number } from '../../../ui/json-member.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Time } from '../../../ui/time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { ArchiveFolder } from './archive-folder.tsx';
import { classText } from './class-text.ts';
import { LogName } from './log-name.tsx';

const atOnce = 20;

/** What would go by now, what keeps the rest, and where it goes. */
export function Plan({ folder }: { readonly folder: string | null }) {
  const { query } = useApi();
  const mayApply = useAllowed('operators:write');
  const [asking, setAsking] = useState<'apply' | 'folder'>();
  const planned = useQuery(query.audit.planAuditRetention.queryOptions({ input: {} }));
  const apply = useMutation(query.audit.applyAuditRetention.mutationOptions());
  const logs = (planned.data?.logs ?? []).filter(({ entries, heldBy }) => entries > 0 || heldBy !== null);
  const entries = logs.reduce((sum, log) => sum + log.entries, 0);
  const bytes = logs.reduce((sum, log) => sum + log.bytes, 0);
  const close = () => setAsking(undefined);
  return (
    <Panel
      title={t('auditRetention.plan.title')}
      actions={
        mayApply && (
          <>
            <Button onClick={() => setAsking('folder')}>
              {t(folder === null ? 'auditRetention.plan.setFolder' : 'auditRetention.plan.changeFolder')}
            </Button>
            {folder !== null && entries > 0 && (
              <Button onClick={() => setAsking('apply')}>{t('auditRetention.plan.apply')}</Button>
            )}
          </>
        )
      }
    >
      <ErrorNote error={planned.error} onRetry={() => void planned.refetch()} />
      {planned.isPending && <Spinner label={t('common.loading')} />}
      {planned.data && (
        <Body1>
          {entries === 0
            ? t('auditRetention.plan.none')
            : t('auditRetention.plan.sum', { count: entries, bytes: formatBytes(bytes) })}
        </Body1>
      )}
      {logs.length > 0 && <Logs logs={logs} />}
      <Facts
        facts={[
          [
            t('auditRetention.plan.folder'),
            folder === null ? t('auditRetention.plan.noFolder') : <code key="folder">{folder}</code>,
          ],
        ]}
      />
      <ErrorNote error={apply.error} />
      {apply.data && (
        <JobPanel
          key={apply.data.jobId}
          jobId={apply.data.jobId}
          done={({ result }) => <Body1>{appliedText(result)}</Body1>}
        />
      )}
      <CommandLine command="holdfast audit retention plan" />
      {asking === 'folder' && <ArchiveFolder present={folder} onClose={close} />}
      {asking === 'apply' && (
        <ConfirmDialog
          title={t('auditRetention.plan.applying')}
          confirm={t('auditRetention.plan.submit')}
          onClose={close}
          onConfirm={() => apply.mutateAsync({})}
        >
          <Body1>{t('auditRetention.plan.sum', { count: entries, bytes: formatBytes(bytes) })}</Body1>
          <Body1>{t('auditRetention.plan.applyText')}</Body1>
          <CommandLine command="holdfast audit retention apply" />
        </ConfirmDialog>
      )}
    </Panel>
  );
}

function appliedText(result: unknown): string {
  const count = list(result, 'logs').reduce<number>((sum, log) => sum + number(log, 'entries'), 0);
  return count === 0 ? t('auditRetention.plan.none') : t('auditRetention.history.done', { count });
}

function obstacleText({ obstacle, name }: NonNullable<RetentionPlan['heldBy']>): string {
  const kept = obstacle === 'class' ? recordClasses.find((recordClass) => recordClass === name) : undefined;
  const told = kept === undefined ? (name ?? '') : classText(kept);
  return t(`auditRetention.obstacles.${obstacle}`, { name: told });
}

function Logs({ logs }: { readonly logs: readonly RetentionPlan[] }) {
  return (
    <PlainTable
      label={t('auditRetention.plan.title')}
      columns={[
        t('auditRetention.of'),
        t('auditRetention.plan.entries'),
        t('auditRetention.plan.size'),
        t('auditRetention.plan.upTo'),
        t('auditRetention.plan.heldBy'),
      ]}
      atOnce={atOnce}
      rows={logs.map(({ logId, tenantId, entries, bytes, newest, heldBy }) => ({
        key: logId,
        cells: [
          <LogName key="of" tenantId={tenantId} />,
          formatCount(entries),
          formatBytes(bytes),
          newest === null ? t('common.none') : <Time key="newest" value={newest} />,
          heldBy === null ? t('common.none') : obstacleText(heldBy),
        ],
      }))}
    />
  );
}
