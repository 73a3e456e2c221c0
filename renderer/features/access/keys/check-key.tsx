import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useState } from 'react';
import type { Verification } from '../../../../shared/contract/auth.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { PassphraseField } from '../../../ui/passphrase-field.tsx';
import { usePrincipals, useTenant } from '../../../ui/use-names.ts';

/** Whether a key that somebody has is valid, and whose it is. */
export function CheckKey({ onClose }: { readonly onClose: () => void }) {
  const { client } = useApi();
  const [key, setKey] = useState('');
  const [answer, setAnswer] = useState<Verification>();
  async function check() {
    setAnswer(undefined);
    const given = key.trim();
    setKey('');
    setAnswer(await client.auth.verifyApiKey({ key: given }));
  }
  return (
    <FormDialog
      title={t('access.check.title')}
      submit={t('access.check.submit')}
      disabled={key.trim() === ''}
      onSubmit={check}
      onClose={onClose}
    >
      <p>{t('access.check.text')}</p>
      <PassphraseField label={t('access.check.key')} value={key} onChange={setKey} />
      <div role="status">{answer && <Answer answer={answer} />}</div>
    </FormDialog>
  );
}

function Answer({ answer }: { readonly answer: Verification }) {
  const { valid, reason, tenantId, principalId, scopes } = answer;
  const tenant = useTenant(tenantId ?? undefined);
  const holder = usePrincipals(tenantId ?? undefined)?.get(principalId ?? '');
  return (
    <>
      <MessageBar intent={valid ? 'success' : 'warning'}>
        <MessageBarBody>
          {valid ? t('access.check.valid') : t(`access.check.reasons.${reason ?? 'not-valid'}`)}
        </MessageBarBody>
      </MessageBar>
      {tenantId !== null && (
        <Facts
          facts={[
            [t('access.check.tenant'), tenant?.name ?? tenantId],
            [t('access.check.holder'), holder?.name ?? principalId],
            [t('access.check.scopes'), scopes.join(' ')],
          ]}
        />
      )}
    </>
  );
}
