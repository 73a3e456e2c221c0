import { Menu, MenuButton, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { ArchiveRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { installationChoice } from '../../ui/tenant-choice.tsx';
import { RunTenantDialog } from './run-tenant-dialog.tsx';
import type { Scope } from './scope.ts';

interface RunMenuProps {
  /** The tenant that the screen is narrowed to. */
  readonly tenant: string | undefined;
  readonly onRun: (scope: Scope) => Promise<unknown>;
  readonly disabled: boolean;
}

/** What to back up now. */
export function RunMenu({ tenant, onRun, disabled }: RunMenuProps) {
  const [choosing, setChoosing] = useState(false);
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <MenuButton appearance="primary" icon={<ArchiveRegular />} disabled={disabled}>
            {t('backups.run')}
          </MenuButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {tenant !== undefined && tenant !== installationChoice && (
              <MenuItem onClick={() => void onRun({ tenant })}>{t('backups.runThisTenant')}</MenuItem>
            )}
            <MenuItem onClick={() => void onRun({ all: true })}>{t('backups.runAll')}</MenuItem>
            <MenuItem onClick={() => setChoosing(true)}>{t('backups.runOneTenant')}</MenuItem>
            <MenuItem onClick={() => void onRun({ installation: true })}>
              {t('backups.runInstallation')}
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      {choosing && <RunTenantDialog onRun={onRun} onClose={() => setChoosing(false)} />}
    </>
  );
}
