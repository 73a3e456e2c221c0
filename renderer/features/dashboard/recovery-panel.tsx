import { Caption1, makeStyles, tokens } from '@fluentui/react-components';
import type { Status } from '../../../shared/contract/suite.ts';
import { formatAgo, formatBytes, formatDuration } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { Facts } from '../../ui/facts.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useNow } from '../../ui/time.tsx';
import { RecoveryTable } from './recovery-table.tsx';

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground3, display: 'block' } });

/** What would come back after a mistake and after a lost disk, whether that was proven, and how long it would take. */
export function RecoveryPanel({ status }: { readonly status: Status }) {
  const styles = useStyles();
  const now = useNow();
  const { objectives, lastBackup } = status.protection;
  const { owners, mistakeUpTo, continuous, lostDiskUpTo, proven, oldestProof, forecast } = objectives;
  const quiet = (text: string) => <Caption1 className={styles.quiet}>{text}</Caption1>;
  return (
    <Panel
      title={t('dashboard.recovery.title')}
      actions={
        <LinkButton size="small" appearance="subtle" href="/backups/objectives">
          {t('dashboard.recovery.open')}
        </LinkButton>
      }
    >
      <Facts
        facts={[
          [
            t('dashboard.recovery.mistake'),
            <span key="mistake">
              {mistakeUpTo === null
                ? t('dashboard.recovery.some')
                : t('dashboard.recovery.upTo', { ago: formatAgo(mistakeUpTo, now) })}
              {continuous > 0 && quiet(t('dashboard.recovery.continuous', { count: continuous, owners }))}
            </span>,
          ],
          [
            t('dashboard.recovery.lostDisk'),
            lostDiskText({ lostDiskUpTo, sameDisk: status.protection.sameDisk }, now),
          ],
          [
            t('dashboard.recovery.proven'),
            oldestProof === null ? (
              <StateBadge key="none" tone="warning" text={t('dashboard.recovery.provenNone')} />
            ) : (
              t('dashboard.recovery.provenOf', { count: proven, owners, ago: formatAgo(oldestProof, now) })
            ),
          ],
          [
            t('dashboard.recovery.forecast'),
            forecast === null ? (
              t('dashboard.recovery.notMeasured')
            ) : (
              <span key="forecast">
                {t('dashboard.recovery.forecastOf', {
                  time: formatDuration(forecast.durationMs),
                  bytes: formatBytes(forecast.bytes),
                })}
                {quiet(t('dashboard.recovery.measured', { count: forecast.measured, owners }))}
              </span>
            ),
          ],
        ]}
      />
      {lastBackup !== null && <RecoveryTable />}
    </Panel>
  );
}

function lostDiskText(
  { lostDiskUpTo, sameDisk }: { readonly lostDiskUpTo: string | null; readonly sameDisk: boolean },
  now: number,
) {
  if (sameDisk) return <StateBadge tone="warning" text={t('dashboard.recovery.thisMachine')} />;
  return lostDiskUpTo === null
    ? t('dashboard.recovery.some')
    : t('dashboard.recovery.upTo', { ago: formatAgo(lostDiskUpTo, now) });
}
