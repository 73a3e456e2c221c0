import { Field, Input } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Failure } from '../../../rpc/failure.ts';
import { discardUpload, upload } from '../../../rpc/transfers.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { FileChoice } from '../../../ui/file-choice.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { SendingFile } from '../../../ui/sending-file.tsx';

interface AddFileProps {
  readonly tenant: Tenant;
  readonly onClose: () => void;
}

/** Sends a file into a tenant. */
export function AddFile({ tenant, onClose }: AddFileProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const [name, setName] = useState('');
  const [sent, setSent] = useState<number>();
  const [unstopped, setUnstopped] = useState<unknown>();
  const stopping = useRef<() => void>(undefined);

  async function add() {
    if (file === undefined) return;
    const stop = new AbortController();
    stopping.current = () => stop.abort();
    setSent(0);
    const there = await upload(file, { signal: stop.signal, onSent: setSent }).finally(() =>
      setSent(undefined),
    );
    try {
      const { jobId } = await client.tenants.addFile({ tenant: tenant.id, path: there.file, name });
      stopping.current = () => void client.jobs.cancelJob({ jobId }).catch(setUnstopped);
      for await (const { error } of await client.jobs.watchJob({ jobId })) {
        if (error !== null) throw new Failure(error.code, error.data);
      }
    } finally {
      await discardUpload(there);
    }
    await queries.invalidateQueries({ queryKey: query.tenants.key() });
    onClose();
  }

  return (
    <FormDialog
      title={t('tenants.files.addTitle')}
      submit={t('tenants.files.submit')}
      disabled={file === undefined || name.trim() === ''}
      onSubmit={add}
      onClose={onClose}
      onStop={() => stopping.current?.()}
    >
      <FileChoice
        label={t('tenants.files.file')}
        file={file}
        onChange={(chosen) => {
          setFile(chosen);
          if (chosen !== undefined && name === '') setName(chosen.name);
        }}
      />
      <Field label={t('tenants.files.name')} hint={t('tenants.files.nameHint')} required>
        <Input value={name} onChange={(_, { value }) => setName(value)} maxLength={1000} />
      </Field>
      {sent !== undefined && <SendingFile share={sent} />}
      <ErrorNote error={unstopped} />
      <CommandLine
        command={`holdfast files add ${shellWord(file?.name ?? 'FILE')} --tenant ${tenant.slug} --as ${shellWord(name || 'NAME')}`}
      />
    </FormDialog>
  );
}
