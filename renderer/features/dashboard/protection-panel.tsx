import { Caption1, Subtitle2 } from '@fluentui/react-components';
import type { BackupSchedule } from '../../../shared/contract/backups/schedules.ts';
import type { Status } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { ownerName } from '../../ui/owner-name.ts';
import { Panel } from '../../ui/panel.tsx';
import { protectionTones } from '../../ui/protection/tones.ts';
import { useProtection } from '../../ui/protection/use-protection.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { useTenants } from '../../ui/use-names.ts';
import { ageText } from './age.ts';
import { longestWithout, nextOwners } from './schedule-order.ts';
import { useTableStyles } from './table-styles.ts';
import { useSchedules } from './use-schedules.ts';

/** What would be lost with this machine, and when that gets less. */
export function ProtectionPanel({ status }: { readonly status: Status }) {
  const { state } = useProtection(status);
  const { schedules, error } = useSchedules();
  const tenants = useTenants();
  const now = useNow();
  const nameOf = ({ tenantId }: BackupSchedule) => ownerName(tenantId, tenants);
  const { lastBackup, lastVerifiedRestore, sameDisk } = status.protection;
  const longest = longestWithout(schedules);
  return (
    <Panel
      title={t('dashboard.protection.title')}
      actions={
        <LinkButton size="small" appearance="subtle" href="/backups">
          {t('dashboard.protection.open')}
        </LinkButton>
      }
    >
      <div>
        <StateBadge tone={protectionTones[state]} text={t(`shell.protection.state.${state}`)} />
      </div>
      <Facts
        facts={[
          [t('dashboard.protection.newest'), <Time key="newest" value={lastBackup} as="ago" />],
          [
            t('dashboard.protection.exposed'),
            lastBackup === null
              ? t('dashboard.protection.exposedAll')
              : t('dashboard.protection.exposedUpTo', { age: ageText(now - Date.parse(lastBackup)) }),
          ],
          ...(longest === undefined || schedules.length < 2
            ? []
            : [
                [
                  t('dashboard.protection.oldest'),
                  longest.lastBackup === null
                    ? t('dashboard.protection.oldestNever', { name: nameOf(longest) })
                    : t('dashboard.protection.oldestOf', {
                        name: nameOf(longest),
                        age: ageText(now - Date.parse(longest.lastBackup)),
                      }),
                ] as const,
              ]),
          [
            t('dashboard.protection.proven'),
            <Time
              key="proven"
              value={lastVerifiedRestore}
              as="ago"
              missing={t('dashboard.protection.notProven')}
            />,
          ],
          [
            t('dashboard.protection.place'),
            sameDisk ? (
              <StateBadge key="place" tone="warning" text={t('dashboard.protection.sameDisk')} />
            ) : (
              t('dashboard.protection.otherDisk')
            ),
          ],
        ]}
      />
      <ErrorNote error={error} />
      <NextBackups schedules={schedules} nameOf={nameOf} />
    </Panel>
  );
}

interface NextBackupsProps {
  readonly schedules: readonly BackupSchedule[];
  readonly nameOf: (schedule: BackupSchedule) => string;
}

function NextBackups({ schedules, nameOf }: NextBackupsProps) {
  const styles = useTableStyles();
  const next = nextOwners(schedules);
  return (
    <>
      <Subtitle2 as="h3">{t('dashboard.protection.next')}</Subtitle2>
      {next.length === 0 ? (
        <Caption1 className={styles.quiet}>{t('dashboard.protection.none')}</Caption1>
      ) : (
        <table className={styles.table}>
          <thead className={styles.quiet}>
            <tr>
              <th className={styles.cell}>{t('dashboard.protection.columns.of')}</th>
              <th className={styles.cell}>{t('dashboard.protection.columns.every')}</th>
              <th className={styles.cell}>{t('dashboard.protection.columns.next')}</th>
            </tr>
          </thead>
          <tbody>
            {next.map((schedule) => (
              <tr key={schedule.tenantId ?? ''}>
                <td className={styles.cell} title={nameOf(schedule)}>
                  {schedule.tenantId === null ? (
                    nameOf(schedule)
                  ) : (
                    <TextLink href={`/backups?tenant=${schedule.tenantId}`}>{nameOf(schedule)}</TextLink>
                  )}
                </td>
                <td className={styles.cell}>{t(`words.every.${schedule.every}`)}</td>
                <td className={styles.cell}>
                  {schedule.overdue ? (
                    <StateBadge tone="bad" text={t('dashboard.protection.overdue')} />
                  ) : (
                    <Time value={schedule.nextRun} as="ago" />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
