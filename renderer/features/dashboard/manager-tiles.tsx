import { makeStyles, Subtitle2, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { ManagerHealth, Status } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { useKnownOperators, useKnownTenants } from '../../ui/use-names.ts';

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(180px, 1fr))',
    gap: '12px',
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    flexShrink: 0,
  },
  tile: {
    display: 'flex',
    flexDirection: 'column',
    gap: '6px',
    padding: '12px 16px',
    minWidth: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  head: {
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: '8px',
    flexWrap: 'wrap',
  },
  fact: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  foot: { marginTop: 'auto' },
});

const managers = ['tenants', 'auth', 'audit', 'backups'] as const;
const paths = { tenants: '/tenants', auth: '/access', audit: '/audit', backups: '/backups' } as const;
const tones = { ready: 'good', degraded: 'warning', down: 'bad' } as const;
/** As many as the names of are kept. */
const mostCounted = 1_000;

/** The four managers: each says how it is, and what to do where that is not well. */
export function ManagerTiles({ status }: { readonly status: Status }) {
  const styles = useStyles();
  const tenants = useKnownTenants()?.size;
  const operators = useKnownOperators()?.size;
  const facts: Readonly<Record<(typeof managers)[number], ReactNode>> = {
    tenants: tenants !== undefined && tenantsText(tenants),
    auth: operators !== undefined && t('dashboard.managers.operators', { count: operators }),
    audit: t('dashboard.managers.entries', { count: status.log.size }),
    backups: (
      <>
        {t('dashboard.managers.lastBackup')} <Time value={status.protection.lastBackup} as="ago" />
      </>
    ),
  };
  return (
    <ul className={styles.grid} aria-label={t('dashboard.managers.title')}>
      {managers.map((name) => (
        <Tile key={name} name={name} health={status.managers[name]} fact={facts[name]} />
      ))}
    </ul>
  );
}

const tenantsText = (count: number) =>
  count < mostCounted
    ? t('dashboard.managers.tenants', { count })
    : t('dashboard.managers.tenantsMany', { count: mostCounted });

interface TileProps {
  readonly name: (typeof managers)[number];
  readonly health: ManagerHealth;
  readonly fact: ReactNode;
}

function Tile({ name, health: { state, problem }, fact }: TileProps) {
  const styles = useStyles();
  return (
    <li className={styles.tile}>
      <div className={styles.head}>
        <Subtitle2 as="h2">{t(`words.manager.${name}`)}</Subtitle2>
        <StateBadge tone={tones[state]} text={t(`words.managerState.${state}`)} />
      </div>
      <span className={styles.fact}>{problem ?? fact}</span>
      {state === 'down' && <span className={styles.fact}>{t('dashboard.managers.rest')}</span>}
      <div className={styles.foot}>
        <LinkButton size="small" appearance="subtle" href={paths[name]}>
          {t(`dashboard.attention.next.${name}`)}
        </LinkButton>
      </div>
    </li>
  );
}
