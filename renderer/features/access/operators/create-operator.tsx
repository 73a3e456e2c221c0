import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Role, roles } from '../../../../shared/roles.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { isTypedTwice, NewPassphrase, notTyped } from '../../../ui/new-passphrase.tsx';

/** Adds somebody who may use the console. */
export function CreateOperator({ onClose }: { readonly onClose: () => void }) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>();
  const [typed, setTyped] = useState(notTyped);
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());

  async function create() {
    if (role === undefined) return;
    setIssues(new Map());
    await client.auth.createOperator({ name, role, passphrase: typed.first });
    await queries.invalidateQueries({ queryKey: query.auth.key() });
    onClose();
  }

  return (
    <FormDialog
      title={t('access.operators.createTitle')}
      submit={t('access.operators.submit')}
      disabled={name.trim() === '' || role === undefined || !isTypedTwice(typed)}
      onSubmit={create}
      onError={(error) => setIssues(issuesOf(toFailure(error)))}
      onClose={onClose}
    >
      <Field label={t('access.operators.name')} required {...message(issues.get('name'))}>
        <Input value={name} onChange={(_, { value }) => setName(value)} maxLength={120} autoComplete="off" />
      </Field>
      <Field label={t('access.operators.role')} required>
        <RadioGroup
          value={role ?? ''}
          onChange={(_, { value }) => setRole(roles.find((known) => known === value))}
        >
          {roles.map((known) => (
            <Radio
              key={known}
              value={known}
              label={`${t(`words.role.${known}`)}: ${t(`access.operators.roleText.${known}`)}`}
            />
          ))}
        </RadioGroup>
      </Field>
      <NewPassphrase
        label={t('access.operators.passphrase')}
        hint={t('access.operators.passphraseHint')}
        typed={typed}
        onType={setTyped}
        problem={issues.get('passphrase')}
      />
      <CommandLine
        command={`holdfast operator create --name ${shellWord(name.trim() || 'NAME')} --role ${role ?? 'ROLE'}`}
      />
    </FormDialog>
  );
}

const message = (text: string | undefined) => (text === undefined ? {} : { validationMessage: text });
