import { Body1, Button, makeStyles, tokens } from '@fluentui/react-components';
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

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
});

/** Changes that another operator has to agree to, or that hold after 24 hours where there is no other. */
export function Pending({ changes }: { readonly changes: readonly RetentionChange[] }) {
  const styles = useStyles();
  const { client } = useApi();
  const queries = useQueryClient();
  const mayApprove = useAllowed('operators:write');
  const [approving, setApproving] = useState<RetentionChange>();
  const [cancelling, setCancelling] = useState<RetentionChange>();
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
            change.effectiveAt === null ? (
              <Time key="until" value={change.expiresAt} />
            ) : (
              <span key="holds">
                {t('auditRetention.pending.holdsFrom')} <Time value={change.effectiveAt} />
              </span>
            ),
            mayApprove && (
              <div key="action" className={styles.actions}>
                {change.effectiveAt === null && (
                  <Button size="small" onClick={() => setApproving(change)}>
                    {t('auditRetention.pending.approve')}
                  </Button>
                )}
                <Button size="small" onClick={() => setCancelling(change)}>
                  {t('auditRetention.pending.cancel')}
                </Button>
              </div>
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
      {cancelling && (
        <ReasonDialog
          title={t('auditRetention.pending.cancelling', { days: formatCount(cancelling.from) })}
          submit={t('auditRetention.pending.cancelSubmit')}
          command={`holdfast audit retention cancel ${cancelling.id}`}
          onClose={() => setCancelling(undefined)}
          onSubmit={async (reason) => {
            await client.audit.cancelAuditRetention({ changeId: cancelling.id, reason });
            await queries.invalidateQueries();
          }}
        >
          <Body1>{t('auditRetention.pending.cancelText')}</Body1>
        </ReasonDialog>
      )}
    </Panel>
  );
}
