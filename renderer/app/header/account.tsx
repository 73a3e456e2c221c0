import {
  Button,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
} from '@fluentui/react-components';
import {
  KeyboardRegular,
  LockClosedRegular,
  PasswordRegular,
  PersonRegular,
  SignOutRegular,
} from '@fluentui/react-icons';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { t } from '../../i18n/translate.ts';
import { OwnPassphrase } from '../../ui/own-passphrase.tsx';
import { useSession, useSignOut } from '../session.tsx';

const useStyles = makeStyles({
  button: { maxWidth: '200px' },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  header: { maxWidth: '320px', overflowWrap: 'anywhere' },
});

interface AccountProps {
  readonly lock: () => void;
  readonly showKeys: () => void;
}

/** Who is signed in, and the ways out: locking keeps the place, signing out does not. */
export function Account({ lock, showKeys }: AccountProps) {
  const styles = useStyles();
  const { name, role } = useSession();
  const signOut = useSignOut();
  const [, go] = useLocation();
  const [changing, setChanging] = useState(false);
  const label = t('shell.account.label', { name, role: t(`words.role.${role}`) });
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button appearance="subtle" className={styles.button} icon={<PersonRegular />} aria-label={label}>
            <span className={styles.name}>{name}</span>
          </Button>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuGroup>
              <MenuGroupHeader className={styles.header}>{label}</MenuGroupHeader>
              <MenuItem icon={<KeyboardRegular />} secondaryContent="?" onClick={showKeys}>
                {t('shell.account.keys')}
              </MenuItem>
              <MenuItem icon={<PasswordRegular />} onClick={() => setChanging(true)}>
                {t('setPassphrase.own')}
              </MenuItem>
            </MenuGroup>
            <MenuDivider />
            <MenuItem icon={<LockClosedRegular />} secondaryContent="Ctrl+L" onClick={lock}>
              {t('shell.account.lock')}
            </MenuItem>
            <MenuItem
              icon={<SignOutRegular />}
              onClick={() => {
                go('/');
                void signOut();
              }}
            >
              {t('shell.account.signOut')}
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      {changing && <OwnPassphrase onClose={() => setChanging(false)} />}
    </>
  );
}
