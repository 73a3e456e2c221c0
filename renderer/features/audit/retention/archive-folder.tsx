import { Body1, Field, Input } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';

interface ArchiveFolderProps {
  readonly present: string | null;
  readonly onClose: () => void;
}

/** Where archives are written; nothing is dropped without. */
export function ArchiveFolder({ present, onClose }: ArchiveFolderProps) {
  const { client } = useApi();
  const queries = useQueryClient();
  const [folder, setFolder] = useState(present ?? '');
  const named = folder.trim() === '' ? null : folder.trim();
  return (
    <FormDialog
      title={t('auditRetention.folder.title')}
      submit={t('auditRetention.folder.submit')}
      disabled={named === present}
      onClose={onClose}
      onSubmit={async () => {
        await client.audit.setAuditArchive({ folder: named });
        await queries.invalidateQueries();
        onClose();
      }}
    >
      <Body1>{t('auditRetention.folder.text')}</Body1>
      <Field label={t('auditRetention.folder.label')} hint={t('auditRetention.folder.hint')}>
        <Input value={folder} spellCheck={false} onChange={(_, { value }) => setFolder(value)} autoFocus />
      </Field>
      <CommandLine
        command={`holdfast audit retention archive ${named === null ? '--none' : shellWord(named)}`}
      />
    </FormDialog>
  );
}
