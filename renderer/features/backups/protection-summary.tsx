import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { useLocation } from 'wouter';
import type { Status } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { Time } from '../../ui/time.tsx';

const useStyles = makeStyles({
  list: { display: 'flex', flexWrap: 'wrap', gap: '8px 32px', margin: 0, flexShrink: 0 },
  name: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  value: { margin: 0, fontWeight: tokens.fontWeightSemibold },
  alarm: { flexShrink: 0 },
});

interface ProtectionSummaryProps {
  readonly protection: Status['protection'];
  readonly onBackUpAll: (() => void) | undefined;
}

/** What would come back if it had to, and what is wrong with that. */
export function ProtectionSummary({ protection, onBackUpAll }: ProtectionSummaryProps) {
  const styles = useStyles();
  const [, go] = useLocation();
  const { lastBackup, lastVerifiedRestore, nextRun, unprotected, sameDisk } = protection;
  const facts = [
    [t('backups.protection.lastBackup'), <Time key="last" value={lastBackup} as="ago" />],
    [t('backups.protection.lastProof'), <Time key="proof" value={lastVerifiedRestore} as="ago" />],
    [t('backups.protection.nextRun'), <Time key="next" value={nextRun} missing={t('schedules.byHand')} />],
    [t('backups.protection.unprotected'), unprotected === 0 ? t('common.none') : String(unprotected)],
  ] as const;
  return (
    <>
      <dl className={styles.list} aria-label={t('backups.protection.label')}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className={styles.name}>{name}</dt>
            <dd className={styles.value}>{value}</dd>
          </div>
        ))}
      </dl>
      {sameDisk && (
        <MessageBar intent="warning" layout="multiline" className={styles.alarm}>
          <MessageBarBody>{t('backups.sameDisk')}</MessageBarBody>
        </MessageBar>
      )}
      {unprotected > 0 && (
        <MessageBar intent="warning" className={styles.alarm}>
          <MessageBarBody>{t('backups.unprotected', { count: unprotected })}</MessageBarBody>
          <MessageBarActions>
            {onBackUpAll && <Button onClick={onBackUpAll}>{t('backups.runAll')}</Button>}
            <Button onClick={() => go('/backups/schedules')}>{t('backups.showSchedules')}</Button>
          </MessageBarActions>
        </MessageBar>
      )}
    </>
  );
}
