import { Menu, MenuButton, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { ArchiveRegular } from '@fluentui/react-icons';
import { t } from '../../i18n/translate.ts';

export type Scope = { tenant: string } | { installation: true } | { all: true };

interface RunMenuProps {
  readonly tenant: string | undefined;
  readonly onRun: (scope: Scope) => void;
}

/** What to back up now. */
export function RunMenu({ tenant, onRun }: RunMenuProps) {
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <MenuButton appearance="primary" icon={<ArchiveRegular />}>
          {t('backups.run')}
        </MenuButton>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {tenant !== undefined && tenant !== 'installation' && (
            <MenuItem onClick={() => onRun({ tenant })}>{t('backups.runTenant')}</MenuItem>
          )}
          <MenuItem onClick={() => onRun({ all: true })}>{t('backups.runAll')}</MenuItem>
          <MenuItem onClick={() => onRun({ installation: true })}>{t('backups.runInstallation')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
