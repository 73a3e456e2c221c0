import { Body1, Field, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import type { AlertMute, AlertRuleState } from '../../../../shared/contract/audit/alerts.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Choice } from '../../../ui/choice.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { isReason } from '../../../ui/is-reason.ts';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { Time } from '../../../ui/time.tsx';

interface DialogProps {
  readonly onClose: () => void;
  readonly onDone: () => Promise<unknown>;
}

const hourMs = 3_600_000;
const lengths = { '8h': 8 * hourMs, '1d': 24 * hourMs, '7d': 7 * 24 * hourMs, '30d': 30 * 24 * hourMs };
type Length = keyof typeof lengths;
const offered = ['8h', '1d', '7d', '30d'] as const satisfies readonly Length[];

/** Lets a rule raise nothing for some time. */
export function MuteRule({ rule: { id }, onClose, onDone }: DialogProps & { readonly rule: AlertRuleState }) {
  const { client } = useApi();
  const [tenant, setTenant] = useState<string>();
  const [length, setLength] = useState<Length>('8h');
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title={t('alerts.muting.title', { rule: t(`alerts.rules.${id}.title`) })}
      submit={t('alerts.muting.submit')}
      disabled={!isReason(reason)}
      onClose={onClose}
      onSubmit={async () => {
        const until = new Date(Date.now() + lengths[length]).toISOString();
        await client.audit.muteAlertRule({ rule: id, tenant, until, reason: reason.trim() });
        await onDone();
        onClose();
      }}
    >
      <Body1>{t('alerts.muting.text')}</Body1>
      <Field label={t('alerts.muting.where')}>
        <TenantChoice
          label={t('alerts.muting.where')}
          placeholder={t('alerts.muting.everywhere')}
          value={tenant}
          onChange={setTenant}
        />
      </Field>
      <Field label={t('alerts.muting.forLabel')}>
        <Choice
          label={t('alerts.muting.forLabel')}
          value={length}
          options={offered.map((each) => [each, t(`alerts.muting.for.${each}`)] as const)}
          onChange={(value) => setLength(value ?? '8h')}
        />
      </Field>
      <Field label={t('alerts.muting.reason')} hint={t('alerts.muting.reasonHint')} required>
        <Textarea value={reason} onChange={(_, { value }) => setReason(value)} maxLength={1000} />
      </Field>
      <CommandLine
        command={[
          `holdfast audit alerts mute ${id} --for ${length}`,
          ...(tenant === undefined ? [] : [`--tenant ${tenant}`]),
          `--reason ${shellWord(reason.trim() || 'REASON')}`,
        ].join(' ')}
      />
    </FormDialog>
  );
}

/** Lets it raise alerts again. */
export function UnmuteRule({ mute, onClose, onDone }: DialogProps & { readonly mute: AlertMute }) {
  const { client } = useApi();
  const { rule, tenantId, mutedBy, until, met } = mute;
  const tenant = tenantId ?? undefined;
  return (
    <ReasonDialog
      title={t('alerts.unmuting.title', { rule: t(`alerts.rules.${rule}.title`) })}
      submit={t('alerts.unmuting.submit')}
      command={`holdfast audit alerts unmute ${rule}${tenant === undefined ? '' : ` --tenant ${tenant}`}`}
      onClose={onClose}
      onSubmit={async (reason) => {
        await client.audit.unmuteAlertRule({ rule, tenant, reason });
        await onDone();
      }}
    >
      <Body1>{t('alerts.unmuting.text')}</Body1>
      <Facts
        facts={[
          [t('alerts.mutes.by'), mutedBy ?? t('common.none')],
          [t('alerts.mutes.reason'), mute.reason],
          [t('alerts.mutes.until'), <Time key="until" value={until} />],
          [t('alerts.mutes.met'), String(met)],
        ]}
      />
    </ReasonDialog>
  );
}
