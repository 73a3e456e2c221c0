import { Button, MessageBar, MessageBarBody, makeStyles } from '@fluentui/react-components';
import { useState } from 'react';
import { validationLevels } from '../../../../shared/states.ts';
import { formatBytes, formatCount, formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useJob } from '../../../rpc/use-job.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { number, text } from '../../../ui/json-member.ts';
import { LinkButton } from '../../../ui/link-button.tsx';
import { UndoDialog } from '../restores/undo-dialog.tsx';

const useStyles = makeStyles({ buttons: { display: 'flex', gap: '8px', flexWrap: 'wrap' } });

interface ResultStepProps {
  readonly jobId: string;
  readonly source: string | undefined;
  readonly onAnother: () => void;
}

/** Step 7: what was brought back and how far it was proved, and the way back. */
export function ResultStep({ jobId, source, onAnother }: ResultStepProps) {
  const styles = useStyles();
  const { job } = useJob(jobId);
  const [asking, setAsking] = useState(false);
  const [undoJob, setUndoJob] = useState<string>();
  if (job?.state !== 'succeeded') return <p>{t('common.loading')}</p>;
  const { result } = job;
  const level = validationLevels.find((known) => known === number(result, 'verifiedLevel')) ?? 0;
  const undoId = text(result, 'undoId');
  const tenant = source === 'installation' ? undefined : source;
  return (
    <>
      <MessageBar intent="success" layout="multiline">
        <MessageBarBody>{t('restore.result.done', { level: t(`backups.levels.${level}`) })}</MessageBarBody>
      </MessageBar>
      <Facts
        facts={[
          ...(text(result, 'folder') === ''
            ? []
            : [[t('restore.result.folder'), text(result, 'folder')] as const]),
          [t('restore.summary.rows'), formatCount(number(result, 'rows'))],
          [t('restore.summary.files'), formatCount(number(result, 'files'))],
          [t('restore.summary.size'), formatBytes(number(result, 'bytes'))],
          [t('restore.result.duration'), formatDuration(number(result, 'durationMs'))],
          [t('restore.result.snapshot'), <Identifier key="snapshot" value={text(result, 'snapshotId')} />],
          ...(undoId === ''
            ? []
            : [[t('restore.result.undo'), <Identifier key="undo" value={undoId} />] as const]),
        ]}
      />
      {undoId !== '' && <p>{t('restore.result.later')}</p>}
      <div className={styles.buttons}>
        <CopyButton text={JSON.stringify(result, null, 2)} label={t('restore.result.copy')} />
        {undoId !== '' && undoJob === undefined && (
          <Button onClick={() => setAsking(true)}>{t('restore.result.takeBack')}</Button>
        )}
        {tenant !== undefined && (
          <>
            <LinkButton href={`/tenants/${tenant}/data`}>{t('restore.result.tenant')}</LinkButton>
            <LinkButton href={`/audit?tenant=${tenant}`}>{t('restore.result.audit')}</LinkButton>
          </>
        )}
        <Button onClick={onAnother}>{t('restore.result.another')}</Button>
      </div>
      {undoJob !== undefined && <JobPanel jobId={undoJob} done={() => t('restore.result.taken')} />}
      {asking && <UndoDialog undoId={undoId} onStarted={setUndoJob} onClose={() => setAsking(false)} />}
    </>
  );
}
