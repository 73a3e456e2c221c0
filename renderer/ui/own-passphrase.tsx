import { t } from '../i18n/translate.ts';
import { useApi } from '../rpc/api.tsx';
import { SetPassphrase } from './set-passphrase.tsx';

/** Changes the passphrase of whoever is signed in. */
export function OwnPassphrase({ onClose }: { readonly onClose: () => void }) {
  const { client } = useApi();
  return (
    <SetPassphrase
      title={t('setPassphrase.ownTitle')}
      submit={t('setPassphrase.ownSubmit')}
      hint={t('setPassphrase.ownHint')}
      command="holdfast operator passphrase"
      onClose={onClose}
      onSubmit={async (passphrase) => {
        await client.auth.changePassphrase({ passphrase });
      }}
    >
      <p>{t('setPassphrase.ownText')}</p>
    </SetPassphrase>
  );
}
