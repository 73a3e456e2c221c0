import { makeStyles, tokens } from '@fluentui/react-components';
import { useLocation } from 'wouter';
import { t } from '../i18n/translate.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { Time } from '../ui/time.tsx';
import { protectionOf, protectionTones, useStatus } from './use-status.ts';

const useStyles = makeStyles({
  line: {
    display: 'flex',
    alignItems: 'center',
    gap: '16px',
    border: 'none',
    background: 'none',
    color: tokens.colorNeutralForeground2,
    font: 'inherit',
    fontSize: tokens.fontSizeBase200,
    padding: '4px 8px',
    borderRadius: tokens.borderRadiusMedium,
    cursor: 'pointer',
    minWidth: 0,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  wide: { whiteSpace: 'nowrap', '@media (max-width: 1150px)': { display: 'none' } },
  part: { whiteSpace: 'nowrap', '@media (max-width: 860px)': { display: 'none' } },
});

/** Always says whether the installation is protected; leads to the dashboard, which says why. */
export function ProtectionLine() {
  const styles = useStyles();
  const [, go] = useLocation();
  const { data } = useStatus();
  if (data === undefined) return null;
  const state = protectionOf(data);
  const { lastBackup, lastVerifiedRestore, nextRun } = data.protection;
  return (
    <button type="button" className={styles.line} onClick={() => go('/')}>
      <StateBadge tone={protectionTones[state]} text={t(`dashboard.protection.${state}`)} />
      <span className={styles.part}>
        {t('dashboard.protection.lastBackup')}: <Time value={lastBackup} as="ago" />
      </span>
      <span className={styles.wide}>
        {t('dashboard.protection.verified')}: <Time value={lastVerifiedRestore} as="ago" />
      </span>
      <span className={styles.part}>
        {t('dashboard.protection.next')}: <Time value={nextRun} as="ago" />
      </span>
      <span className={styles.wide}>
        {t('dashboard.protection.log')}: {t('dashboard.protection.logSize', { count: data.log.size })}
      </span>
    </button>
  );
}
