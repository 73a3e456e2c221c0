import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { problem } from '../../../ui/problem.ts';
import { CredentialFields } from './credential-fields.tsx';
import { addCommand, additionOf, type Draft, emptyDraft, isComplete } from './draft.ts';
import { HostKey, shownHostKey } from './host-key.tsx';
import { LimitField } from './limit-field.tsx';
import { PlaceFields } from './place-fields.tsx';

interface AddTargetProps {
  readonly onAdded: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** A further place for copies; it is tried before it is kept. */
export function AddTarget({ onAdded, onClose }: AddTargetProps) {
  const { client } = useApi();
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const [fingerprint, setFingerprint] = useState<string>();
  const [confirmed, setConfirmed] = useState(false);
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());
  const hostKey = confirmed ? fingerprint : undefined;

  function change(part: Partial<Draft>) {
    setDraft((old) => ({ ...old, ...part }));
    // another server has another key
    if (!('host' in part || 'port' in part || 'kind' in part)) return;
    setFingerprint(undefined);
    setConfirmed(false);
  }

  async function add() {
    setIssues(new Map());
    await client.backups.addTarget(additionOf(draft, hostKey));
    await onAdded();
    onClose();
  }

  return (
    <FormDialog
      title={t('targets.adding.title')}
      submit={t('targets.adding.submit')}
      disabled={!isComplete(draft) || (fingerprint !== undefined && !confirmed)}
      onSubmit={add}
      onError={(error) => {
        setIssues(issuesOf(toFailure(error)));
        const shown = shownHostKey(error);
        if (shown !== undefined && shown !== fingerprint) {
          setFingerprint(shown);
          setConfirmed(false);
        }
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
      {fingerprint !== undefined && (
        <HostKey fingerprint={fingerprint} confirmed={confirmed} onConfirm={setConfirmed} />
      )}
      <PlaceFields draft={draft} onChange={change} issues={issues} />
      <CredentialFields draft={draft} onChange={change} issues={issues} required />
      <LimitField value={draft.limit} onChange={(limit) => change({ limit })} />
      <CommandLine command={addCommand(draft, hostKey)} />
    </FormDialog>
  );
}
