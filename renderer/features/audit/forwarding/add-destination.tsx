import { Caption1, Checkbox, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useState } from 'react';
import { type ForwardKind, forwardContents, forwardFormats } from '../../../../shared/forwarding.ts';
import { severities } from '../../../../shared/severities.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { Choice } from '../../../ui/choice.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { FieldPair } from '../../../ui/place/field-pair.tsx';
import { problem } from '../../../ui/problem.ts';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { addCommand, additionOf, type Draft, emptyDraft, isComplete, needsConsent } from './draft.ts';
import { TrustFields } from './trust-fields.tsx';

interface AddDestinationProps {
  readonly onAdded: () => Promise<unknown>;
  readonly onClose: () => void;
}

const kinds = ['syslog-tls', 'syslog-tcp', 'webhook'] as const satisfies readonly ForwardKind[];

/** A further place for entries. */
export function AddDestination({ onAdded, onClose }: AddDestinationProps) {
  const { client } = useApi();
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());

  function change(part: Partial<Draft>) {
    setDraft((old) => {
      const next = { ...old, ...part };
      const secure = next.kind === 'webhook' ? !/^http:/i.test(next.url.trim()) : next.kind === 'syslog-tls';
      return { ...next, secure };
    });
  }

  async function add() {
    setIssues(new Map());
    await client.audit.addDestination(additionOf(draft));
    await onAdded();
    onClose();
  }

  const isSyslog = draft.kind !== 'webhook';
  return (
    <FormDialog
      title={t('forwarding.adding.title')}
      submit={t('forwarding.adding.submit')}
      disabled={!isComplete(draft)}
      onSubmit={add}
      onError={(error) => setIssues(issuesOf(toFailure(error)))}
      onClose={onClose}
    >
      <Field
        label={t('forwarding.adding.name')}
        hint={t('forwarding.adding.nameHint')}
        required
        {...problem(issues.get('name'))}
      >
        <Input
          value={draft.name}
          onChange={(_, { value }) => change({ name: value })}
          maxLength={120}
          autoFocus
        />
      </Field>
      <Field label={t('forwarding.adding.kind')}>
        <RadioGroup
          layout="horizontal"
          value={draft.kind}
          onChange={(_, { value }) => change({ kind: kinds.find((kind) => kind === value) ?? 'webhook' })}
        >
          {kinds.map((kind) => (
            <Radio key={kind} value={kind} label={t(`forwarding.kinds.${kind}`)} />
          ))}
        </RadioGroup>
      </Field>
      <Field
        label={isSyslog ? t('forwarding.adding.server') : t('forwarding.adding.url')}
        hint={
          isSyslog
            ? t('forwarding.adding.serverHint', { port: draft.kind === 'syslog-tls' ? '6514' : '514' })
            : t('forwarding.adding.urlHint')
        }
        required
        {...problem(issues.get('address'))}
      >
        <Input
          value={isSyslog ? draft.server : draft.url}
          onChange={(_, { value }) => change(isSyslog ? { server: value } : { url: value })}
          maxLength={500}
          spellCheck={false}
          autoComplete="off"
          {...(isSyslog ? {} : { placeholder: 'https://' })}
        />
      </Field>
      {isSyslog && <Caption1>{t('forwarding.adding.syslogNote')}</Caption1>}
      {draft.kind === 'syslog-tcp' && <Caption1>{t('forwarding.adding.tcpNote')}</Caption1>}
      {needsConsent(draft) && (
        <Checkbox
          checked={draft.plainHttp}
          onChange={(_, { checked }) => change({ plainHttp: checked === true })}
          label={t('forwarding.adding.plainHttp')}
        />
      )}
      <TrustFields draft={draft} onChange={change} issues={issues} />
      <Field label={t('forwarding.adding.what')}>
        <RadioGroup
          layout="horizontal"
          value={draft.what}
          onChange={(_, { value }) => change({ what: value === 'alerts' ? 'alerts' : 'entries' })}
        >
          {forwardContents.map((what) => (
            <Radio key={what} value={what} label={t(`forwarding.what.${what}`)} />
          ))}
        </RadioGroup>
      </Field>
      <FieldPair>
        <Field label={t('forwarding.adding.format')}>
          <Choice
            label={t('forwarding.adding.format')}
            value={draft.format}
            options={forwardFormats.map((format) => [format, t(`forwarding.formats.${format}`)])}
            onChange={(format) => format && change({ format })}
          />
        </Field>
        <Field label={t('forwarding.adding.severity')}>
          <Choice
            label={t('forwarding.adding.severity')}
            value={draft.severity}
            options={severities.map((severity) => [severity, t(`words.severity.${severity}`)])}
            onChange={(severity) => severity && change({ severity })}
          />
        </Field>
      </FieldPair>
      <Field label={t('forwarding.adding.logs')} {...problem(issues.get('tenant'))}>
        <TenantChoice
          label={t('forwarding.adding.logs')}
          value={draft.tenant}
          placeholder={t('forwarding.scope.all')}
          onChange={(tenant) => change({ tenant })}
        />
      </Field>
      <Checkbox
        checked={draft.fromBeginning}
        onChange={(_, { checked }) => change({ fromBeginning: checked === true })}
        label={t('forwarding.adding.fromBeginning')}
      />
      <CommandLine command={addCommand(draft)} />
    </FormDialog>
  );
}
