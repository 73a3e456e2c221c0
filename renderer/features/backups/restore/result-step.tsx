import { Button, MessageBar, MessageBarBody, makeStyles, Spinner } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { useJob } from '../../../rpc/use-job.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { printSheet } from '../../../ui/print-sheet.ts';
import { savePdf } from '../../../ui/save-file.ts';
import { useTenant } from '../../../ui/use-names.ts';
import { ControlRestore } from '../restores/control-restore.tsx';
import { UndoDialog } from '../restores/undo-dialog.tsx';
import { reportOf, reportText } from './report.ts';
import type { RestoreDraft } from './restore-draft.ts';

const useStyles = makeStyles({ buttons: { display: 'flex', gap: '8px', flexWrap: 'wrap' } });

interface ResultStepProps {
  readonly draft: RestoreDraft;
  readonly jobId: string;
  /** The restore is not done, or has failed: that is told by the step before. */
  readonly onUnfinished: () => void;
  readonly onAnother: () => void;
}

/** Step 7: what was brought back and how far it was proved, and the way back. */
export function ResultStep({ draft, jobId, onUnfinished, onAnother }: ResultStepProps) {
  const styles = useStyles();
  const { query } = useApi();
  const { job, failure } = useJob(jobId);
  const pdf = useMutation(
    query.backups.createRestoreReport.mutationOptions({ gcTime: 0, onSuccess: savePdf }),
  );
  const [asking, setAsking] = useState(false);
  const [undoJob, setUndoJob] = useState<string>();
  const own = draft.source === 'installation';
  const tenant = own ? undefined : draft.source;
  const name = useTenant(tenant)?.name;
  const unfinished = job !== undefined && job.state !== 'succeeded';
  useEffect(() => {
    if (unfinished) onUnfinished();
  }, [unfinished, onUnfinished]);
  if (failure !== undefined) {
    return (
      <>
        <ErrorNote error={failure} />
        <div>
          <Button onClick={onAnother}>{t('restore.result.another')}</Button>
        </div>
      </>
    );
  }
  if (job?.state !== 'succeeded') return <Spinner label={t('common.loading')} />;
  const what = own ? t('common.installation') : (name ?? draft.source ?? '');
  const report = reportOf(job, what);
  const { undoId } = report;
  return (
    <>
      <MessageBar intent="success" layout="multiline">
        <MessageBarBody>
          {t(report.pending ? 'restore.result.prepared' : 'restore.result.done', {
            level: t(`backups.levels.${report.level}`),
          })}
        </MessageBarBody>
      </MessageBar>
      <Facts facts={report.facts} />
      {report.to === 'tenant' && <p>{t('restore.result.apart')}</p>}
      {report.to === 'parts' && <p>{t('restore.result.import')}</p>}
      {report.pending && <ControlRestore onUndo={() => setAsking(true)} />}
      {report.to === 'in-place' && !report.pending && (
        <p>{undoId === null ? t('restore.result.noWayBack') : t('restore.result.later')}</p>
      )}
      <div className={styles.buttons}>
        <Button disabled={pdf.isPending} onClick={() => pdf.mutate({ jobId })}>
          {t('restore.result.pdf')}
        </Button>
        <CopyButton text={reportText(report)} label={t('restore.result.copy')} />
        <Button
          onClick={() =>
            printSheet(t('restore.result.printTitle'), (sheet) => {
              const text = sheet.createElement('pre');
              text.textContent = reportText(report);
              return [text];
            })
          }
        >
          {t('restore.result.print')}
        </Button>
        {undoId !== null && !report.pending && undoJob === undefined && (
          <Button onClick={() => setAsking(true)}>{t('restore.result.takeBack')}</Button>
        )}
        {tenant !== undefined && (
          <>
            {report.to === 'parts' && (
              <LinkButton href={`/tenants/${tenant}/imports`}>{t('restore.result.toImports')}</LinkButton>
            )}
            <LinkButton href={`/tenants/${report.newTenant ?? tenant}/data`}>
              {t('restore.result.tenant')}
            </LinkButton>
            <LinkButton href={`/audit?tenant=${tenant}`}>{t('restore.result.audit')}</LinkButton>
          </>
        )}
        <Button onClick={onAnother}>{t('restore.result.another')}</Button>
      </div>
      <ErrorNote error={pdf.error} />
      {undoJob !== undefined && <JobPanel jobId={undoJob} done={() => t('restore.result.taken')} />}
      {asking && undoId !== null && (
        <UndoDialog undoId={undoId} own={own} onStarted={setUndoJob} onClose={() => setAsking(false)} />
      )}
    </>
  );
}
