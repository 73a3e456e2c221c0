import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Subtitle1,
  tokens,
} from '@fluentui/react-components';
import { PersonRegular } from '@fluentui/react-icons';
import { useSyncExternalStore } from 'react';
import { t } from '../i18n/translate.ts';
import { useApi } from '../rpc/api.tsx';
import { useSession, useSignOut } from './session.tsx';

const useStyles = makeStyles({
  bar: {
    gridColumn: '1 / -1',
    display: 'flex',
    alignItems: 'center',
    gap: '12px',
    padding: '6px 16px',
    minHeight: '48px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  brand: { display: 'flex', alignItems: 'center', gap: '10px' },
  middle: { flexGrow: 1 },
  lost: { color: tokens.colorStatusDangerForeground1 },
});

const icon = new URL('../icon.svg', import.meta.url);

/** What is always in sight: whether the installation is protected, long work, who is signed in. */
export function Header() {
  const styles = useStyles();
  const { connection } = useApi();
  const state = useSyncExternalStore(connection.subscribe, () => connection.state);
  return (
    <header className={styles.bar}>
      <div className={styles.brand}>
        <img src={icon.href} alt="" width={24} height={24} />
        <Subtitle1 as="span">{t('common.product')}</Subtitle1>
      </div>
      <div className={styles.middle} role="status">
        {state === 'lost' && <span className={styles.lost}>{t('shell.connectionLost')}</span>}
      </div>
      <Account />
    </header>
  );
}

function Account() {
  const { name, role } = useSession();
  const signOut = useSignOut();
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          icon={<PersonRegular />}
          aria-label={t('shell.account.label', { name, role: t(`words.role.${role}`) })}
        >
          {name}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => void signOut()}>{t('shell.account.lock')}</MenuItem>
          <MenuItem onClick={() => void signOut()}>{t('shell.account.signOut')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
