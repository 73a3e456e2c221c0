import { t } from '../i18n/translate.ts';
import { PassphraseField } from './passphrase-field.tsx';

/** A new passphrase as it is typed. */
export interface TypedTwice {
  readonly first: string;
  readonly again: string;
}

export const notTyped: TypedTwice = { first: '', again: '' };

/** Whether there is one, and it was typed the same both times. */
export const isTypedTwice = ({ first, again }: TypedTwice) => first !== '' && first === again;

interface NewPassphraseProps {
  readonly label: string;
  readonly hint: string;
  readonly typed: TypedTwice;
  readonly onType: (typed: TypedTwice) => void;
  /** What is wrong with it, however often it is typed. */
  readonly problem: string | undefined;
  /** Somebody wanted to go on: it is said that it has to be typed again. */
  readonly tried?: boolean;
}

/** A new passphrase, typed twice. */
export function NewPassphrase({ label, hint, typed, onType, problem, tried = false }: NewPassphraseProps) {
  const { first, again } = typed;
  const differs = again === '' ? tried : again !== first;
  return (
    <>
      <PassphraseField
        label={label}
        hint={hint}
        value={first}
        onChange={(value) => onType({ first: value, again })}
        purpose="new-password"
        problem={problem}
      />
      <PassphraseField
        label={t('setPassphrase.again')}
        value={again}
        onChange={(value) => onType({ first, again: value })}
        purpose="new-password"
        problem={differs ? t('setPassphrase.differ') : undefined}
      />
    </>
  );
}
