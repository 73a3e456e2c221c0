import { Button, Caption1, MessageBar, MessageBarBody, makeStyles } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListedOperator } from '../../../../shared/contract/auth.ts';
import { useAllowed, useSession } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErasePerson } from '../../../ui/erase-person/erase-person.tsx';
import { ExportPerson } from '../../../ui/export-person/export-person.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { OwnPassphrase } from '../../../ui/own-passphrase.tsx';
import { SetPassphrase } from '../../../ui/set-passphrase.tsx';
import { Time } from '../../../ui/time.tsx';

const useStyles = makeStyles({ buttons: { display: 'flex', flexWrap: 'wrap', gap: '8px' } });

/** One operator, and what takes and gives access. */
export function OperatorDetails({ operator }: { readonly operator: ListedOperator }) {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const { operatorId } = useSession();
  const mayWrite = useAllowed('operators:write');
  const [asking, setAsking] = useState<'disable' | 'enable' | 'reset' | 'change'>();
  const { id, name, role, state, createdAt, opens } = operator;
  const own = id === operatorId;
  const close = () => setAsking(undefined);
  const reload = () => queries.invalidateQueries({ queryKey: query.auth.key() });
  const passphraseAnew = { enable: client.auth.enableOperator, reset: client.auth.resetPassphrase };
  return (
    <>
      <Facts
        facts={[
          [t('access.operators.columns.role'), t(`words.role.${role}`)],
          [t('access.operators.columns.state'), t(`access.operators.state.${state}`)],
          [t('access.operators.columns.created'), <Time key="created" value={createdAt} />],
          [t('access.operators.id'), <Identifier key="id" value={id} />],
        ]}
      />
      {state === 'active' && opens === false && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t('access.operators.opensNotText', { name })}</MessageBarBody>
        </MessageBar>
      )}
      {own && (
        <div>
          <Button onClick={() => setAsking('change')}>{t('setPassphrase.own')}</Button>
        </div>
      )}
      {mayWrite && state === 'active' && (
        <>
          <div className={styles.buttons}>
            {!own && <Button onClick={() => setAsking('reset')}>{t('access.operators.reset')}</Button>}
            <Button onClick={() => setAsking('disable')} disabled={own}>
              {t('access.operators.disable')}
            </Button>
          </div>
          {own ? (
            <Caption1>{t('access.operators.ownAccount')}</Caption1>
          ) : (
            <CommandLine command={`holdfast operator disable ${id}`} />
          )}
        </>
      )}
      {mayWrite && state === 'disabled' && (
        <div>
          <Button onClick={() => setAsking('enable')}>{t('access.operators.enable')}</Button>
        </div>
      )}
      {mayWrite && <ExportPerson person={{ id, kind: 'operator', tenant: undefined, name }} />}
      {mayWrite && state === 'disabled' && (
        <ErasePerson person={{ id, kind: 'operator', tenant: undefined, name }} />
      )}
      {asking === 'change' && <OwnPassphrase onClose={close} />}
      {(asking === 'enable' || asking === 'reset') && (
        <SetPassphrase
          title={t(`access.operators.${asking}Title`, { name })}
          submit={t(`access.operators.${asking}Submit`)}
          hint={t('access.operators.passphraseHint')}
          command={`holdfast operator ${asking === 'enable' ? 'enable' : 'passphrase'} ${id}`}
          onClose={close}
          onSubmit={async (passphrase) => {
            await passphraseAnew[asking]({ operatorId: id, passphrase });
            await reload();
          }}
        >
          <p>{t(`access.operators.${asking}Text`, { name })}</p>
        </SetPassphrase>
      )}
      {asking === 'disable' && (
        <ConfirmDialog
          title={t('access.operators.disableTitle', { name })}
          confirm={t('access.operators.disable')}
          onClose={close}
          onConfirm={async () => {
            await client.auth.disableOperator({ operatorId: id });
            await reload();
          }}
        >
          <p>{t('access.operators.disableText', { name })}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
