import { Body1, Field } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Standard, standardNames, standards } from '../../../../shared/compliance.ts';
import type { Disclosure } from '../../../../shared/disclosures.ts';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { prepareDownload, type TransferFile } from '../../../rpc/transfers.ts';
import { ChoiceBoxes } from '../../../ui/choice-boxes.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Exporting } from '../../../ui/exporting.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { TimeField } from '../../../ui/time-field.tsx';
import { useTenant } from '../../../ui/use-names.ts';
import type { AuditFilter } from '../filters.ts';
import { DisclosureBoxes } from './disclosure-boxes.tsx';
import { HandOver } from './hand-over.tsx';

interface ExportDialogProps {
  readonly filter: AuditFilter;
  readonly onClose: () => void;
}

/** A bundle for an auditor: which log, which period, what is disclosed; then its making, and what else to hand over. */
export function ExportDialog({ filter, onClose }: ExportDialogProps) {
  const { client, query } = useApi();
  const [part, setPart] = useState({ tenant: filter.tenant, from: filter.from, to: filter.to });
  const [disclose, setDisclose] = useState<readonly Disclosure[]>([]);
  const [reports, setReports] = useState<readonly Standard[]>([]);
  const [running, setRunning] = useState<{ jobId: string; file: TransferFile }>();
  const lacksPeriod = reports.length > 0 && (part.from === undefined || part.to === undefined);
  const plan = useQuery(
    query.audit.planAuditExport.queryOptions({
      input: { ...part, standards: lacksPeriod ? [] : [...reports] },
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  const tenant = useTenant(part.tenant);
  const name = `${tenant?.slug ?? 'installation'}.hfbundle.zip`;

  async function start() {
    const file = await prepareDownload(name);
    const { jobId } = await client.audit.exportAuditLog({
      ...part,
      disclose: [...disclose],
      standards: [...reports],
      file: file.file,
    });
    setRunning({ jobId, file });
  }

  if (running !== undefined) {
    return (
      <Exporting
        {...running}
        title={t('audit.export.title')}
        saved={(result) => <HandOver result={result} />}
        onClose={onClose}
      />
    );
  }
  const narrower = [filter.action, filter.actor, filter.severity, filter.outcome];
  const command = [
    'holdfast audit export',
    ...(tenant === undefined ? [] : [`--tenant ${tenant.slug}`]),
    ...(part.from === undefined ? [] : [`--from ${part.from}`]),
    ...(part.to === undefined ? [] : [`--to ${part.to}`]),
    ...(reports.length === 0 ? [] : [`--standard ${reports.join(' ')}`]),
    ...(disclose.length === 0 ? [] : [`--openings ${disclose.join(',')}`]),
    `--out ${name}`,
  ].join(' ');
  return (
    <FormDialog
      title={t('audit.export.title')}
      submit={t('audit.export.submit')}
      disabled={plan.data === undefined || plan.error !== null || lacksPeriod}
      onSubmit={start}
      onClose={onClose}
    >
      <Body1>{t('audit.export.text')}</Body1>
      <Field label={t('audit.export.log')}>
        <TenantChoice
          label={t('audit.export.log')}
          placeholder={t('common.installation')}
          value={part.tenant}
          onChange={(chosen) => setPart({ ...part, tenant: chosen })}
        />
      </Field>
      <TimeField label={t('audit.from')} value={part.from} onChange={(from) => setPart({ ...part, from })} />
      <TimeField label={t('audit.to')} value={part.to} onChange={(to) => setPart({ ...part, to })} />
      {narrower.some((value) => value !== undefined) && <Body1>{t('audit.export.whole')}</Body1>}
      <DisclosureBoxes fields={plan.data?.fields} value={disclose} onChange={setDisclose} />
      <ChoiceBoxes
        label={t('audit.export.reports')}
        options={standards.map((standard) => [standard, standardNames[standard]])}
        value={reports}
        onChange={setReports}
        hint={t('audit.export.reportsHint')}
      />
      {lacksPeriod && <Body1 role="status">{t('errors.reasons.report-period')}</Body1>}
      <ErrorNote error={plan.error} />
      {plan.data && plan.error === null && (
        <Body1 role="status">
          {t('audit.export.plan', {
            count: plan.data.entries,
            from: formatCount(plan.data.from),
            to: formatCount(plan.data.to),
            bytes: formatBytes(plan.data.bytes),
          })}
        </Body1>
      )}
      {plan.data?.archived && plan.error === null && (
        <Body1>
          {t('audit.archived.part', {
            before: formatCount(plan.data.archived.before),
            file: plan.data.archived.file,
          })}
        </Body1>
      )}
      <CommandLine command={command} />
    </FormDialog>
  );
}
