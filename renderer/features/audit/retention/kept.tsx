import { Body1, Button, Field, Input } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type RecordClass, recordClasses } from '../../../../shared/audit-retention.ts';
import type { AuditRetention } from '../../../../shared/contract/audit/retention.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Choice } from '../../../ui/choice.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { TenantName } from '../../../ui/tenant-name.tsx';
import { Time } from '../../../ui/time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { classText } from './class-text.ts';

/** How long logs are kept. */
export function Kept({ state: { policies, usualDays } }: { readonly state: AuditRetention }) {
  const mayChange = useAllowed('operators:write');
  const [setting, setSetting] = useState(false);
  const own = policies.some(({ tenantId, recordClass }) => tenantId === null && recordClass === null);
  const usual = [
    t('auditRetention.kept.everywhere'),
    classText(null),
    <Days key="days" days={usualDays} />,
    t('auditRetention.kept.usual'),
  ];
  return (
    <Panel
      title={t('auditRetention.kept.title')}
      actions={mayChange && <Button onClick={() => setSetting(true)}>{t('auditRetention.kept.set')}</Button>}
    >
      <Body1>{t('auditRetention.kept.text')}</Body1>
      <PlainTable
        label={t('auditRetention.kept.title')}
        columns={[
          t('auditRetention.of'),
          t('auditRetention.kept.recordClass'),
          t('auditRetention.kept.days'),
          t('auditRetention.kept.since'),
          t('auditRetention.kept.by'),
        ]}
        rows={[
          ...(own ? [] : [{ key: 'usual', cells: usual }]),
          ...policies.map(({ tenantId, recordClass, days, setAt, setBy }) => ({
            key: `${tenantId} ${recordClass}`,
            cells: [
              tenantId === null ? t('auditRetention.kept.everywhere') : <TenantName key="of" id={tenantId} />,
              classText(recordClass),
              <Days key="days" days={days} />,
              <Time key="since" value={setAt} />,
              setBy ?? t('common.none'),
            ],
          })),
        ]}
      />
      <CommandLine command="holdfast audit retention show" />
      {setting && <SetDays days={usualDays} onClose={() => setSetting(false)} />}
    </Panel>
  );
}

function Days({ days }: { readonly days: number }) {
  return <span style={{ whiteSpace: 'nowrap' }}>{formatCount(days)}</span>;
}

function SetDays({ days: present, onClose }: { readonly days: number; readonly onClose: () => void }) {
  const { client } = useApi();
  const queries = useQueryClient();
  const [tenant, setTenant] = useState<string>();
  const [recordClass, setRecordClass] = useState<RecordClass>();
  const [days, setDays] = useState(String(present));
  const parts = [
    `holdfast audit retention set --days ${Number(days) || 'DAYS'}`,
    ...(recordClass === undefined ? [] : [`--class ${recordClass}`]),
    ...(tenant === undefined ? [] : [`--tenant ${tenant}`]),
  ];
  return (
    <ReasonDialog
      title={t('auditRetention.setting.title')}
      submit={t('auditRetention.setting.submit')}
      command={parts.join(' ')}
      onClose={onClose}
      onSubmit={async (reason) => {
        await client.audit.setAuditRetention({ tenant, recordClass, days: Number(days), reason });
        await queries.invalidateQueries();
      }}
    >
      <Body1>{t('auditRetention.setting.text')}</Body1>
      <Field label={t('auditRetention.setting.of')}>
        <TenantChoice
          label={t('auditRetention.setting.of')}
          value={tenant}
          placeholder={t('auditRetention.setting.all')}
          onChange={setTenant}
        />
      </Field>
      <Field label={t('auditRetention.setting.recordClass')} hint={t('auditRetention.setting.classHint')}>
        <Choice
          label={t('auditRetention.setting.recordClass')}
          value={recordClass}
          options={recordClasses.map((each) => [each, classText(each)])}
          any={t('auditRetention.setting.everyClass')}
          onChange={setRecordClass}
        />
      </Field>
      <Field label={t('auditRetention.setting.days')} hint={t('auditRetention.setting.daysHint')} required>
        <Input value={days} inputMode="numeric" onChange={(_, { value }) => setDays(value)} />
      </Field>
    </ReasonDialog>
  );
}
