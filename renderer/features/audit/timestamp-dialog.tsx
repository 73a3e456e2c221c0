import { Body1, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import type { TimestampAuthority } from '../../../shared/contract/audit/timestamps.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../ui/command-line.tsx';
import { FileChoice } from '../../ui/file-choice.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

/** No such file is longer; a larger one is not read. */
const mostBytes = 16_000;

interface SetAuthorityProps {
  /** What is set, to begin with. */
  readonly present: TimestampAuthority | null;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}

/** Who stamps the log from now on. */
export function SetAuthority({ present, onClose, onDone }: SetAuthorityProps) {
  const { client } = useApi();
  const [url, setUrl] = useState(present?.url ?? '');
  const [policy, setPolicy] = useState(present?.policy ?? '');
  const [every, setEvery] = useState(String(present?.everyHours ?? 24));
  const [authorization, setAuthorization] = useState('');
  const [file, setFile] = useState<File>();
  const hours = /^[1-9][0-9]{0,3}$/.test(every) ? Number(every) : undefined;
  return (
    <FormDialog
      title={t('timestamps.dialog.title')}
      submit={t('timestamps.dialog.submit')}
      disabled={file === undefined || url.trim() === '' || hours === undefined}
      onClose={onClose}
      onSubmit={async () => {
        if (file === undefined) return;
        await client.audit.setTimestampAuthority({
          url: url.trim(),
          certificates: await file.slice(0, mostBytes + 1).text(),
          policy: policy.trim() || undefined,
          everyHours: hours,
          authorization: authorization || undefined,
        });
        await onDone();
        onClose();
      }}
    >
      <Body1>{t('timestamps.dialog.text')}</Body1>
      <Field label={t('timestamps.dialog.url')} required>
        <Input value={url} type="url" placeholder="https://" onChange={(_, { value }) => setUrl(value)} />
      </Field>
      <FileChoice
        label={t('timestamps.dialog.file')}
        accept=".pem,.crt,.cer"
        file={file}
        onChange={setFile}
      />
      <Field label={t('timestamps.dialog.every')} required>
        <Input value={every} inputMode="numeric" onChange={(_, { value }) => setEvery(value)} />
      </Field>
      <Field label={t('timestamps.dialog.policy')} hint={t('timestamps.dialog.policyHint')}>
        <Input value={policy} spellCheck={false} onChange={(_, { value }) => setPolicy(value)} />
      </Field>
      <Field label={t('timestamps.dialog.authorization')} hint={t('timestamps.dialog.authorizationHint')}>
        <Input
          type="password"
          autoComplete="off"
          value={authorization}
          onChange={(_, { value }) => setAuthorization(value)}
        />
      </Field>
      <CommandLine
        command={[
          `holdfast audit timestamp set ${shellWord(url.trim() || 'URL')} --ca FILE`,
          ...(policy.trim() === '' ? [] : [`--policy ${shellWord(policy.trim())}`]),
          ...(hours === undefined || hours === 24 ? [] : [`--every ${hours}h`]),
          ...(authorization === '' ? [] : ['--authorization-file FILE']),
        ].join(' ')}
      />
    </FormDialog>
  );
}
