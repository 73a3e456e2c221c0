import { type ReactNode, useState } from 'react';
import { issuesOf } from '../i18n/failure-text.ts';
import { t } from '../i18n/translate.ts';
import { toFailure } from '../rpc/failure.ts';
import { CommandLine } from './command-line.tsx';
import { FormDialog } from './form-dialog.tsx';
import { PassphraseField } from './passphrase-field.tsx';

interface SetPassphraseProps {
  readonly title: string;
  /** What the button says. */
  readonly submit: string;
  readonly hint: string;
  readonly command: string;
  readonly onSubmit: (passphrase: string) => Promise<void>;
  readonly onClose: () => void;
  /** What it will do. */
  readonly children: ReactNode;
}

/** Asks for a new passphrase, twice. */
export function SetPassphrase(props: SetPassphraseProps) {
  const { title, submit, hint, command, onSubmit, onClose, children } = props;
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState<string>();
  const differs = again !== '' && again !== passphrase;
  return (
    <FormDialog
      title={title}
      submit={submit}
      disabled={passphrase === '' || passphrase !== again}
      onSubmit={async () => {
        setProblem(undefined);
        await onSubmit(passphrase);
        onClose();
      }}
      onError={(error) => setProblem(issuesOf(toFailure(error)).get('passphrase'))}
      onClose={onClose}
    >
      {children}
      <PassphraseField
        label={t('setPassphrase.passphrase')}
        hint={hint}
        value={passphrase}
        onChange={setPassphrase}
        purpose="new-password"
        problem={problem}
      />
      <PassphraseField
        label={t('setPassphrase.again')}
        value={again}
        onChange={setAgain}
        purpose="new-password"
        problem={differs ? t('setPassphrase.differ') : undefined}
      />
      <CommandLine command={command} />
    </FormDialog>
  );
}
