import { makeStyles, Subtitle1, tokens } from '@fluentui/react-components';
import { Link } from 'wouter';
import { t } from '../../i18n/translate.ts';
import { Account } from './account.tsx';
import { ConnectionState } from './connection-state.tsx';
import { JobsTray } from './jobs-tray.tsx';
import { ProtectionLine } from './protection-line.tsx';

const useStyles = makeStyles({
  bar: {
    gridColumn: '1 / -1',
    display: 'flex',
    alignItems: 'center',
    gap: '12px',
    padding: '6px 16px',
    minHeight: '48px',
    minWidth: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  brand: {
    display: 'flex',
    alignItems: 'center',
    gap: '10px',
    flexShrink: 0,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    borderRadius: tokens.borderRadiusMedium,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  name: { '@media (max-width: 800px)': { display: 'none' } },
  middle: { flexGrow: 1, minWidth: 0 },
  end: { display: 'flex', alignItems: 'center', gap: '4px', flexShrink: 0 },
});

interface HeaderProps {
  readonly lock: () => void;
  readonly showKeys: () => void;
}

const icon = new URL('../../icon.svg', import.meta.url);

/** What is always in sight: whether the installation is protected, long work, who is signed in. */
export function Header({ lock, showKeys }: HeaderProps) {
  const styles = useStyles();
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.brand} aria-label={t('common.product')}>
        <img src={icon.href} alt="" width={24} height={24} />
        <Subtitle1 as="span" className={styles.name}>
          {t('common.product')}
        </Subtitle1>
      </Link>
      <div className={styles.middle}>
        <ProtectionLine />
      </div>
      <ConnectionState />
      <div className={styles.end}>
        <JobsTray />
        <Account lock={lock} showKeys={showKeys} />
      </div>
    </header>
  );
}
