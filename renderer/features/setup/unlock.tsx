import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SetupState } from '../../../shared/contract/setup.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { Centred } from '../../ui/centred.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { PassphraseField } from '../../ui/passphrase-field.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';

/** An installation that a passphrase opens, or that could not be opened. */
export function Unlock({ setup }: { readonly setup: SetupState }) {
  const { client } = useApi();
  const queries = useQueryClient();
  const [passphrase, setPassphrase] = useState('');
  const { busy, error, attempt } = useAttempt();
  const locked = setup.state === 'locked';
  const asks = setup.secrets === 'passphrase';

  async function open(event: FormEvent) {
    event.preventDefault();
    await attempt(() => client.setup.openInstallation(passphrase === '' ? {} : { passphrase }));
    setPassphrase('');
    await queries.invalidateQueries({ queryKey: ['setup'] });
  }

  return (
    <Centred title={locked ? t('setup.unlock.title') : t('setup.unlock.failed')}>
      <p>{locked ? t('setup.unlock.text') : t('setup.unlock.failedText')}</p>
      {!locked && <ErrorNote error={setup.error} />}
      <form onSubmit={open} style={{ display: 'contents' }}>
        {asks && (
          <PassphraseField
            value={passphrase}
            onChange={setPassphrase}
            label={t('setup.unlock.passphrase')}
            autoFocus
          />
        )}
        <ErrorNote error={error} />
        <Button type="submit" appearance="primary" disabled={busy || (locked && passphrase === '')}>
          {busy ? t('setup.unlock.busy') : locked ? t('setup.unlock.submit') : t('common.tryAgain')}
        </Button>
      </form>
      <Facts facts={[[t('setup.dataFolder'), setup.dataFolder]]} />
    </Centred>
  );
}
