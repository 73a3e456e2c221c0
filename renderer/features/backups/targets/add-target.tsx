import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { CredentialFields } from '../../../ui/place/credential-fields.tsx';
import { HostKey } from '../../../ui/place/host-key.tsx';
import { PlaceFields } from '../../../ui/place/place-fields.tsx';
import { useHostKey } from '../../../ui/place/use-host-key.ts';
import { problem } from '../../../ui/problem.ts';
import { CoverFields } from './cover-fields.tsx';
import { addCommand, additionOf, type Draft, emptyDraft, isComplete } from './draft.ts';
import { LimitField } from './limit-field.tsx';

interface AddTargetProps {
  readonly onAdded: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** A further place for copies; it is tried before it is kept. */
export function AddTarget({ onAdded, onClose }: AddTargetProps) {
  const { client } = useApi();
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const shown = useHostKey();
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());

  function change(part: Partial<Draft>) {
    setDraft((old) => ({ ...old, ...part }));
    shown.changed(part);
  }

  async function add() {
    setIssues(new Map());
    await client.backups.addTarget(additionOf(draft, shown.hostKey));
    await onAdded();
    onClose();
  }

  return (
    <FormDialog
      title={t('targets.adding.title')}
      submit={t('targets.adding.submit')}
      disabled={!isComplete(draft) || shown.isAwaited}
      onSubmit={add}
      onError={(error) => {
        setIssues(issuesOf(toFailure(error)));
        shown.look(error);
      }}
      onClose={onClose}
    >
      <Field label={t('targets.adding.name')} required {...problem(issues.get('name'))}>
        <Input
          value={draft.name}
          onChange={(_, { value }) => change({ name: value })}
          maxLength={120}
          autoFocus
        />
      </Field>
      <HostKey shown={shown} />
      <PlaceFields
        draft={draft}
        onChange={change}
        issues={issues}
        folder={{ label: t('targets.adding.path'), hint: t('targets.adding.pathHint') }}
      />
      <CredentialFields draft={draft} onChange={change} issues={issues} required />
      <CoverFields draft={draft} onChange={change} issues={issues} />
      <LimitField value={draft.limit} onChange={(limit) => change({ limit })} />
      <CommandLine command={addCommand(draft, shown.hostKey)} />
    </FormDialog>
  );
}
