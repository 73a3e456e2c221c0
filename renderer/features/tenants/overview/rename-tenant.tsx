import { Field, Input } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';

interface RenameTenantProps {
  readonly tenant: Tenant;
  readonly onClose: () => void;
}

export function RenameTenant({ tenant: { id, name: before, slug }, onClose }: RenameTenantProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState(before);
  return (
    <FormDialog
      title={t('tenants.overview.renameTitle')}
      submit={t('tenants.overview.renameSubmit')}
      disabled={name.trim() === '' || name === before}
      onClose={onClose}
      onSubmit={async () => {
        await client.tenants.updateTenant({ tenant: id, name });
        await queries.invalidateQueries({ queryKey: query.tenants.key() });
        onClose();
      }}
    >
      <Field label={t('tenants.create.name')} required>
        <Input value={name} onChange={(_, data) => setName(data.value)} maxLength={120} autoFocus />
      </Field>
      <CommandLine command={`holdfast tenant update --tenant ${slug} --name ${shellWord(name)}`} />
    </FormDialog>
  );
}
