import { Field, Input, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import { t } from '../../i18n/translate.ts';
import { problem } from '../problem.ts';
import { FieldPair } from './field-pair.tsx';
import type { PlaceDraft } from './place-draft.ts';

interface CredentialFieldsProps {
  readonly draft: PlaceDraft;
  readonly onChange: (change: Partial<PlaceDraft>) => void;
  readonly issues: ReadonlyMap<string, string>;
  /** Otherwise empty fields leave those that are kept. */
  readonly required: boolean;
}

/** What signs in to a place on another machine. It is handed in and never shown again. */
export function CredentialFields({ draft, onChange, issues, required }: CredentialFieldsProps) {
  type Secret = 'accessKeyId' | 'secretAccessKey' | 'password' | 'passphrase';
  const field = (name: Secret, label: string, isRequired = required) => (
    <Field label={label} required={isRequired} {...problem(issues.get(`credentials.${name}`))}>
      <Input
        type={name === 'accessKeyId' ? 'text' : 'password'}
        value={draft[name]}
        onChange={(_, { value }) => onChange({ [name]: value })}
        autoComplete="off"
        spellCheck={false}
        maxLength={1000}
      />
    </Field>
  );
  if (draft.kind === 'folder') return null;
  if (draft.kind === 's3') {
    return (
      <FieldPair>
        {field('accessKeyId', t('targets.credentials.accessKeyId'))}
        {field('secretAccessKey', t('targets.credentials.secretAccessKey'))}
      </FieldPair>
    );
  }
  return (
    <>
      <Field label={t('targets.credentials.signIn')}>
        <RadioGroup
          layout="horizontal"
          value={draft.signIn}
          onChange={(_, { value }) => onChange({ signIn: value === 'password' ? 'password' : 'private-key' })}
        >
          <Radio value="private-key" label={t('targets.credentials.privateKey')} />
          <Radio value="password" label={t('targets.credentials.password')} />
        </RadioGroup>
      </Field>
      {draft.signIn === 'password' ? (
        field('password', t('targets.credentials.password'))
      ) : (
        <>
          <Field
            label={t('targets.credentials.privateKey')}
            hint={t('targets.credentials.privateKeyHint')}
            required={required}
            {...problem(issues.get('credentials.privateKey'))}
          >
            <Textarea
              value={draft.privateKey}
              onChange={(_, { value }) => onChange({ privateKey: value })}
              resize="vertical"
              spellCheck={false}
              autoComplete="off"
            />
          </Field>
          {field('passphrase', t('targets.credentials.passphrase'), false)}
        </>
      )}
    </>
  );
}
