import { type ReactNode, useState } from 'react';
import { issuesOf } from '../i18n/failure-text.ts';
import { t } from '../i18n/translate.ts';
import { toFailure } from '../rpc/failure.ts';
import { CommandLine } from './command-line.tsx';
import { FormDialog } from './form-dialog.tsx';
import { isTypedTwice, NewPassphrase, notTyped } from './new-passphrase.tsx';

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
  const [typed, setTyped] = useState(notTyped);
  const [problem, setProblem] = useState<string>();
  return (
    <FormDialog
      title={title}
      submit={submit}
      disabled={!isTypedTwice(typed)}
      onSubmit={async () => {
        setProblem(undefined);
        await onSubmit(typed.first);
        onClose();
      }}
      onError={(error) => setProblem(issuesOf(toFailure(error)).get('passphrase'))}
      onClose={onClose}
    >
      {children}
      <NewPassphrase
        label={t('setPassphrase.passphrase')}
        hint={hint}
        typed={typed}
        onType={setTyped}
        problem={problem}
      />
      <CommandLine command={command} />
    </FormDialog>
  );
}
