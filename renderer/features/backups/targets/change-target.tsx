import { Caption1, Checkbox, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import type { BackupTarget } from '../../../../shared/contract/backups/targets.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { CredentialFields } from '../../../ui/place/credential-fields.tsx';
import { HostKey } from '../../../ui/place/host-key.tsx';
import { credentialsOf } from '../../../ui/place/place-draft.ts';
import { useHostKey } from '../../../ui/place/use-host-key.ts';
import { problem } from '../../../ui/problem.ts';
import { coverChange, coverDraftOf, coverOption, isCoverComplete } from './cover-draft.ts';
import { CoverFields } from './cover-fields.tsx';
import { bytesPerSecond, type Draft, emptyDraft, isLimit } from './draft.ts';
import { LimitField } from './limit-field.tsx';

interface ChangeTargetProps {
  readonly target: BackupTarget & { readonly id: string };
  readonly onChanged: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Another name, speed or sign-in for a target; new credentials are tried before they are kept. */
export function ChangeTarget({ target, onChanged, onClose }: ChangeTargetProps) {
  const { client } = useApi();
  const { id: targetId, kind } = target;
  const [draft, setDraft] = useState<Draft>({
    ...emptyDraft,
    kind: kind === 's3' || kind === 'sftp' ? kind : 'folder',
    ...coverDraftOf(target.covers),
    name: target.name,
    limit:
      target.bytesPerSecond === null ? '' : String(Math.max(1, Math.round(target.bytesPerSecond / 1000))),
  });
  const shown = useHostKey();
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());
  const change = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const credentials = draft.kind === 'folder' ? undefined : credentialsOf(draft);
  const { hostKey } = shown;
  const [removeOthers, setRemoveOthers] = useState(false);
  const removes = removeOthers ? { removeOthers: true as const } : {};
  const covers = coverChange(draft, target.covers);
  const rate = bytesPerSecond(draft.limit);

  async function save() {
    setIssues(new Map());
    await client.backups.updateTarget({
      targetId,
      name: draft.name,
      bytesPerSecond: rate,
      ...(covers === undefined ? {} : { covers }),
      ...removes,
      ...(credentials === undefined ? {} : { credentials }),
      ...(hostKey === undefined ? {} : { hostKey }),
    });
    await onChanged();
    onClose();
  }

  const words = [
    `holdfast backup target update ${targetId}`,
    `--name ${shellWord(draft.name.trim() || 'NAME')}`,
    `--bytes-per-second ${rate ?? 'none'}`,
    ...(covers === undefined ? [] : [coverOption(draft)]),
    ...(removeOthers ? ['--remove-others'] : []),
    ...(credentials === undefined ? [] : ['--credentials-file FILE']),
    ...(hostKey === undefined ? [] : [`--host-key ${shellWord(hostKey)}`]),
  ];
  return (
    <FormDialog
      title={t('targets.changing.title', { name: target.name })}
      submit={t('targets.changing.submit')}
      disabled={
        draft.name.trim() === '' || !isLimit(draft.limit) || !isCoverComplete(draft) || shown.isAwaited
      }
      onSubmit={save}
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
      <CoverFields draft={draft} onChange={change} issues={issues} />
      <Checkbox
        label={t('targets.changing.removeOthers')}
        checked={removeOthers}
        onChange={(_, { checked }) => setRemoveOthers(checked === true)}
      />
      <LimitField value={draft.limit} onChange={(limit) => change({ limit })} />
      {draft.kind !== 'folder' && <Caption1>{t('targets.changing.credentials')}</Caption1>}
      <CredentialFields draft={draft} onChange={change} issues={issues} required={false} />
      <CommandLine command={words.join(' ')} />
    </FormDialog>
  );
}
