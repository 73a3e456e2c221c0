import { Field, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { isReason } from '../../../ui/is-reason.ts';

interface UndoDialogProps {
  readonly undoId: string;
  /** Of the installation's own data. */
  readonly own: boolean;
  readonly onStarted: (jobId: string) => void;
  readonly onClose: () => void;
}

/** Asks why a restore is taken back, and starts that. */
export function UndoDialog({ undoId, own, onStarted, onClose }: UndoDialogProps) {
  const { client } = useApi();
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title={t('backups.restores.undoTitle')}
      submit={t('backups.restores.undo')}
      disabled={!isReason(reason)}
      onClose={onClose}
      onSubmit={async () => {
        const { jobId } = await client.backups.undoRestore({ undoId, reason: reason.trim() });
        onStarted(jobId);
        onClose();
      }}
    >
      <p>{t(own ? 'backups.ownRestore.undoText' : 'backups.restores.undoText')}</p>
      <Field label={t('backups.restores.reason')} hint={t('backups.restores.reasonHint')} required>
        <Textarea value={reason} onChange={(_, { value }) => setReason(value)} maxLength={1000} />
      </Field>
      <CommandLine
        command={`holdfast restore undo ${undoId} --reason ${shellWord(reason.trim() || 'REASON')}`}
      />
    </FormDialog>
  );
}
