import { Body1, Field, Input } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { NewPassphrase, type TypedTwice } from '../../../ui/new-passphrase.tsx';
import type { Draft } from './draft.ts';

interface OwnerStepProps {
  readonly draft: Draft;
  readonly onChange: (changed: Partial<Draft>) => void;
  readonly passphrases: TypedTwice;
  readonly onPassphrases: (passphrases: TypedTwice) => void;
  /** Somebody wanted to go on: what is missing is said. */
  readonly tried: boolean;
}

/** Length is what counts (NIST SP 800-63B, 5.1.1.2); counted as the contract does. */
const fewestCharacters = 12;
const lengthOf = (passphrase: string) => [...passphrase.normalize('NFC')].length;

export function isOwnerReady({ ownerName }: Draft, { first, again }: TypedTwice): boolean {
  return ownerName.trim() !== '' && lengthOf(first) >= fewestCharacters && first === again;
}

export function OwnerStep({ draft, onChange, passphrases, onPassphrases, tried }: OwnerStepProps) {
  const { first, again } = passphrases;
  const tooShort = lengthOf(first) < fewestCharacters && (tried || again !== '');
  return (
    <>
      <Body1>{t('setup.firstRun.owner.text')}</Body1>
      <Field
        label={t('setup.firstRun.owner.name')}
        required
        {...(tried && draft.ownerName.trim() === ''
          ? { validationMessage: t('setup.firstRun.owner.nameNeeded') }
          : {})}
      >
        <Input
          value={draft.ownerName}
          onChange={(_, { value }) => onChange({ ownerName: value })}
          autoComplete="name"
          maxLength={120}
        />
      </Field>
      <NewPassphrase
        label={t('setup.firstRun.owner.passphrase')}
        hint={t('setup.firstRun.owner.hint')}
        typed={passphrases}
        onType={onPassphrases}
        problem={tooShort ? t('setup.firstRun.owner.tooShort', { count: lengthOf(first) }) : undefined}
        tried={tried}
      />
    </>
  );
}
