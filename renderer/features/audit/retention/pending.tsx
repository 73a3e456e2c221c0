import { Body1, Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RetentionChange } from '../../../../shared/contract/audit/retention.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { Time } from '../../../ui/time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { classText } from './class-text.ts';
import { LogName } from './log-name.tsx';

/** Changes that another operator has to agree to. */
export function Pending({ changes }: { readonly changes: readonly RetentionChange[] }) {
  const { client } = useApi();
  const queries = useQueryClient();
  const mayApprove = useAllowed('operators:write');
  const [approving, setApproving] = useState<RetentionChange>();
  return (
    <Panel title={t('auditRetention.pending.title')}>
      <PlainTable
        label={t('auditRetention.pending.title')}
        columns={[
          t('auditRetention.of'),
          t('auditRetention.kept.recordClass'),
          t('auditRetention.pending.change'),
          t('auditRetention.pending.reason'),
          t('auditRetention.pending.askedBy'),
          t('auditRetention.pending.until'),
          t('auditRetention.action'),
        ]}
        rows={changes.map((change) => ({
          key: change.id,
          cells: [
            <LogName key="of" tenantId={change.tenantId} />,
            classText(change.recordClass),
            t('auditRetention.pending.days', { from: formatCount(change.from), to: formatCount(change.to) }),
            change.reason,
            change.askedBy ?? t('common.none'),
            <Time key="until" value={change.expiresAt} />,
            mayApprove && (
              <Button key="approve" size="small" onClick={() => setApproving(change)}>
                {t('auditRetention.pending.approve')}
              </Button>
            ),
          ],
        }))}
      />
      {approving && (
        <ReasonDialog
          title={t('auditRetention.pending.approving', { days: formatCount(approving.to) })}
          submit={t('auditRetention.pending.submit')}
          command={`holdfast audit retention approve ${approving.id}`}
          onClose={() => setApproving(undefined)}
          onSubmit={async (reason) => {
            await client.audit.approveAuditRetention({ changeId: approving.id, reason });
            await queries.invalidateQueries();
          }}
        >
          <Body1>{t('auditRetention.pending.approveText')}</Body1>
        </ReasonDialog>
      )}
    </Panel>
  );
}
