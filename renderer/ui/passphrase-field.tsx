import { Button, Field, Input } from '@fluentui/react-components';
import { EyeOffRegular, EyeRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { t } from '../i18n/translate.ts';

interface PassphraseFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label?: string;
  readonly hint?: string;
  readonly problem?: string | undefined;
  readonly autoFocus?: boolean;
  /** For a password manager: a new one, or the one there is. */
  readonly purpose?: 'current-password' | 'new-password';
}

/** A secret being typed; may be shown while it is. */
export function PassphraseField(props: PassphraseFieldProps) {
  const {
    value,
    onChange,
    label = t('common.passphrase'),
    hint,
    problem,
    purpose = 'current-password',
  } = props;
  const [shown, setShown] = useState(false);
  return (
    <Field
      label={label}
      {...(hint === undefined ? {} : { hint })}
      {...(problem === undefined ? {} : { validationMessage: problem, validationState: 'error' as const })}
    >
      <Input
        type={shown ? 'text' : 'password'}
        value={value}
        onChange={(_, data) => onChange(data.value)}
        autoComplete={purpose}
        autoFocus={props.autoFocus ?? false}
        contentAfter={
          <Button
            appearance="transparent"
            size="small"
            icon={shown ? <EyeOffRegular /> : <EyeRegular />}
            aria-label={shown ? t('common.hidePassphrase') : t('common.showPassphrase')}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          />
        }
      />
    </Field>
  );
}
