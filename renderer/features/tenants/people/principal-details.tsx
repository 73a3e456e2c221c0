import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Principal } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErasePerson } from '../../../ui/erase-person/erase-person.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { ExportPerson } from '../../../ui/export-person/export-person.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { Time } from '../../../ui/time.tsx';

interface PrincipalDetailsProps {
  readonly principal: Principal;
  readonly mayWrite: boolean;
}

/** One user or bot: switched off and on, or deleted with its personal data. */
export function PrincipalDetails({ principal, mayWrite }: PrincipalDetailsProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>();
  const { id, tenantId, kind, name, externalId, state, scopes, createdAt, lastSeenAt } = principal;
  const of = { tenant: tenantId, principalId: id };
  const changed = () => queries.invalidateQueries({ queryKey: query.tenants.key() });

  async function toggle() {
    setError(undefined);
    try {
      if (state === 'active') await client.tenants.disablePrincipal(of);
      else await client.tenants.enablePrincipal(of);
      await changed();
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <>
      <Facts
        facts={[
          [t('tenants.people.columns.kind'), t(`words.principalKind.${kind}`)],
          [t('tenants.people.columns.state'), t(`words.principalState.${state}`)],
          [t('tenants.people.externalId'), externalId ?? t('common.none')],
          [t('tenants.people.columns.scopes'), scopes.join(' ')],
          [t('tenants.people.columns.created'), <Time key="created" value={createdAt} />],
          [t('tenants.people.columns.seen'), <Time key="seen" value={lastSeenAt} />],
          [t('tenants.people.id'), <Identifier key="id" value={id} />],
        ]}
      />
      <ErrorNote error={error} />
      {mayWrite && (
        <>
          <div style={{ display: 'flex', gap: 8 }}>
            <Button onClick={() => void toggle()}>
              {state === 'active' ? t('tenants.people.disable') : t('tenants.people.enable')}
            </Button>
            <Button onClick={() => setAsking(true)}>{t('tenants.people.delete')}</Button>
          </div>
          <CommandLine command={`holdfast principal disable --tenant ${tenantId} ${id}`} />
        </>
      )}
      <ExportPerson person={{ id, kind, tenant: tenantId, name }} />
      <ErasePerson person={{ id, kind, tenant: tenantId, name }} />
      {asking && (
        <ConfirmDialog
          title={t('tenants.people.deleteTitle', { name })}
          confirm={t('tenants.people.delete')}
          typed={t('tenants.people.deleteWord')}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await client.tenants.deletePrincipal(of);
            await changed();
          }}
        >
          <p>{t('tenants.people.deleteText')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
