import { Caption1, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import type { ForwardDestination } from '../../../../shared/contract/audit/forwarding.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { problem } from '../../../ui/problem.ts';
import { changeOf, trustOf, trustWords } from './draft.ts';
import { TrustFields } from './trust-fields.tsx';

interface ChangeDestinationProps {
  readonly destination: ForwardDestination;
  readonly onChanged: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Another name, certificate or sign-in; it goes on where it is. */
export function ChangeDestination({ destination, onChanged, onClose }: ChangeDestinationProps) {
  const { client } = useApi();
  const [name, setName] = useState(destination.name);
  const [draft, setDraft] = useState(() => trustOf(destination));
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());

  async function save() {
    setIssues(new Map());
    await client.audit.updateDestination(changeOf(destination.id, name, draft));
    await onChanged();
    onClose();
  }

  const words = [
    `holdfast audit forward update ${shellWord(destination.name)}`,
    ...(name.trim() === destination.name ? [] : [`--name ${shellWord(name.trim() || 'NAME')}`]),
    ...trustWords(draft),
  ];
  return (
    <FormDialog
      title={t('forwarding.changing.title', { name: destination.name })}
      submit={t('forwarding.changing.submit')}
      disabled={name.trim() === ''}
      onSubmit={save}
      onError={(error) => setIssues(issuesOf(toFailure(error)))}
      onClose={onClose}
    >
      <Field label={t('forwarding.adding.name')} required {...problem(issues.get('name'))}>
        <Input value={name} onChange={(_, { value }) => setName(value)} maxLength={120} autoFocus />
      </Field>
      {(draft.secure || draft.kind === 'webhook') && <Caption1>{t('forwarding.trust.kept')}</Caption1>}
      <TrustFields
        draft={draft}
        onChange={(part) => setDraft((old) => ({ ...old, ...part }))}
        issues={issues}
      />
      <CommandLine command={words.join(' ')} />
    </FormDialog>
  );
}
