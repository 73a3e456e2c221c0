import { Field, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { tierRules } from '../../../../shared/tiers.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Choice } from '../../../ui/choice.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { usePrincipals, useTenant } from '../../../ui/use-names.ts';
import { NewKey } from './new-key.tsx';
import { ScopeChoice } from './scope-choice.tsx';

const dayMs = 86_400_000;
const lifetimes = ['1', '7', '30', '90', '180', '365'] as const;

interface CreateKeyProps {
  readonly tenant: string | undefined;
  readonly onClose: () => void;
}

/** A key for a user or bot, shown once. */
export function CreateKey({ tenant, onClose }: CreateKeyProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [tenantId, setTenantId] = useState(tenant);
  const [principalId, setPrincipalId] = useState<string>();
  const [scopes, setScopes] = useState<readonly string[]>();
  const [days, setDays] = useState<(typeof lifetimes)[number]>('90');
  const [made, setMade] = useState<string>();
  const chosen = useTenant(tenantId);
  const principals = usePrincipals(tenantId);
  const holders = [...(principals?.values() ?? [])].filter(({ state }) => state === 'active');
  const holder = principalId === undefined ? undefined : principals?.get(principalId);
  const level = chosen === undefined ? undefined : tierRules[chosen.tier].apiKeys;
  const tier = chosen === undefined ? '' : t(`words.tier.${chosen.tier}`);
  if (made !== undefined) return <NewKey value={made} onClose={onClose} />;

  async function create() {
    if (principalId === undefined) return;
    const { key } = await client.auth.generateApiKey({
      principalId,
      expiresInMs: Number(days) * dayMs,
      ...(scopes === undefined ? {} : { scopes: [...scopes] }),
    });
    await queries.invalidateQueries({ queryKey: query.auth.key() });
    setMade(key);
  }

  return (
    <FormDialog
      title={t('access.create.title')}
      submit={t('access.create.submit')}
      disabled={holder === undefined || level === 'none' || scopes?.length === 0}
      onSubmit={create}
      onClose={onClose}
    >
      <Field label={t('access.create.tenant')} required>
        <TenantChoice
          label={t('access.create.tenant')}
          placeholder={t('access.create.chooseTenant')}
          value={tenantId}
          onChange={(value) => {
            setTenantId(value);
            setPrincipalId(undefined);
            setScopes(undefined);
          }}
        />
      </Field>
      {level === 'none' && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t('access.create.noKeys', { tier })}</MessageBarBody>
        </MessageBar>
      )}
      {chosen && level !== 'none' && principals && holders.length === 0 && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            {t('access.create.noHolders')}{' '}
            <TextLink href={`/tenants/${chosen.id}/people`}>{t('access.create.toTenant')}</TextLink>
          </MessageBarBody>
        </MessageBar>
      )}
      {level !== 'none' && holders.length > 0 && (
        <>
          <Field label={t('access.create.holder')} required>
            <Choice
              label={t('access.create.holder')}
              value={principalId}
              any={t('access.create.chooseHolder')}
              options={holders.map(({ id, name, kind }) => [
                String(id),
                `${name} (${t(`words.principalKind.${kind}`)})`,
              ])}
              onChange={(value) => {
                setPrincipalId(value);
                setScopes(undefined);
              }}
            />
          </Field>
          {holder && level === 'plain' && <p>{t('access.create.scopesPlain', { tier })}</p>}
          {holder && level !== 'plain' && (
            <ScopeChoice offered={holder.scopes} chosen={scopes} onChange={setScopes} />
          )}
          <Field label={t('access.create.expires')}>
            <Choice
              label={t('access.create.expires')}
              value={days}
              options={lifetimes.map((count) => [count, t('access.create.days', { count: Number(count) })])}
              onChange={(value) => value && setDays(value)}
            />
          </Field>
        </>
      )}
      {holder && <CommandLine command={commandOf(holder.id, scopes, days)} />}
    </FormDialog>
  );
}

function commandOf(principal: string, scopes: readonly string[] | undefined, days: string): string {
  const only = (scopes ?? []).map((scope) => ` --scope ${shellWord(scope)}`).join('');
  return `holdfast key create --principal ${principal}${only} --expires ${days}d`;
}
