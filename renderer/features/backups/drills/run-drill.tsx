import { Body1, Field } from '@fluentui/react-components';
import { useState } from 'react';
import { t } from '../../../i18n/translate.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { drillCommand, scopeOf } from '../scope.ts';

interface RunDrillProps {
  /** A tenant's id, `installation`, or nothing for everything. */
  readonly chosen: string | undefined;
  readonly onRun: (choice: string | undefined) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks whose restore to try. */
export function RunDrill({ chosen, onRun, onClose }: RunDrillProps) {
  const [choice, setChoice] = useState(chosen);
  return (
    <FormDialog
      title={t('drills.dialog.title')}
      submit={t('drills.dialog.submit')}
      onClose={onClose}
      onSubmit={async () => {
        await onRun(choice);
        onClose();
      }}
    >
      <Body1>{t('drills.dialog.text')}</Body1>
      <Field label={t('drills.dialog.of')}>
        <TenantChoice
          label={t('drills.dialog.of')}
          placeholder={t('drills.dialog.everything')}
          value={choice}
          installation
          onChange={setChoice}
        />
      </Field>
      <CommandLine command={drillCommand(scopeOf(choice))} />
    </FormDialog>
  );
}
