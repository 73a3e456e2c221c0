import { makeStyles } from '@fluentui/react-components';
import type { Installation } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { ConfirmRecoveryKey } from '../setup/confirm-recovery-key.tsx';

const useStyles = makeStyles({
  list: { margin: 0, paddingInlineStart: '20px', display: 'flex', flexDirection: 'column', gap: '8px' },
  row: { display: 'flex', gap: '12px', alignItems: 'center', flexWrap: 'wrap' },
});

interface FirstStepsProps {
  readonly hasTenant: boolean;
  readonly hasBackup: boolean;
  readonly installation: Installation;
}

/** What a new installation still wants; each step ticks itself off. */
export function FirstSteps({ hasTenant, hasBackup, installation }: FirstStepsProps) {
  const styles = useStyles();
  const done = <StateBadge tone="good" text={t('dashboard.start.done')} />;
  return (
    <Panel title={t('dashboard.start.title')}>
      <ol className={styles.list}>
        <li>
          <div className={styles.row}>
            {t('dashboard.start.key')}
            {installation.recoveryKeyConfirmed ? (
              done
            ) : (
              <ConfirmRecoveryKey label={t('dashboard.start.go')} installationId={installation.id} />
            )}
          </div>
        </li>
        <li>
          <div className={styles.row}>
            {t('dashboard.start.tenant')}
            {hasTenant ? (
              done
            ) : (
              <LinkButton size="small" href="/tenants">
                {t('dashboard.start.go')}
              </LinkButton>
            )}
          </div>
        </li>
        <li>
          <div className={styles.row}>
            {t('dashboard.start.backup')}
            {hasBackup ? (
              done
            ) : (
              <LinkButton size="small" href="/backups">
                {t('dashboard.start.go')}
              </LinkButton>
            )}
          </div>
        </li>
      </ol>
    </Panel>
  );
}
