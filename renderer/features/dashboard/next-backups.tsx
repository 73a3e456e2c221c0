import { makeStyles } from '@fluentui/react-components';
import type { BackupSchedule } from '../../../shared/contract/backups.ts';
import { t } from '../../i18n/translate.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ownerName } from '../../ui/owner-name.ts';
import { Panel } from '../../ui/panel.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';
import { useTenants } from '../../ui/use-names.ts';

const useStyles = makeStyles({
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: '6px',
  },
  row: { display: 'flex', justifyContent: 'space-between', gap: '12px' },
  name: { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
});

const shown = 6;

interface NextBackupsProps {
  readonly schedules: readonly BackupSchedule[] | undefined;
  readonly error: unknown;
}

/** Who is backed up next. */
export function NextBackups({ schedules, error }: NextBackupsProps) {
  const styles = useStyles();
  const tenants = useTenants();
  const next = (schedules ?? [])
    .flatMap((schedule) => (schedule.nextRun === null ? [] : [{ ...schedule, nextRun: schedule.nextRun }]))
    .sort((left, right) => left.nextRun.localeCompare(right.nextRun))
    .slice(0, shown);
  return (
    <Panel
      title={t('dashboard.next.title')}
      actions={<TextLink href="/backups/schedules">{t('backups.tabs.schedules')}</TextLink>}
    >
      <ErrorNote error={error} />
      {schedules !== undefined && next.length === 0 && <p>{t('dashboard.next.none')}</p>}
      <ul className={styles.list}>
        {next.map(({ tenantId, nextRun, every }) => (
          <li key={tenantId ?? 'installation'} className={styles.row}>
            <span className={styles.name}>{ownerName(tenantId, tenants)}</span>
            <span>
              {t(`words.every.${every}`)}, <Time value={nextRun} as="ago" />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
