import { Field, Input } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { PassphraseField } from '../../../ui/passphrase-field.tsx';
import { KeysStep } from '../first-run/keys-step.tsx';
import type { MasterKey } from './plan.ts';

interface MasterKeyStepProps {
  readonly value: MasterKey;
  readonly onChange: (changed: Partial<MasterKey>) => void;
  /** Whether this machine has one that can be used now. */
  readonly keychain: boolean;
  readonly tried: boolean;
}

/** Where the master key is kept from now on; without a keychain an operator's passphrase opens it. */
export function MasterKeyStep({ value, onChange, keychain, tried }: MasterKeyStepProps) {
  const { secrets, operator, passphrase } = value;
  return (
    <>
      <KeysStep draft={{ secrets }} onChange={onChange} keychain={keychain} tried={tried && secrets === ''} />
      {secrets === 'passphrase' && (
        <>
          <Field label={t('setup.restore.keys.operator')} hint={t('setup.restore.keys.operatorHint')}>
            <Input
              value={operator}
              onChange={(_, data) => onChange({ operator: data.value })}
              autoComplete="username"
              maxLength={120}
            />
          </Field>
          <PassphraseField
            label={t('setup.restore.keys.passphrase')}
            hint={t('setup.restore.keys.passphraseHint')}
            value={passphrase}
            onChange={(text) => onChange({ passphrase: text })}
            problem={tried && passphrase === '' ? t('setup.restore.keys.passphraseNeeded') : undefined}
          />
        </>
      )}
    </>
  );
}
