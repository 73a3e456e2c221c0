import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { problem } from '../../../ui/problem.ts';

interface AddTargetProps {
  readonly onAdded: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** A further folder for copies. */
export function AddTarget({ onAdded, onClose }: AddTargetProps) {
  const { client } = useApi();
  const [name, setName] = useState('');
  const [path, setPath] = useState('');
  const [limit, setLimit] = useState('');
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());
  const limitWrong = limit !== '' && !/^[1-9]\d{0,8}$/.test(limit);
  const bytesPerSecond = limit === '' ? null : Number(limit) * 1000;

  async function add() {
    await client.backups.addTarget({ name, path, bytesPerSecond });
    await onAdded();
    onClose();
  }

  return (
    <FormDialog
      title={t('targets.adding.title')}
      submit={t('targets.adding.submit')}
      disabled={name.trim() === '' || path === '' || limitWrong}
      onSubmit={add}
      onError={(error) => setIssues(issuesOf(toFailure(error)))}
      onClose={onClose}
    >
      <Field label={t('targets.adding.name')} required {...problem(issues.get('name'))}>
        <Input value={name} onChange={(_, { value }) => setName(value)} maxLength={120} autoFocus />
      </Field>
      <Field
        label={t('targets.adding.path')}
        hint={t('targets.adding.pathHint')}
        required
        {...problem(issues.get('path'))}
      >
        <Input value={path} onChange={(_, { value }) => setPath(value)} maxLength={4096} spellCheck={false} />
      </Field>
      <Field
        label={t('targets.adding.limit')}
        hint={t('targets.adding.limitHint')}
        {...problem(limitWrong ? t('targets.adding.limitWrong') : undefined)}
      >
        <Input value={limit} onChange={(_, { value }) => setLimit(value)} inputMode="numeric" />
      </Field>
      <CommandLine
        command={`holdfast backup target add ${shellWord(path || 'FOLDER')} --name ${shellWord(name.trim() || 'NAME')}${bytesPerSecond === null ? '' : ` --bytes-per-second ${bytesPerSecond}`}`}
      />
    </FormDialog>
  );
}
