import { Button, Caption1 } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Operator } from '../../../../shared/contract/auth.ts';
import { useAllowed, useSession } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErasePerson } from '../../../ui/erase-person/erase-person.tsx';
import { ExportPerson } from '../../../ui/export-person/export-person.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { Time } from '../../../ui/time.tsx';

/** One operator, and the ending of their access. */
export function OperatorDetails({ operator }: { readonly operator: Operator }) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const { operatorId } = useSession();
  const mayWrite = useAllowed('operators:write');
  const [asking, setAsking] = useState(false);
  const { id, name, role, state, createdAt } = operator;
  const own = id === operatorId;
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
      {mayWrite && state === 'active' && (
        <>
          <div>
            <Button onClick={() => setAsking(true)} disabled={own}>
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
      {mayWrite && <ExportPerson person={{ id, kind: 'operator', tenant: undefined, name }} />}
      {mayWrite && state === 'disabled' && (
        <ErasePerson person={{ id, kind: 'operator', tenant: undefined, name }} />
      )}
      {asking && (
        <ConfirmDialog
          title={t('access.operators.disableTitle', { name })}
          confirm={t('access.operators.disable')}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await client.auth.disableOperator({ operatorId: id });
            await queries.invalidateQueries({ queryKey: query.auth.key() });
          }}
        >
          <p>{t('access.operators.disableText', { name })}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
