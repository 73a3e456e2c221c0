import { Body1, Caption1, makeStyles, tokens } from '@fluentui/react-components';
import type { Status } from '../../../shared/contract/suite.ts';
import { useAllowed } from '../../app/session.tsx';
import { t } from '../../i18n/translate.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useKnownTenants } from '../../ui/use-names.ts';

const useStyles = makeStyles({
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
  },
  step: { display: 'flex', alignItems: 'center', gap: '12px' },
  badge: { width: '76px', flexShrink: 0 },
  text: { flexGrow: 1, minWidth: 0, display: 'flex', flexDirection: 'column' },
  go: { flexShrink: 0, whiteSpace: 'nowrap' },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** What a new installation needs; each step is ticked off by doing it, and all go once there is a tenant and a backup. */
export function FirstSteps({ status }: { readonly status: Status }) {
  const styles = useStyles();
  const known = useKnownTenants();
  const mayCreate = useAllowed('tenants:write');
  const mayBackUp = useAllowed('backups:write');
  if (known === undefined) return null;
  const tenants = [...known.values()];
  const hasTenant = tenants.length > 0;
  const hasBackup = status.protection.lastBackup !== null;
  if (hasTenant && hasBackup) return null;
  const steps = [
    ['tenant', hasTenant, mayCreate, '/tenants?create=1'],
    ['sample', tenants.some(({ sample }) => sample), mayCreate, '/tenants?sample=1'],
    ['backups', hasBackup, mayBackUp, '/backups'],
  ] as const;
  return (
    <Panel title={t('dashboard.first.title')}>
      <ol className={styles.list}>
        {steps.map(([name, done, may, href]) => (
          <li key={name} className={styles.step}>
            <span className={styles.badge}>
              <StateBadge
                tone={done ? 'good' : 'neutral'}
                text={done ? t('dashboard.first.done') : t('dashboard.first.todo')}
              />
            </span>
            <span className={styles.text}>
              <Body1>{t(`dashboard.first.${name}`)}</Body1>
              <Caption1 className={styles.quiet}>{t(`dashboard.first.${name}Text`)}</Caption1>
            </span>
            {!done && may && (
              <LinkButton href={href} className={styles.go}>
                {t(`dashboard.first.${name}`)}
              </LinkButton>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
