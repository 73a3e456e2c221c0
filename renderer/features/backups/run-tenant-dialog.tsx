import { Field } from '@fluentui/react-components';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { CommandLine } from '../../ui/command-line.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TenantChoice } from '../../ui/tenant-choice.tsx';
import { backupCommand, type Scope } from './scope.ts';

interface RunTenantDialogProps {
  readonly onRun: (scope: Scope) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks which tenant to back up now. */
export function RunTenantDialog({ onRun, onClose }: RunTenantDialogProps) {
  const [tenant, setTenant] = useState<string>();
  return (
    <FormDialog
      title={t('backups.runTenant.title')}
      submit={t('backups.runTenant.submit')}
      disabled={tenant === undefined}
      onClose={onClose}
      onSubmit={async () => {
        if (tenant !== undefined) await onRun({ tenant });
        onClose();
      }}
    >
      <Field label={t('backups.runTenant.tenant')} required>
        <TenantChoice
          label={t('backups.runTenant.tenant')}
          placeholder={t('backups.runTenant.placeholder')}
          value={tenant}
          onChange={setTenant}
        />
      </Field>
      {tenant !== undefined && <CommandLine command={backupCommand({ tenant })} />}
    </FormDialog>
  );
}
