import { Field, RadioGroup } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import type { Draft } from './draft.ts';
import { Option } from './option.tsx';

interface KeysStepProps {
  readonly draft: Pick<Draft, 'secrets'>;
  readonly onChange: (changed: Pick<Draft, 'secrets'>) => void;
  /** Whether this machine has one that can be used now. */
  readonly keychain: boolean;
  readonly tried: boolean;
}

export function KeysStep({ draft, onChange, keychain, tried }: KeysStepProps) {
  return (
    <Field
      label={t('setup.firstRun.keys.text')}
      {...(tried ? { validationMessage: t('setup.firstRun.chooseOne') } : {})}
    >
      <RadioGroup
        value={draft.secrets}
        onChange={(_, { value }) =>
          (value === 'keychain' || value === 'passphrase') && onChange({ secrets: value })
        }
      >
        <Option
          value="keychain"
          title={t('setup.firstRun.keys.keychain')}
          text={keychain ? t('setup.firstRun.keys.keychainText') : t('setup.firstRun.keys.keychainMissing')}
          disabled={!keychain}
        />
        <Option
          value="passphrase"
          title={t('setup.firstRun.keys.passphrase')}
          text={t('setup.firstRun.keys.passphraseText')}
        />
      </RadioGroup>
    </Field>
  );
}
