import { Field, Input, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { parseScope } from '../../../../shared/scopes.ts';
import { principalKinds } from '../../../../shared/states.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { problem } from '../../../ui/problem.ts';

interface CreatePrincipalProps {
  readonly tenant: Tenant;
  readonly onClose: () => void;
}

/** A new user or bot of a tenant. */
export function CreatePrincipal({ tenant, onClose }: CreatePrincipalProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [kind, setKind] = useState<(typeof principalKinds)[number]>('bot');
  const [name, setName] = useState('');
  const [externalId, setExternalId] = useState('');
  const [scopeText, setScopeText] = useState('');
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());
  const scopes = scopeText.split(/\s+/).filter((scope) => scope !== '');
  const wrong = scopes.find((scope) => parseScope(scope) === null);

  async function create() {
    setIssues(new Map());
    await client.tenants.createPrincipal({
      tenant: tenant.id,
      kind,
      name,
      ...(kind === 'user' && externalId !== '' ? { externalId } : {}),
      ...(scopes.length === 0 ? {} : { scopes }),
    });
    await queries.invalidateQueries({ queryKey: query.tenants.key() });
    onClose();
  }

  const command = `holdfast principal create --tenant ${tenant.slug} --kind ${kind} --name ${shellWord(name || 'NAME')}`;
  return (
    <FormDialog
      title={t('tenants.people.createTitle')}
      submit={t('tenants.people.submit')}
      disabled={name.trim() === '' || wrong !== undefined}
      onSubmit={create}
      onError={(error) => setIssues(issuesOf(toFailure(error)))}
      onClose={onClose}
    >
      <Field label={t('tenants.people.kind')}>
        <RadioGroup
          layout="horizontal"
          value={kind}
          onChange={(_, data) => setKind(principalKinds.find((known) => known === data.value) ?? 'bot')}
        >
          {principalKinds.map((known) => (
            <Radio key={known} value={known} label={t(`words.principalKind.${known}`)} />
          ))}
        </RadioGroup>
      </Field>
      <Field label={t('tenants.people.name')} required {...problem(issues.get('name'))}>
        <Input value={name} onChange={(_, data) => setName(data.value)} maxLength={120} autoFocus />
      </Field>
      {kind === 'user' && (
        <Field
          label={t('tenants.people.externalId')}
          hint={t('tenants.people.externalHint')}
          {...problem(issues.get('externalId'))}
        >
          <Input value={externalId} onChange={(_, data) => setExternalId(data.value)} maxLength={200} />
        </Field>
      )}
      <Field
        label={t('tenants.people.scopes')}
        hint={t('tenants.people.scopesHint')}
        {...problem(
          wrong === undefined ? issues.get('scopes') : t('tenants.people.scopeWrong', { scope: wrong }),
        )}
      >
        <Textarea
          value={scopeText}
          onChange={(_, data) => setScopeText(data.value)}
          spellCheck={false}
          rows={2}
        />
      </Field>
      <CommandLine command={`${command}${scopes.map((scope) => ` --scope ${shellWord(scope)}`).join('')}`} />
    </FormDialog>
  );
}
