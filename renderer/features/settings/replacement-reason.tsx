import { Body1, Button, Field, Textarea } from '@fluentui/react-components';
import type { FormEvent } from 'react';
import { t } from '../../i18n/translate.ts';
import { CommandLine, shellWord } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { isReason } from '../../ui/is-reason.ts';
import { useAttempt } from '../../ui/use-attempt.ts';

interface ReplacementReasonProps {
  readonly reason: string;
  readonly onChange: (reason: string) => void;
  readonly onPrepare: () => Promise<void>;
}

/** What a replacement of the recovery key means, and why it is done. */
export function ReplacementReason({ reason, onChange, onPrepare }: ReplacementReasonProps) {
  const { busy, error, attempt } = useAttempt();

  async function prepare(event: FormEvent) {
    event.preventDefault();
    await attempt(onPrepare);
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
