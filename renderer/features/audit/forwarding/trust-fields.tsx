import { Checkbox, Field, Input, Textarea } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { FieldPair } from '../../../ui/place/field-pair.tsx';
import { problem } from '../../../ui/problem.ts';
import type { TrustDraft } from './draft.ts';

interface TrustFieldsProps {
  readonly draft: TrustDraft;
  readonly onChange: (change: Partial<TrustDraft>) => void;
  /** What is wrong with a member, by its path in the contract. */
  readonly issues: ReadonlyMap<string, string>;
}

/** What a destination is recognised by, and what signs in to it. Secrets are handed in and never shown again. */
export function TrustFields({ draft, onChange, issues }: TrustFieldsProps) {
  type Text = 'ca' | 'fingerprints' | 'clientCertificate' | 'clientKey';
  const area = (name: Text, label: string, hint: string, wrong?: string) => (
    <Field label={label} hint={hint} {...problem(wrong)}>
      <Textarea
        value={draft[name]}
        onChange={(_, { value }) => onChange({ [name]: value })}
        resize="vertical"
        spellCheck={false}
        autoComplete="off"
        maxLength={50_000}
      />
    </Field>
  );
  const secret = (name: 'bearerToken' | 'signingSecret', label: string, hint?: string) => (
    <Field
      label={label}
      {...(hint === undefined ? {} : { hint })}
      {...problem(issues.get(`secrets.${name}`))}
    >
      <Input
        type="password"
        value={draft[name]}
        onChange={(_, { value }) => onChange({ [name]: value })}
        autoComplete="off"
        spellCheck={false}
        maxLength={4000}
      />
    </Field>
  );
  const pinned = [...issues].find(([path]) => path.startsWith('fingerprints'))?.[1];
  const client = [...issues].find(([path]) => path.startsWith('secrets.client'))?.[1];
  return (
    <>
      {draft.kind === 'webhook' && (
        <FieldPair>
          {secret('bearerToken', t('forwarding.trust.bearerToken'))}
          {secret('signingSecret', t('forwarding.trust.signingSecret'), t('forwarding.trust.signingHint'))}
        </FieldPair>
      )}
      {draft.secure && (
        <>
          <FieldPair>
            {area('ca', t('forwarding.trust.ca'), t('forwarding.trust.caHint'), issues.get('ca'))}
            {area(
              'fingerprints',
              t('forwarding.trust.fingerprints'),
              t('forwarding.trust.fingerprintsHint'),
              pinned,
            )}
          </FieldPair>
          <Checkbox
            checked={draft.client}
            onChange={(_, { checked }) => onChange({ client: checked === true })}
            label={t('forwarding.trust.client')}
          />
          {draft.client && (
            <FieldPair>
              {area(
                'clientCertificate',
                t('forwarding.trust.clientCertificate'),
                t('forwarding.trust.pem'),
                client,
              )}
              {area('clientKey', t('forwarding.trust.clientKey'), t('forwarding.trust.pem'))}
            </FieldPair>
          )}
        </>
      )}
    </>
  );
}
