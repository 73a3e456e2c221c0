import { Checkbox, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { t } from '../../i18n/translate.ts';
import { problem } from '../problem.ts';
import { FieldPair } from './field-pair.tsx';
import type { Kind, PlaceDraft } from './place-draft.ts';

interface PlaceFieldsProps {
  readonly draft: PlaceDraft;
  readonly onChange: (change: Partial<PlaceDraft>) => void;
  /** What is wrong with a member of the place, by its path in the contract. */
  readonly issues: ReadonlyMap<string, string>;
  /** What a folder is called here. */
  readonly folder: { readonly label: string; readonly hint: string };
}

const kinds = ['folder', 's3', 'sftp'] as const satisfies readonly Kind[];

/** Where a target lies. */
export function PlaceFields({ draft, onChange, issues, folder }: PlaceFieldsProps) {
  type Text = 'path' | 'endpoint' | 'bucket' | 'prefix' | 'region' | 'host' | 'port' | 'username';
  const text = (name: Text, label: string, hint?: string, required = true) => (
    <Field
      label={label}
      {...(hint === undefined ? {} : { hint })}
      required={required}
      {...problem(issues.get(`place.${name}`))}
    >
      <Input
        value={draft[name]}
        onChange={(_, { value }) => onChange({ [name]: value })}
        maxLength={4096}
        spellCheck={false}
        autoComplete="off"
      />
    </Field>
  );
  return (
    <>
      <Field label={t('targets.adding.kind')}>
        <RadioGroup
          layout="horizontal"
          value={draft.kind}
          onChange={(_, { value }) => onChange({ kind: kinds.find((kind) => kind === value) ?? 'folder' })}
        >
          {kinds.map((kind) => (
            <Radio key={kind} value={kind} label={t(`targets.kinds.${kind}`)} />
          ))}
        </RadioGroup>
      </Field>
      {draft.kind === 'folder' && text('path', folder.label, folder.hint)}
      {draft.kind === 's3' && (
        <>
          {text('endpoint', t('targets.adding.endpoint'), t('targets.adding.endpointHint'))}
          <FieldPair>
            {text('bucket', t('targets.adding.bucket'), t('targets.adding.bucketHint'))}
            {text('prefix', t('targets.adding.prefix'), undefined, false)}
          </FieldPair>
          {text('region', t('targets.adding.region'), t('targets.adding.regionHint'), false)}
          <Checkbox
            checked={draft.virtualHost}
            onChange={(_, { checked }) => onChange({ virtualHost: checked === true })}
            label={t('targets.adding.virtualHost')}
          />
        </>
      )}
      {draft.kind === 'sftp' && (
        <>
          <FieldPair>
            {text('host', t('targets.adding.host'))}
            {text('port', t('targets.adding.port'))}
          </FieldPair>
          {text('username', t('targets.adding.username'))}
          {text('path', t('targets.adding.serverPath'), t('targets.adding.serverPathHint'))}
        </>
      )}
    </>
  );
}
