import { Body1, Button, makeStyles, Subtitle2 } from '@fluentui/react-components';
import type { Notice } from '../../../shared/contract/suite.ts';
import { useAllowed } from '../../app/session.tsx';
import { failureText } from '../../i18n/failure-text.ts';
import { type PlainKey, t } from '../../i18n/translate.ts';
import { Facts } from '../../ui/facts.tsx';
import { nextStepOf } from '../../ui/job-next.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { SeverityBadge } from '../../ui/severity-badge.tsx';
import { TenantName } from '../../ui/tenant-name.tsx';
import { Time } from '../../ui/time.tsx';
import { AlertNotice } from './alert-notice.tsx';
import { RunBackup } from './run-backup.tsx';

const useStyles = makeStyles({
  next: { display: 'flex', flexDirection: 'column', gap: '8px', overflowWrap: 'anywhere' },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: '8px' },
});

interface NoticeDetailsProps {
  readonly notice: Notice;
  readonly onAcknowledge: () => void;
}

/** One notice: what happened, why, and what to do about it. */
export function NoticeDetails({ notice, onAcknowledge }: NoticeDetailsProps) {
  const { kind, alertId } = notice;
  return kind === 'alert' && alertId !== null ? (
    <AlertNotice notice={notice} alertId={alertId} onAcknowledge={onAcknowledge} />
  ) : (
    <OrdinaryNotice notice={notice} onAcknowledge={onAcknowledge} />
  );
}

function OrdinaryNotice({ notice, onAcknowledge }: NoticeDetailsProps) {
  const styles = useStyles();
  const mayAcknowledge = useAllowed('jobs:write');
  const mayBackUp = useAllowed('backups:write');
  const { kind, jobId, jobKind, tenantId, acknowledgedAt, breachId, destinationId } = notice;
  const next = missing[kind] ?? jobKind;
  const step = next === null ? undefined : nextStepOf(next, tenantId);
  return (
    <>
      <section className={styles.next}>
        <Subtitle2 as="h3">{t('inbox.details.nextTitle')}</Subtitle2>
        <Body1>{adviceOf(notice)}</Body1>
        {next === 'backup.create' && acknowledgedAt === null && mayBackUp && <RunBackup notice={notice} />}
        <div className={styles.buttons}>
          {jobId !== null && (
            <LinkButton size="small" href={`/jobs/${jobId}`}>
              {t('inbox.details.openJob')}
            </LinkButton>
          )}
          {step && (
            <LinkButton size="small" href={step.href}>
              {t(step.label)}
            </LinkButton>
          )}
          {breachId !== null && (
            <LinkButton size="small" href={`/audit/breaches?breach=${breachId}`}>
              {t('inbox.details.toBreach')}
            </LinkButton>
          )}
          {destinationId !== null && (
            <LinkButton size="small" href="/audit/forwarding">
              {t('inbox.details.toForwarding')}
            </LinkButton>
          )}
          {(kind === 'target-filling' || kind === 'backups-elsewhere') && (
            <LinkButton size="small" href="/backups/targets">
              {t('inbox.details.toTargets')}
            </LinkButton>
          )}
          {acknowledgedAt === null && mayAcknowledge && (
            <Button size="small" appearance="primary" onClick={onAcknowledge}>
              {t('inbox.acknowledge')}
            </Button>
          )}
        </div>
      </section>
      <Facts facts={factsOf(notice)} />
    </>
  );
}

/** What is asked for where nothing ran. */
const missing: { readonly [kind in Notice['kind']]?: string } = {
  'backup-missed': 'backup.create',
  'backup-overdue': 'backup.create',
  'drill-overdue': 'backup.drill',
  'commits-in-doubt': 'backup.create',
  'backups-healed': 'backup.repair',
  'backups-damaged': 'backup.repair',
  'control-restore-pending': 'backup.restore',
  'control-restore-failed': 'backup.restore',
};

function adviceOf({ kind, error }: Notice): string {
  if (kind === 'backup-missed') return t('inbox.details.missed');
  if (kind === 'backup-overdue') return t('inbox.details.overdue');
  if (kind === 'drill-overdue') return t('inbox.details.drillOverdue');
  if (kind === 'target-filling') return t('inbox.details.targetFilling');
  if (kind === 'commits-in-doubt') return t('inbox.details.commitsInDoubt');
  if (kind === 'backups-healed') return t('inbox.details.backupsHealed');
  if (kind === 'backups-elsewhere') return t('inbox.details.backupsElsewhere');
  if (kind === 'breach-due') return t('inbox.details.breachDue');
  if (kind === 'forwarding-stopped') return t('inbox.details.forwardingStopped');
  if (kind === 'forwarding-dead-letters') return t('inbox.details.forwardingDeadLetters');
  if (kind === 'forwarding-behind') return t('inbox.details.forwardingBehind');
  if (kind === 'control-restore-pending') return t('inbox.details.controlRestorePending');
  if (kind === 'control-restore-failed') return t('inbox.details.controlRestoreFailed');
  if (kind === 'backups-damaged') return t('inbox.details.backupsDamaged');
  return kind === 'job-failed' && error ? failureText(error) : t('inbox.details.interrupted');
}

const dueWords: { readonly [kind in Notice['kind']]?: PlainKey } = {
  'target-filling': 'inbox.details.expected',
  'breach-due': 'inbox.details.hoursEnd',
};

function factsOf(notice: Notice) {
  const { kind, severity, tenantId, time, dueAt, acknowledgedAt, acknowledgedBy } = notice;
  const due = dueWords[kind] ?? 'inbox.details.due';
  return [
    [t('inbox.details.severity'), <SeverityBadge key="severity" severity={severity} />],
    [
      t('inbox.details.of'),
      tenantId === null ? t('common.installation') : <TenantName key="tenant" id={tenantId} />,
    ],
    [t('inbox.details.time'), <Time key="time" value={time} />],
    ...(dueAt === null ? [] : [[t(due), <Time key="due" value={dueAt} />] as const]),
    [t('inbox.details.seen'), <Time key="seen" value={acknowledgedAt} missing={t('common.notYet')} />],
    ...(acknowledgedAt === null
      ? []
      : [[t('inbox.details.seenBy'), acknowledgedBy ?? t('inbox.details.gone')] as const]),
  ] as const;
}
