import { CounterBadge, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { t } from '../i18n/translate.ts';
import { useApi } from '../rpc/api.tsx';
import { sections } from './sections.ts';

/** Only for who listens. */
const visuallyHidden = {
  position: 'absolute',
  width: '1px',
  height: '1px',
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
} as const;

const useStyles = makeStyles({
  bar: {
    width: '208px',
    padding: '8px',
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    overflowY: 'auto',
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground3,
    '@media (max-width: 800px)': { width: '56px' },
  },
  item: {
    display: 'flex',
    alignItems: 'center',
    gap: '12px',
    padding: '7px 12px',
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    fontSize: tokens.fontSizeBase300,
    ':hover': { backgroundColor: tokens.colorNeutralBackground3Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1,
    fontWeight: tokens.fontWeightSemibold,
    boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}`,
  },
  icon: { fontSize: '20px', flexShrink: 0 },
  label: { flexGrow: 1, '@media (max-width: 800px)': visuallyHidden },
  told: visuallyHidden,
});

const everyMs = 15_000;

/** The sections; on narrow screens only their icons, which keep their names. */
export function Sidebar() {
  const styles = useStyles();
  const { query } = useApi();
  const [location] = useLocation();
  const notices = useQuery(
    query.suite.listNotices.queryOptions({ input: { limit: 1, state: 'open' }, refetchInterval: everyMs }),
  );
  const open = notices.data?.open ?? 0;
  return (
    <nav className={styles.bar} aria-label={t('shell.navigation.label')}>
      {sections.map(({ path, label, icon: Icon }) => {
        const current = `/${location.split('/')[1]}` === path;
        return (
          <Link
            key={path}
            href={path}
            className={mergeClasses(styles.item, current && styles.current)}
            aria-current={current ? 'page' : undefined}
            title={t(label)}
          >
            <Icon className={styles.icon} aria-hidden />
            <span className={styles.label}>{t(label)}</span>
            {path === '/inbox' && open > 0 && (
              <>
                <CounterBadge count={open} size="small" color="danger" aria-hidden />
                <span className={styles.told}>{t('shell.navigation.open', { count: open })}</span>
              </>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
