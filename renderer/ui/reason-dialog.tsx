import { Field, Textarea } from '@fluentui/react-components';
import { type ReactNode, useState } from 'react';
import { t } from '../i18n/translate.ts';
import { CommandLine, shellWord } from './command-line.tsx';
import { FormDialog } from './form-dialog.tsx';
import { isReason } from './is-reason.ts';

interface ReasonDialogProps {
  readonly title: string;
  readonly submit: string;
  readonly children: ReactNode;
  /** The command that does the same, without its reason. */
  readonly command: string;
  readonly onSubmit: (reason: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Says what will happen, asks why, and does it. */
export function ReasonDialog({ title, submit, children, command, onSubmit, onClose }: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title={title}
      submit={submit}
      disabled={!isReason(reason)}
      onClose={onClose}
      onSubmit={async () => {
        await onSubmit(reason.trim());
        onClose();
      }}
    >
      {children}
      <Field label={t('retention.reason')} hint={t('retention.reasonHint')} required>
        <Textarea value={reason} onChange={(_, { value }) => setReason(value)} maxLength={1000} />
      </Field>
      <CommandLine command={`${command} --reason ${shellWord(reason.trim() || 'REASON')}`} />
    </FormDialog>
  );
}
