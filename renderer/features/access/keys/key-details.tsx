import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey } from '../../../../shared/contract/auth.ts';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time, useNow } from '../../../ui/time.tsx';
import { usePrincipals } from '../../../ui/use-names.ts';
import { keyState, toneOf } from './key-state.ts';

interface KeyDetailsProps {
  readonly apiKey: ApiKey;
  readonly tenant: Tenant | undefined;
}

/** All that is known of one key, and its revocation. */
export function KeyDetails({ apiKey, tenant }: KeyDetailsProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const now = useNow();
  const holder = usePrincipals(apiKey.tenantId)?.get(apiKey.principalId);
  const mayWrite = useAllowed('keys:write');
  const [asking, setAsking] = useState(false);
  const state = keyState(apiKey, now);
  return (
    <>
      <Facts
        facts={[
          [
            t('access.keys.columns.state'),
            <StateBadge key="state" tone={toneOf(apiKey, now)} text={t(`access.keys.state.${state}`)} />,
          ],
          [
            t('access.keys.columns.tenant'),
            <TextLink key="tenant" href={`/tenants/${apiKey.tenantId}`}>
              {tenant?.name ?? apiKey.tenantId}
            </TextLink>,
          ],
          [t('access.keys.columns.holder'), holder?.name ?? t('access.keys.principalGone')],
          [t('access.keys.columns.scopes'), apiKey.scopes.join(' ')],
          [t('access.keys.columns.created'), <Time key="created" value={apiKey.createdAt} />],
          [t('access.keys.columns.expires'), <Time key="expires" value={apiKey.expiresAt} />],
          [t('access.keys.columns.used'), <Time key="used" value={apiKey.lastUsedAt} />],
          [t('access.keys.revokedAt'), <Time key="revoked" value={apiKey.revokedAt} missing="–" />],
          [t('access.keys.id'), <Identifier key="id" value={apiKey.id} />],
        ]}
      />
      {mayWrite && (state === 'active' || state === 'soon') && (
        <>
          <div>
            <Button onClick={() => setAsking(true)}>{t('access.keys.revoke')}</Button>
          </div>
          <CommandLine command={`holdfast key revoke ${apiKey.id}`} />
        </>
      )}
      {asking && (
        <ConfirmDialog
          title={t('access.keys.revokeTitle')}
          confirm={t('access.keys.revoke')}
          typed={t('access.keys.revokeWord')}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await client.auth.revokeApiKey({ keyId: apiKey.id });
            await queries.invalidateQueries({ queryKey: query.auth.key() });
          }}
        >
          <p>
            {t('access.keys.revokeText', {
              lookup: `hfk_${apiKey.lookup}`,
              tenant: tenant?.name ?? apiKey.tenantId,
            })}
          </p>
          <p>
            {apiKey.lastUsedAt === null ? (
              t('access.keys.neverUsed')
            ) : (
              <>
                {t('access.keys.lastUse')} <Time value={apiKey.lastUsedAt} />.
              </>
            )}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
