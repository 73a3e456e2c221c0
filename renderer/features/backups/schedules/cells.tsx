import type { BackupSchedule } from '../../../../shared/contract/backups/schedules.ts';
import { t } from '../../../i18n/translate.ts';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';
import { OutcomeBadge } from '../drills/columns.tsx';

interface CellProps {
  readonly schedule: BackupSchedule;
}

/** The newest backup, and how the newest run by schedule went where it made none. */
export function LastCell({ schedule: { lastBackup, lastRun } }: CellProps) {
  const time = <Time value={lastBackup} as="ago" />;
  const jobId = lastRun?.jobId ?? null;
  if (lastRun === null || lastRun.outcome === 'succeeded') {
    return jobId === null ? time : <TextLink href={`/jobs/${jobId}`}>{time}</TextLink>;
  }
  const badge = (
    <StateBadge
      tone={lastRun.outcome === 'failed' ? 'bad' : 'info'}
      text={
        lastRun.failures > 1
          ? t('schedules.failures', { count: lastRun.failures })
          : t(`schedules.outcome.${lastRun.outcome}`)
      }
    />
  );
  return (
    <>
      {jobId === null ? badge : <TextLink href={`/jobs/${jobId}`}>{badge}</TextLink>} {time}
    </>
  );
}

/** How the newest drill went, and when the next one is. */
export function DrillCell({ drill: { lastRun, nextRun, every, overdue } }: Pick<BackupSchedule, 'drill'>) {
  if (every === 'never' && lastRun === null) return <>{t('schedules.noDrill')}</>;
  return (
    <>
      {lastRun && <OutcomeBadge outcome={lastRun.outcome} />}{' '}
      {overdue ? (
        <StateBadge tone="warning" text={t('schedules.drillOverdue')} />
      ) : (
        nextRun !== null && (
          <>
            {lastRun && t('schedules.drillNext')} <Time value={nextRun} as="ago" />
          </>
        )
      )}
    </>
  );
}

/** Whether backups come as they should, and what holds them up. */
export function ScheduleState({ schedule }: CellProps) {
  const { overdue, every, waits, paused, skipped, lastBackup } = schedule;
  const tone = every === 'manual' ? 'neutral' : 'good';
  const leftOut = skipped !== null && (lastBackup === null || skipped.dueAt > lastBackup);
  return (
    <>
      {overdue && <StateBadge tone="warning" text={t('schedules.overdue')} />}
      {paused && (
        <span title={paused.reason}>
          <StateBadge tone="neutral" text={t('schedules.paused')} />
        </span>
      )}
      {waits !== null && waits !== 'pause' && <StateBadge tone="info" text={t(`schedules.waits.${waits}`)} />}
      {leftOut && <StateBadge tone="neutral" text={t(`schedules.skipped.${skipped.why}`)} />}
      {!overdue && !paused && waits === null && (
        <StateBadge tone={tone} text={t(every === 'manual' ? 'schedules.byHand' : 'schedules.onTime')} />
      )}
    </>
  );
}
