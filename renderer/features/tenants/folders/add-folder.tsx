import {
  Body1,
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  Textarea,
} from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { number } from '../../../ui/json-member.ts';
import { linesOf } from './lines.ts';
import { Notes } from './notes.tsx';
import { notesOf, noticesOf } from './results.ts';

interface AddFolderProps {
  readonly tenant: Tenant;
  readonly onClose: () => void;
}

/** Names a folder, looks what is in it, and protects it. */
export function AddFolder({ tenant, onClose }: AddFolderProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [path, setPath] = useState('');
  const [excludes, setExcludes] = useState('');
  const [jobId, setJobId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const input = { tenant: tenant.id, path: path.trim(), excludes: linesOf(excludes) };

  async function look() {
    setError(undefined);
    setJobId(undefined);
    try {
      setJobId((await client.backups.previewProtectedFolder(input)).jobId);
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <FormDialog
      title={t('folders.addTitle')}
      submit={t('folders.submit')}
      disabled={input.path === ''}
      onSubmit={async () => {
        await client.backups.addProtectedFolder(input);
        await queries.invalidateQueries({ queryKey: query.backups.key() });
        onClose();
      }}
      onClose={onClose}
    >
      <Field label={t('folders.path')} hint={t('folders.pathHint')} required>
        <Input value={path} onChange={(_, { value }) => setPath(value)} maxLength={4096} spellCheck={false} />
      </Field>
      <Excludes value={excludes} onChange={setExcludes} />
      <Button disabled={input.path === ''} onClick={() => void look()} style={{ alignSelf: 'flex-start' }}>
        {t('folders.look')}
      </Button>
      <ErrorNote error={error} />
      {jobId !== undefined && <JobPanel jobId={jobId} done={({ result }) => <Preview result={result} />} />}
      <CommandLine
        command={`holdfast backup folder add ${shellWord(input.path || 'FOLDER')} --tenant ${tenant.slug}${excludeOptions(input.excludes)}`}
      />
    </FormDialog>
  );
}

/** Patterns of what is left out, one a line. */
export function Excludes(props: { readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <Field label={t('folders.excludes')} hint={t('folders.excludesHint')}>
      <Textarea
        value={props.value}
        onChange={(_, { value }) => props.onChange(value)}
        spellCheck={false}
        resize="vertical"
      />
    </Field>
  );
}

function excludeOptions(excludes: readonly string[]): string {
  return excludes.length === 0 ? '' : ` --exclude ${excludes.map(shellWord).join(' ')}`;
}

function Preview({ result }: { readonly result: unknown }) {
  const special = number(result, 'special');
  return (
    <>
      <Body1>
        {t('folders.counted', {
          files: formatCount(number(result, 'files')),
          folders: formatCount(number(result, 'folders')),
          bytes: formatBytes(number(result, 'bytes')),
          databases: formatCount(number(result, 'databases')),
        })}
      </Body1>
      {special > 0 && <Body1>{t('folders.special', { count: special })}</Body1>}
      {noticesOf(result).map((notice) => (
        <MessageBar key={notice} intent="warning" layout="multiline">
          <MessageBarBody>{t(`folders.${notice}`)}</MessageBarBody>
        </MessageBar>
      ))}
      <Notes notes={notesOf(result)} total={number(result, 'warnings') + special} />
    </>
  );
}
