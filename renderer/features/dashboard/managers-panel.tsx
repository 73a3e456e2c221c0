import { makeStyles, tokens } from '@fluentui/react-components';
import type { Status } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';

const useStyles = makeStyles({
  grid: { display: 'grid', gridTemplateColumns: '1fr 1fr', gap: '8px' },
  tile: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: '4px',
    padding: '8px 12px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    overflowWrap: 'anywhere',
  },
  problem: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

const names = ['tenants', 'auth', 'audit', 'backups'] as const;
const tones = { ready: 'good', degraded: 'warning', down: 'bad' } as const;

/** The four managers: each says how it is, and one that is down takes no other with it. */
export function ManagersPanel({ managers }: Pick<Status, 'managers'>) {
  const styles = useStyles();
  return (
    <Panel title={t('dashboard.managers.title')}>
      <div className={styles.grid}>
        {names.map((name) => {
          const { state, problem } = managers[name];
          return (
            <div key={name} className={styles.tile}>
              <strong>{t(`words.manager.${name}`)}</strong>
              <StateBadge tone={tones[state]} text={t(`words.managerState.${state}`)} />
              <span className={styles.problem}>{problem ?? t('dashboard.managers.ok')}</span>
            </div>
          );
        })}
      </div>
    </Panel>
  );
}
