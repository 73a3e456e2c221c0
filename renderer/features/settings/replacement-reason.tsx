import { Body1, Button, Field, Textarea } from '@fluentui/react-components';
import { type FormEvent, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { CommandLine, shellWord } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { isReason } from '../../ui/is-reason.ts';

interface ReplacementReasonProps {
  readonly reason: string;
  readonly onChange: (reason: string) => void;
  readonly onPrepare: () => Promise<void>;
}

/** What a replacement of the recovery key means, and why it is done. */
export function ReplacementReason({ reason, onChange, onPrepare }: ReplacementReasonProps) {
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  async function prepare(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await onPrepare();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  }

  return (
    <form onSubmit={prepare} style={{ display: 'contents' }}>
      <Body1>{t('settings.replacement.text')}</Body1>
      <Body1>{t('settings.replacement.further')}</Body1>
      <Field label={t('settings.replacement.reason')} hint={t('settings.replacement.reasonHint')} required>
        <Textarea value={reason} onChange={(_, { value }) => onChange(value)} maxLength={1000} />
      </Field>
      <CommandLine
        command={`holdfast recovery-key replace --key-file NEW-KEY.txt --recovery-kit KIT.pdf --reason ${shellWord(reason.trim() || 'REASON')}`}
      />
      <ErrorNote error={error} />
      <div style={{ textAlign: 'end' }}>
        <Button type="submit" appearance="primary" disabled={!isReason(reason)} disabledFocusable={busy}>
          {t('settings.replacement.prepare')}
        </Button>
      </div>
    </form>
  );
}
