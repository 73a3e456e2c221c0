import { Body1, Field, Textarea, tokens } from '@fluentui/react-components';
import type { FoundBackups } from '../../../../shared/contract/recovery.ts';
import { recoveryKeyCharacters } from '../../../../shared/recovery-key-text.ts';
import { t } from '../../../i18n/translate.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Found } from './found.tsx';
import type { TypedKey } from './typed-key.ts';

interface KeyStepProps {
  readonly typed: string;
  readonly judged: TypedKey;
  readonly onChange: (typed: string) => void;
  readonly found: FoundBackups | undefined;
  readonly tried: boolean;
  readonly error: unknown;
}

/** The recovery key, judged while it is typed. */
export function KeyStep({ typed, judged, onChange, found, tried, error }: KeyStepProps) {
  return (
    <>
      <Body1>{t('setup.restore.key.text')}</Body1>
      <Field label={t('setup.restore.key.label')} required {...validation(judged, tried)}>
        <Textarea
          value={typed}
          onChange={(_, { value }) => onChange(value)}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          rows={3}
          textarea={{ translate: 'no', style: { fontFamily: tokens.fontFamilyMonospace } }}
          onKeyDown={(event) => {
            // a key has one line: Enter goes on, as in any other field
            if (event.key !== 'Enter') return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
      </Field>
      <ErrorNote error={error} />
      {found && <Found found={found} />}
    </>
  );
}

function validation(judged: TypedKey, tried: boolean) {
  const wrong = (text: string) => ({ validationMessage: text, validationState: 'error' as const });
  switch (judged.state) {
    case 'whole':
      return { validationMessage: t('setup.restore.key.whole'), validationState: 'success' as const };
    case 'checksum':
      return wrong(t('setup.restore.key.checksum'));
    case 'character':
      return wrong(t('setup.restore.key.character', { group: judged.group }));
    case 'tooLong':
      return wrong(t('setup.restore.key.tooLong', { count: judged.count, all: recoveryKeyCharacters }));
    case 'partial': {
      if (tried) return wrong(t('setup.restore.key.needed'));
      const so = t('setup.restore.key.soFar', { count: judged.count, all: recoveryKeyCharacters });
      return { validationMessage: so, validationState: 'none' as const };
    }
  }
}
