import {
  Body1,
  Button,
  Caption1,
  Field,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Spinner,
  Textarea,
} from '@fluentui/react-components';
import { DocumentCheckmarkRegular } from '@fluentui/react-icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  evidenceStatuses,
  type ReportForm,
  reportForms,
  standardNames,
  standards,
} from '../../../../shared/compliance.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { discardUpload, prepareDownload, type TransferFile, upload } from '../../../rpc/transfers.ts';
import { Choice } from '../../../ui/choice.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { FileChoice } from '../../../ui/file-choice.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { TimeField } from '../../../ui/time-field.tsx';
import { useTenant } from '../../../ui/use-names.ts';
import { ArchivedEntries } from './archived-entries.tsx';
import { ControlTable, statusTones } from './control-table.tsx';
import { ReportMade } from './report-made.tsx';
import { useReportChoice } from './use-report-choice.ts';

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', gap: '8px 16px', alignItems: 'end' },
  wide: { flexGrow: 1, minWidth: '260px' },
  button: { alignSelf: 'flex-start' },
});

/** Why it cannot be made; of something that was entered, what is wrong with it. */
function Refused({ error }: { readonly error: unknown }) {
  const issues = error === undefined || error === null ? [] : [...issuesOf(toFailure(error)).values()];
  if (issues.length === 0) return <ErrorNote error={error} />;
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>{issues.join(' ')}</MessageBarBody>
    </MessageBar>
  );
}

/** Builds a report for an auditor: what is asked, what would be found, then the making. */
export function Reports() {
  const styles = useStyles();
  const { client, query } = useApi();
  const { standard, tenant, from, to, set } = useReportChoice();
  const [form, setForm] = useState<ReportForm | 'bundle'>('pdf');
  const [without, setWithout] = useState<ReadonlySet<string>>(new Set());
  const [notes, setNotes] = useState('');
  const [logo, setLogo] = useState<File>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [running, setRunning] = useState<{ jobId: string; file: TransferFile; exported: boolean }>();
  const of = { from, to, ...(tenant === undefined ? {} : { tenant }) };
  const asked = { standard, ...of };
  const preview = useQuery(
    query.audit.previewComplianceReport.queryOptions({
      input: asked,
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  const slug = useTenant(tenant)?.slug;
  const exported = form === 'bundle';
  const name = exported
    ? `${slug ?? 'installation'}.hfbundle.zip`
    : `${slug ?? 'installation'}-${standard}.${form}`;
  // what was found for another standard is not shown under this one
  const found = preview.data?.standard === standard && preview.error === null ? preview.data : undefined;
  const custom = found?.custom === true;
  const controls = found?.controls ?? [];
  const chosen = controls.map(({ id }) => id).filter((id) => !without.has(id));
  const narrowed = custom && chosen.length < controls.length;

  async function make() {
    setBusy(true);
    setError(undefined);
    let sent: TransferFile | undefined;
    try {
      sent = custom && logo !== undefined ? await upload(logo) : undefined;
      const file = await prepareDownload(name);
      const report = {
        standard,
        ...(narrowed ? { controls: chosen } : {}),
        ...(custom && notes.trim() !== '' ? { notes } : {}),
        ...(sent === undefined ? {} : { logo: sent.file }),
      };
      const { jobId } =
        form === 'bundle'
          ? await client.audit.exportAuditLog({ ...of, reports: [report], file: file.file })
          : await client.audit.generateComplianceReport({ ...of, ...report, form, file: file.file });
      setRunning({ jobId, file, exported });
    } catch (failed) {
      setError(failed);
    } finally {
      // the logo was read before the job was started
      if (sent !== undefined) await discardUpload(sent);
      setBusy(false);
    }
  }

  const command = [
    `holdfast report --standard ${standard}`,
    ...(tenant === undefined ? [] : [`--tenant ${slug ?? tenant}`]),
    `--from ${from} --to ${to}`,
    ...(narrowed ? [`--controls ${shellWord(chosen.join(','))}`] : []),
    ...(custom && notes.trim() !== '' ? [`--notes ${shellWord(notes)}`] : []),
    ...(custom && logo !== undefined ? [`--logo ${shellWord(logo.name)}`] : []),
    `--out ${name}`,
  ].join(' ');

  return (
    <Page title={t('reports.title')} above={<TextLink href="/audit">{t('shell.navigation.audit')}</TextLink>}>
      <Body1>{t('reports.text')}</Body1>
      {running !== undefined ? (
        <ReportMade {...running} onClose={() => setRunning(undefined)} />
      ) : (
        <Panel title={t('reports.form.title')}>
          <div className={styles.row}>
            <Field label={t('reports.form.standard')}>
              <Choice
                label={t('reports.form.standard')}
                value={standard}
                options={standards.map((each) => [each, standardNames[each]])}
                onChange={(value) => {
                  setWithout(new Set());
                  set({ standard: value });
                }}
              />
            </Field>
            <Field label={t('reports.form.of')}>
              <TenantChoice
                label={t('reports.form.of')}
                placeholder={t('reports.form.whole')}
                value={tenant}
                onChange={(value) => set({ tenant: value })}
              />
            </Field>
            <TimeField
              label={t('reports.form.from')}
              value={from}
              onChange={(value) => set({ from: value })}
            />
            <TimeField label={t('reports.form.to')} value={to} onChange={(value) => set({ to: value })} />
            <Field label={t('reports.form.format')}>
              <Choice
                label={t('reports.form.format')}
                value={form}
                options={[...reportForms, 'bundle' as const].map((each) => [
                  each,
                  t(`reports.form.formats.${each}`),
                ])}
                onChange={(value) => setForm(value ?? 'pdf')}
              />
            </Field>
          </div>
          {custom && (
            <div className={styles.row}>
              <Field
                className={styles.wide}
                label={t('reports.form.notes')}
                hint={t('reports.form.notesHint')}
              >
                <Textarea value={notes} maxLength={4000} onChange={(_, { value }) => setNotes(value)} />
              </Field>
              <FileChoice
                label={t('reports.form.logo')}
                hint={t('reports.form.logoHint')}
                accept="image/png,image/jpeg"
                optional
                file={logo}
                onChange={setLogo}
              />
            </div>
          )}
          {found?.custom === false && <Caption1>{t('reports.form.standardOnly')}</Caption1>}
          <Refused error={preview.error ?? error} />
          <Button
            className={styles.button}
            appearance="primary"
            icon={<DocumentCheckmarkRegular />}
            disabled={found === undefined || chosen.length === 0}
            disabledFocusable={busy}
            onClick={() => void make()}
          >
            {t('reports.form.make')}
          </Button>
          <CommandLine command={command} />
        </Panel>
      )}
      {found === undefined && preview.error === null && <Spinner label={t('common.loading')} />}
      {found && <ArchivedEntries archived={found.archived} />}
      {found && (
        <Panel
          title={t('reports.preview.title')}
          actions={evidenceStatuses.map((status) => (
            <StateBadge
              key={status}
              tone={statusTones[status]}
              text={t('reports.totals', {
                status: t(`reports.status.${status}`),
                number: found.totals[status],
              })}
            />
          ))}
        >
          <Caption1>{t('reports.preview.unverified')}</Caption1>
          <ControlTable controls={controls} without={custom ? without : undefined} onChange={setWithout} />
        </Panel>
      )}
    </Page>
  );
}
