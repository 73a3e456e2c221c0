import { Button, Field, Input } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { sessionKey } from '../../app/queries.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { toFailure } from '../../rpc/failure.ts';
import { Centred } from '../../ui/centred.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PassphraseField } from '../../ui/passphrase-field.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';

/** Signing in, and in again after the console was locked: the page behind stays where it was. */
export function SignIn() {
  const { client } = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const { busy, error, attempt } = useAttempt();
  const nameNeeded = toFailure(error).data.reason === 'name-needed';

  async function signIn(event: FormEvent) {
    event.preventDefault();
    await attempt(
      async () => {
        const given = name.trim() === '' ? {} : { name };
        await client.auth.signIn({ ...given, passphrase });
        await queries.invalidateQueries({ queryKey: sessionKey });
      },
      (refused) => {
        if (toFailure(refused).data.reason !== 'name-needed') setPassphrase('');
      },
    );
  }

  return (
    <Centred title={t('setup.signIn.title')}>
      <form onSubmit={signIn} style={{ display: 'contents' }}>
        <Field
          label={t('setup.signIn.name')}
          hint={t('setup.signIn.nameHint')}
          {...(nameNeeded ? { validationMessage: t('errors.reasons.name-needed') } : {})}
        >
          <Input value={name} onChange={(_, data) => setName(data.value)} autoComplete="username" />
        </Field>
        <PassphraseField value={passphrase} onChange={setPassphrase} autoFocus />
        {!nameNeeded && <ErrorNote error={error} />}
        <Button type="submit" appearance="primary" disabled={busy || passphrase === ''}>
          {busy ? t('setup.signIn.busy') : t('setup.signIn.submit')}
        </Button>
      </form>
    </Centred>
  );
}
