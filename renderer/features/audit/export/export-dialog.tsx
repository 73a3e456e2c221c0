import { Body1, Caption1, Field } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { standardNames, standards } from '../../../../shared/compliance.ts';
import type { Disclosure } from '../../../../shared/disclosures.ts';
import { tierRules } from '../../../../shared/tiers.ts';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { discardUpload, prepareDownload, type TransferFile, upload } from '../../../rpc/transfers.ts';
import { ChoiceBoxes } from '../../../ui/choice-boxes.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Exporting } from '../../../ui/exporting.tsx';
import { FileChoice } from '../../../ui/file-choice.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { TimeField } from '../../../ui/time-field.tsx';
import { useTenant } from '../../../ui/use-names.ts';
import type { AuditFilter } from '../filters.ts';
import { DisclosureBoxes } from './disclosure-boxes.tsx';
import { HandOver } from './hand-over.tsx';
import { type ReportChoices, reportsIn, reportWords } from './report-choice.ts';
import { ReportParts } from './report-parts.tsx';

interface ExportDialogProps {
  readonly filter: AuditFilter;
  readonly onClose: () => void;
}

/** A bundle for an auditor: which log, which period, what is disclosed; then its making, and what else to hand over. */
export function ExportDialog({ filter, onClose }: ExportDialogProps) {
  const { client, query } = useApi();
  const [part, setPart] = useState({ tenant: filter.tenant, from: filter.from, to: filter.to });
  const [disclose, setDisclose] = useState<readonly Disclosure[]>([]);
  const [reports, setReports] = useState<ReportChoices>(new Map());
  const [logo, setLogo] = useState<File>();
  const [running, setRunning] = useState<{ jobId: string; file: TransferFile }>();
  const { from, to } = part;
  const lacksPeriod = reports.size > 0 && (from === undefined || to === undefined);
  const plan = useQuery(
    query.audit.planAuditExport.queryOptions({
      input: { ...part, reports: lacksPeriod ? [] : reportsIn(reports, false, undefined) },
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  const tenant = useTenant(part.tenant);
  const custom =
    part.tenant === undefined || (tenant !== undefined && tierRules[tenant.tier].reports === 'custom');
  const none = custom && [...reports.values()].some(({ controls }) => controls?.length === 0);
  const name = `${tenant?.slug ?? 'installation'}.hfbundle.zip`;

  async function start() {
    const sent = custom && reports.size > 0 && logo !== undefined ? await upload(logo) : undefined;
    try {
      const file = await prepareDownload(name);
      const { jobId } = await client.audit.exportAuditLog({
        ...part,
        disclose: [...disclose],
        reports: reportsIn(reports, custom, sent?.file),
        file: file.file,
      });
      setRunning({ jobId, file });
    } finally {
      // the logo was read before the job was started
      if (sent !== undefined) await discardUpload(sent);
    }
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
    ...(from === undefined ? [] : [`--from ${from}`]),
    ...(to === undefined ? [] : [`--to ${to}`]),
    ...reportWords(reports, custom, logo?.name),
    ...(disclose.length === 0 ? [] : [`--openings ${disclose.join(',')}`]),
    `--out ${name}`,
  ].join(' ');
  return (
    <FormDialog
      title={t('audit.export.title')}
      submit={t('audit.export.submit')}
      disabled={plan.data === undefined || plan.error !== null || lacksPeriod || none}
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
      <TimeField
        label={t('audit.from')}
        value={from}
        onChange={(value) => setPart({ ...part, from: value })}
      />
      <TimeField label={t('audit.to')} value={to} onChange={(value) => setPart({ ...part, to: value })} />
      {narrower.some((value) => value !== undefined) && <Body1>{t('audit.export.whole')}</Body1>}
      <DisclosureBoxes fields={plan.data?.fields} value={disclose} onChange={setDisclose} />
      <ChoiceBoxes
        label={t('audit.export.reports')}
        options={standards.map((standard) => [standard, standardNames[standard]])}
        value={[...reports.keys()]}
        onChange={(chosen) =>
          setReports(
            new Map(chosen.map((each) => [each, reports.get(each) ?? { controls: undefined, notes: '' }])),
          )
        }
        hint={t('audit.export.reportsHint')}
      />
      {custom &&
        from !== undefined &&
        to !== undefined &&
        [...reports].map(([standard, choice]) => (
          <ReportParts
            key={standard}
            asked={{ standard, from, to, ...(part.tenant === undefined ? {} : { tenant: part.tenant }) }}
            value={choice}
            onChange={(value) => setReports(new Map(reports).set(standard, value))}
          />
        ))}
      {custom && reports.size > 0 && !lacksPeriod && (
        <FileChoice
          label={t('reports.form.logo')}
          hint={t('audit.export.logoHint')}
          accept="image/png,image/jpeg"
          optional
          file={logo}
          onChange={setLogo}
        />
      )}
      {!custom && reports.size > 0 && <Caption1>{t('reports.form.standardOnly')}</Caption1>}
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
