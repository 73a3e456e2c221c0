import { Body1, Button, Field } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { LogHold } from '../../../../shared/contract/audit/retention.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { Time } from '../../../ui/time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { LogName } from './log-name.tsx';

/** Logs of which nothing goes. */
export function Holds({ holds }: { readonly holds: readonly LogHold[] }) {
  const { client } = useApi();
  const queries = useQueryClient();
  const mayChange = useAllowed('operators:write');
  const [asking, setAsking] = useState<'place' | LogHold>();
  const [tenant, setTenant] = useState<string>();
  const close = () => setAsking(undefined);
  return (
    <Panel
      title={t('auditRetention.holds.title')}
      actions={
        mayChange && <Button onClick={() => setAsking('place')}>{t('auditRetention.holds.place')}</Button>
      }
    >
      <Body1>{t('auditRetention.holds.text')}</Body1>
      {holds.length === 0 ? (
        <Body1>{t('auditRetention.holds.none')}</Body1>
      ) : (
        <PlainTable
          label={t('auditRetention.holds.title')}
          columns={[
            t('auditRetention.of'),
            t('auditRetention.holds.reason'),
            t('auditRetention.holds.since'),
            t('auditRetention.holds.by'),
            t('auditRetention.action'),
          ]}
          rows={holds.map((hold) => ({
            key: hold.id,
            cells: [
              <LogName key="of" tenantId={hold.tenantId} />,
              hold.reason,
              <Time key="since" value={hold.placedAt} />,
              hold.placedBy ?? t('common.none'),
              mayChange && (
                <Button key="lift" size="small" onClick={() => setAsking(hold)}>
                  {t('auditRetention.holds.lift')}
                </Button>
              ),
            ],
          }))}
        />
      )}
      {asking === 'place' && (
        <ReasonDialog
          title={t('auditRetention.holds.placing')}
          submit={t('auditRetention.holds.placeSubmit')}
          command={`holdfast audit retention hold${tenant === undefined ? '' : ` --tenant ${tenant}`}`}
          onClose={close}
          onSubmit={async (reason) => {
            await client.audit.holdAuditLog({ tenant, reason });
            await queries.invalidateQueries();
          }}
        >
          <Body1>{t('auditRetention.holds.placeText')}</Body1>
          <Field label={t('auditRetention.setting.of')}>
            <TenantChoice
              label={t('auditRetention.setting.of')}
              value={tenant}
              placeholder={t('auditRetention.holds.installation')}
              onChange={setTenant}
            />
          </Field>
        </ReasonDialog>
      )}
      {typeof asking === 'object' && (
        <ReasonDialog
          title={t('auditRetention.holds.lifting')}
          submit={t('auditRetention.holds.liftSubmit')}
          command={`holdfast audit retention lift ${asking.id}`}
          onClose={close}
          onSubmit={async (reason) => {
            await client.audit.liftAuditHold({ holdId: asking.id, reason });
            await queries.invalidateQueries();
          }}
        >
          <Body1>{t('auditRetention.holds.liftText')}</Body1>
        </ReasonDialog>
      )}
    </Panel>
  );
}
