import { Body1, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useState } from 'react';
import type { Witness } from '../../../shared/contract/audit/witnesses.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../ui/command-line.tsx';
import { FileChoice } from '../../ui/file-choice.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { saveFile } from '../../ui/save-file.ts';

interface DialogProps {
  readonly onClose: () => void;
}

interface ChangeProps extends DialogProps {
  readonly onDone: () => Promise<void>;
}

const fileType = 'text/plain';
const accepted = '.txt,text/plain';
/** No such file is longer; a larger one is not read. */
const mostBytes = 16_000;

async function readText(file: File): Promise<string> {
  return await file.slice(0, mostBytes + 1).text();
}

/** `2026-11-27-1405`, for the names of files that are carried. */
const stamp = () => new Date().toISOString().slice(0, 16).replace('T', '-').replace(':', '');

/** A request as a file, for the machine of a witness. */
export function RequestCosignature({
  witnesses,
  onClose,
}: DialogProps & { readonly witnesses: readonly Witness[] }) {
  const { client } = useApi();
  const [chosen, setChosen] = useState(witnesses[0]?.name);
  const [since, setSince] = useState('');
  const entries = /^[0-9]{1,15}$/.test(since) ? Number(since) : undefined;
  const label = witnesses.find(({ name }) => name === chosen)?.label;
  return (
    <FormDialog
      title={t('witnesses.request.title')}
      submit={t('witnesses.request.submit')}
      disabled={since !== '' && entries === undefined}
      onClose={onClose}
      onSubmit={async () => {
        const { request } = await client.audit.requestCosignature({ witness: chosen, since: entries });
        saveFile(request, fileType, `holdfast-witness-request-${stamp()}.txt`);
        onClose();
      }}
    >
      <Body1>{t('witnesses.request.text')}</Body1>
      {witnesses.length > 1 && (
        <Field label={t('witnesses.request.witness')} required>
          <RadioGroup value={chosen ?? ''} onChange={(_, { value }) => setChosen(value)}>
            {witnesses.map((witness) => (
              <Radio key={witness.name} value={witness.name} label={witness.label} />
            ))}
          </RadioGroup>
        </Field>
      )}
      <Field label={t('witnesses.request.since')} hint={t('witnesses.request.sinceHint')}>
        <Input value={since} inputMode="numeric" onChange={(_, { value }) => setSince(value)} />
      </Field>
      <CommandLine
        command={[
          'holdfast audit witness request --out FILE',
          ...(label === undefined || witnesses.length < 2 ? [] : [`--witness ${shellWord(label)}`]),
          ...(entries === undefined ? [] : [`--since ${entries}`]),
        ].join(' ')}
      />
    </FormDialog>
  );
}

/** A cosigned checkpoint that came back. */
export function TakeCosignature({ onClose, onDone }: ChangeProps) {
  const { client } = useApi();
  const [file, setFile] = useState<File>();
  return (
    <FormDialog
      title={t('witnesses.take.title')}
      submit={t('witnesses.take.submit')}
      disabled={file === undefined}
      onClose={onClose}
      onSubmit={async () => {
        if (file === undefined) return;
        await client.audit.takeCosignature({ note: await readText(file) });
        await onDone();
        onClose();
      }}
    >
      <Body1>{t('witnesses.take.text')}</Body1>
      <FileChoice label={t('witnesses.take.file')} accept={accepted} file={file} onChange={setFile} />
      <CommandLine command="holdfast audit witness add FILE" />
    </FormDialog>
  );
}

/** A witness's key, from the machine of the witness. */
export function AddWitness({ onClose, onDone }: ChangeProps) {
  const { client } = useApi();
  const [key, setKey] = useState('');
  const [label, setLabel] = useState('');
  return (
    <FormDialog
      title={t('witnesses.add.title')}
      submit={t('witnesses.add.submit')}
      disabled={key.trim() === '' || label.trim() === ''}
      onClose={onClose}
      onSubmit={async () => {
        await client.audit.addWitness({ key: key.trim(), label: label.trim() });
        await onDone();
        onClose();
      }}
    >
      <Body1>{t('witnesses.add.text')}</Body1>
      <Field label={t('witnesses.add.key')} required>
        <Input value={key} onChange={(_, { value }) => setKey(value)} />
      </Field>
      <Field label={t('witnesses.add.label')} hint={t('witnesses.add.labelHint')} required>
        <Input value={label} maxLength={120} onChange={(_, { value }) => setLabel(value)} />
      </Field>
      <CommandLine
        command={`holdfast audit witness add ${shellWord(key.trim() || 'KEY')} --label ${shellWord(label.trim() || 'LABEL')}`}
      />
    </FormDialog>
  );
}

/** As a witness: another installation's request in, its cosigned checkpoint out. */
export function Cosign({ onClose, onDone }: ChangeProps) {
  const { client } = useApi();
  const [file, setFile] = useState<File>();
  const [key, setKey] = useState('');
  return (
    <FormDialog
      title={t('witnesses.cosign.title')}
      submit={t('witnesses.cosign.submit')}
      disabled={file === undefined}
      onClose={onClose}
      onSubmit={async () => {
        if (file === undefined) return;
        const request = await readText(file);
        const { note } = await client.audit.cosignCheckpoint({ request, key: key.trim() || undefined });
        saveFile(note, fileType, `holdfast-cosigned-${stamp()}.txt`);
        await onDone();
        onClose();
      }}
    >
      <Body1>{t('witnesses.cosign.text')}</Body1>
      <FileChoice label={t('witnesses.cosign.file')} accept={accepted} file={file} onChange={setFile} />
      <Field label={t('witnesses.cosign.key')} hint={t('witnesses.cosign.keyHint')}>
        <Input value={key} onChange={(_, { value }) => setKey(value)} />
      </Field>
      <CommandLine command="holdfast audit witness cosign FILE --out FILE" />
    </FormDialog>
  );
}
