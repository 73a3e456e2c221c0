import { Body1, Button, Checkbox, Field, Input, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import type { FolderSnapshot } from '../../../../shared/contract/backups/folders.ts';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { number } from '../../../ui/json-member.ts';
import { Time } from '../../../ui/time.tsx';
import { linesOf } from './lines.ts';
import { Notes } from './notes.tsx';
import { isProved, notesOf, obstaclesOf } from './results.ts';

interface RestoreFolderProps {
  readonly snapshot: FolderSnapshot;
  readonly onClose: () => void;
}

/** Restores a folder's backup, or parts of it, to a folder of this machine: what it would do first, then its result. */
export function RestoreFolder({ snapshot, onClose }: RestoreFolderProps) {
  const { client } = useApi();
  const [destination, setDestination] = useState('');
  const [only, setOnly] = useState('');
  const [overwrite, setOverwrite] = useState(false);
  const [reason, setReason] = useState('');
  const [job, setJob] = useState<{ readonly id: string; readonly restores: boolean }>();
  const [error, setError] = useState<unknown>();
  const input = {
    snapshotId: snapshot.id,
    destination: destination.trim(),
    only: linesOf(only),
    overwrite,
  };
  const options = [
    ...(input.only.length === 0 ? [] : [`--only ${input.only.map(shellWord).join(' ')}`]),
    ...(overwrite ? ['--overwrite'] : []),
    `--reason ${shellWord(reason || 'REASON')}`,
  ];

  async function plan() {
    setError(undefined);
    setJob(undefined);
    try {
      setJob({ id: (await client.backups.planFolderRestore(input)).jobId, restores: false });
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <FormDialog
      title={t('folders.restoreTitle', { path: snapshot.path })}
      submit={t('folders.start')}
      disabled={input.destination === '' || reason.trim().length < 3}
      onSubmit={async () =>
        setJob({ id: (await client.backups.restoreFolder({ ...input, reason })).jobId, restores: true })
      }
      onClose={onClose}
    >
      <Body1>
        {t('folders.restoreText')} <Time value={snapshot.time} />
      </Body1>
      <Field label={t('folders.destination')} hint={t('folders.destinationHint')} required>
        <Input
          value={destination}
          onChange={(_, { value }) => setDestination(value)}
          maxLength={4096}
          spellCheck={false}
        />
      </Field>
      <Field label={t('folders.only')} hint={t('folders.onlyHint')}>
        <Textarea
          value={only}
          onChange={(_, { value }) => setOnly(value)}
          spellCheck={false}
          resize="vertical"
        />
      </Field>
      <Checkbox
        label={t('folders.overwrite')}
        checked={overwrite}
        onChange={(_, { checked }) => setOverwrite(checked === true)}
      />
      <Field label={t('folders.reason')} hint={t('folders.reasonHint')} required>
        <Input value={reason} onChange={(_, { value }) => setReason(value)} maxLength={1000} />
      </Field>
      <Button
        disabled={input.destination === ''}
        onClick={() => void plan()}
        style={{ alignSelf: 'flex-start' }}
      >
        {t('folders.plan')}
      </Button>
      <ErrorNote error={error} />
      {job !== undefined && (
        <JobPanel
          key={job.id}
          jobId={job.id}
          done={({ result }) => (job.restores ? <Restored result={result} /> : <Planned result={result} />)}
        />
      )}
      <CommandLine
        command={`holdfast backup folder restore ${snapshot.id} --to folder:${shellWord(input.destination || 'FOLDER')} ${options.join(' ')}`}
      />
    </FormDialog>
  );
}

function Planned({ result }: { readonly result: unknown }) {
  const existing = number(result, 'existing');
  return (
    <>
      <Body1>
        {t('folders.planned', {
          files: formatCount(number(result, 'files')),
          bytes: formatBytes(number(result, 'bytes')),
          free: formatBytes(number(result, 'freeBytes')),
        })}
      </Body1>
      {existing > 0 && <Body1>{t('folders.existing', { count: existing })}</Body1>}
      {obstaclesOf(result).map((obstacle) => (
        <Body1 key={obstacle}>{obstacle}</Body1>
      ))}
    </>
  );
}

function Restored({ result }: { readonly result: unknown }) {
  const counted = {
    files: formatCount(number(result, 'files')),
    bytes: formatBytes(number(result, 'bytes')),
  };
  return (
    <>
      <Body1>{t(isProved(result) ? 'folders.restored' : 'folders.restoredPartly', counted)}</Body1>
      <Notes notes={notesOf(result)} total={number(result, 'warnings')} />
    </>
  );
}
