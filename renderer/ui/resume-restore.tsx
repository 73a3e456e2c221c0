import { Body1, Button, Field, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import type { Job } from '../../shared/contract/suite.ts';
import { useAllowed } from '../app/session.tsx';
import { t } from '../i18n/translate.ts';
import { useApi } from '../rpc/api.tsx';
import { CommandLine } from './command-line.tsx';
import { FormDialog } from './form-dialog.tsx';
import { isReason } from './is-reason.ts';
import { LinkButton } from './link-button.tsx';

const kinds: ReadonlySet<string> = new Set([
  'backup.restore',
  'backup.restore.resume',
  'backup.restore.undo',
]);

/** Whether a job was a restore that did not come to its end. */
export function isResumable({ kind, state }: Pick<Job, 'kind' | 'state'>): boolean {
  return kinds.has(kind) && (state === 'interrupted' || state === 'failed');
}

interface ResumeRestoreProps {
  readonly jobId: string;
  /** Told the job that goes on; without it a link leads there. */
  readonly onStarted?: (jobId: string) => void;
}

/** Asks again for what a restore was asked for. */
export function ResumeRestore({ jobId, onStarted }: ResumeRestoreProps) {
  const { client } = useApi();
  const mayRestore = useAllowed('backups:restore');
  const [asking, setAsking] = useState(false);
  const [started, setStarted] = useState<string>();
  const [reason, setReason] = useState('');

  async function resume() {
    const job = await client.backups.resumeRestore({ jobId, reason: reason.trim() });
    setStarted(job.jobId);
    onStarted?.(job.jobId);
  }

  if (!mayRestore) return null;
  if (started !== undefined) {
    return (
      <div>
        <LinkButton size="small" href={`/jobs/${started}`}>
          {t('jobs.resume.started')}
        </LinkButton>
      </div>
    );
  }
  return (
    <>
      <div>
        <Button size="small" appearance="primary" onClick={() => setAsking(true)}>
          {t('jobs.resume.button')}
        </Button>
      </div>
      <CommandLine command={`holdfast restore resume ${jobId}`} />
      {asking && (
        <FormDialog
          title={t('jobs.resume.title')}
          submit={t('jobs.resume.submit')}
          disabled={!isReason(reason)}
          onSubmit={resume}
          onClose={() => setAsking(false)}
        >
          <Body1>{t('jobs.resume.text')}</Body1>
          <Field label={t('jobs.resume.reason')} hint={t('jobs.resume.reasonHint')} required>
            <Textarea value={reason} onChange={(_, { value }) => setReason(value)} maxLength={1000} />
          </Field>
        </FormDialog>
      )}
    </>
  );
}
